import DataConsistency
import Governance
import Rego

extension PolicyStore: BundleTarget {
    public func activate(_ bundle: Bundle, name: String, etag: String?) throws(BundleError) {
        try changeBundles { (activation: inout BundleActivation) throws(BundleError) in try activation.activate([(name, bundle, etag)]) }
    }

    public func remove(_ name: String) throws(BundleError) {
        try changeBundles { (activation: inout BundleActivation) throws(BundleError) in activation.remove(name) }
    }

    public func activeBundles() -> Set<String>? { Set(generation.bundles.keys) }

    /// Replaces what was read from files; bundles that came from elsewhere stay.
    public func reload(_ files: Contents) throws {
        try change(.reload) { contents in
            // Nothing to keep: the data need not be read here.
            guard !contents.bundles.isEmpty else {
                contents = files
                return
            }
            var activation = try BundleActivation(files)
            activation.keep(try BundleActivation(contents))
            contents.take(activation)
        }
    }

    private func changeBundles(_ edit: (inout BundleActivation) throws(BundleError) -> Void) throws(BundleError) {
        do {
            try change(.bundle) { contents in
                var activation = try BundleActivation(contents)
                try edit(&activation)
                contents.take(activation)
            }
        } catch let error as BundleError {
            throw error
        } catch let list as DiagnosticList {
            throw BundleError(list)
        } catch {
            throw BundleError(.malformed, "\(error)")
        }
    }
}

extension PolicyStore.Contents {
    fileprivate mutating func take(_ activation: BundleActivation) {
        policies = activation.policies
        data = .value(activation.data)
        bundles = activation.bundles
    }
}

extension BundleActivation {
    fileprivate init(_ contents: PolicyStore.Contents) throws(EvaluationError) {
        self.init(policies: contents.policies, data: try contents.data.document(), bundles: contents.bundles)
    }
}
