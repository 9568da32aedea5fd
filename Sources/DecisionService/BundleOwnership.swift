import Governance
import Rego

/// Keeps clients from writing what bundles own: the next version of a bundle would undo it.
struct BundleOwnership {
    let bundles: [String: ActiveBundle]

    init(_ generation: Generation) { bundles = generation.bundles }

    /// - Parameter path: keys below `data` that are to be written.
    func check(_ path: [String]) throws(ServiceError) {
        for bundle in bundles.values.sorted(by: { $0.name < $1.name }) {
            for root in bundle.roots where root.starts(with: path) || path.starts(with: root) {
                throw ServiceError(.invalidParameter, Self.reason(path, root, bundle.name))
            }
        }
    }

    private static func reason(_ path: [String], _ root: [String], _ name: String) -> String {
        if root.isEmpty { return "all paths owned by bundle \"\(name)\"" }
        if path.isEmpty { return "can't write to document root with bundle roots configured" }
        return "path \(path.joined(separator: "/")) is owned by bundle \"\(name)\""
    }

    /// What does not parse is left to the compiler, whose errors say more.
    func check(_ policy: PolicySource) throws(ServiceError) {
        guard !bundles.isEmpty, let module = Parser.parse(policy).module else { return }
        try check(module.package.path)
    }
}
