import ArgumentParser
import Governance
import Rego

/// `verdict inspect`: shows a bundle's manifest and which documents its files define.
struct Inspect: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Show what is in a bundle.",
        discussion: """
            verdict inspect policies.tar.gz
            verdict inspect -f json policies.tar.gz
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case pretty, json
    }

    @Option(name: .shortAndLong, help: "How to print: pretty or json.")
    var format = Format.pretty
    @Flag(name: .customLong("v0-compatible"), help: "Read modules as Rego v0.")
    var v0Compatible = false
    @Argument(help: "The bundle: a folder or an archive.")
    var path: String

    func run() throws {
        try Reporting.failures {
            let bundle: Governance.Bundle
            do throws(BundleError) {
                let reader = BundleReader(name: "", version: v0Compatible ? .v0 : .v1)
                bundle = try reader.read(try BundleFolder.entries(ofBundle: PolicyFiles.cleaned(path)))
            } catch {
                throw PolicyFiles.Failure(error)
            }
            Reporting.output(format == .json ? json(bundle) : pretty(bundle))
        }
    }

    /// Files by the document that they define, such as `data.roles`.
    private func namespaces(_ bundle: Governance.Bundle) -> [(name: String, files: [String])] {
        var files: [String: [String]] = [:]
        for module in bundle.modules { files[Self.reference(module.package.path), default: []].append("/" + module.file) }
        for path in bundle.dataFiles { files[Self.reference(path.split(separator: "/").dropLast().map(String.init)), default: []].append("/" + path) }
        return files.sorted { $0.key < $1.key }.map { ($0.key, $0.value.sorted()) }
    }

    private static func reference(_ path: [String]) -> String { (["data"] + path).joined(separator: ".") }

    private func json(_ bundle: Governance.Bundle) -> String {
        let namespaces = namespaces(bundle).map { (Value.string($0.name), Value.array($0.files.map { .string($0) })) }
        return Value.makeObject([
            ("manifest", bundle.manifest.document), ("signatures_config", bundle.signatures ?? .object([])), ("namespaces", .makeObject(namespaces)),
        ]).prettyJSON() + "\n"
    }

    private func pretty(_ bundle: Governance.Bundle) -> String {
        var fields = [["FIELD", "VALUE"]]
        if !bundle.revision.isEmpty { fields.append(["Revision", bundle.revision]) }
        for root in bundle.manifest.roots where !root.isEmpty { fields.append(["Roots", root.joined(separator: "/")]) }
        if let version = bundle.manifest.regoVersion { fields.append(["Rego Version", version == .v0 ? "v0" : "v1"]) }
        if case .object(let entries)? = bundle.manifest.metadata {
            for entry in entries { fields.append(["Metadata", "\(entry.key.regoText): \(entry.value.regoText)"]) }
        }
        var text = fields.count > 1 ? "MANIFEST:\n" + ResultFormat.table(fields) : ""
        let rows = namespaces(bundle).flatMap { namespace in namespace.files.map { [namespace.name, $0] } }
        if !rows.isEmpty { text += "NAMESPACES:\n" + ResultFormat.table([["NAMESPACE", "FILE"]] + rows) }
        return text
    }
}
