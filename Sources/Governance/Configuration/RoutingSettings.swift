import Rego
import Routing

/// `routing`: how requests for decisions are answered, and the revisions that are kept beside the active policies. Verdict's own.
public struct RoutingSettings: Sendable {
    /// `revisions.<name>`: where policies come from.
    public struct Revision: Sendable {
        public enum Source: Sendable {
            /// A folder or file of policies and data, watched.
            case path(String)
            /// As under `bundles`.
            case bundle(BundleSettings)
        }

        public var name: String
        public var source: Source
    }

    public var table = RouteTable()
    public var revisions: [Revision] = []

    private static let tableMembers = ["routes", "usual_intents", "key", "analysis"]

    static func read(_ section: ConfigurationSection, services: [ServiceSettings]) -> RoutingSettings {
        var settings = RoutingSettings()
        settings.revisions = section.sections("revisions") { readRevision($0, $1, services) }.compactMap { $0 }
        let members = tableMembers.compactMap { name in section.value(name).map { (Value.string(name), $0) } }
        do throws(RoutingError) {
            settings.table = try RouteTable(.makeObject(members))
        } catch {
            section.refuse("", error.message)
        }
        for name in settings.table.revisionNames.sorted() where !settings.revisions.contains(where: { $0.name == name }) {
            section.refuse("routes", "there is no revision '\(name)' under routing.revisions")
        }
        for name in settings.table.serviceNames.sorted() where !services.contains(where: { $0.name == name }) { section.refuse("routes", "'\(name)' is not under services") }
        return settings
    }

    private static func readRevision(_ name: String, _ section: ConfigurationSection, _ services: [ServiceSettings]) -> Revision? {
        if name == "stable" { section.refuse("", "stable is the name of the active policies") }
        if let path = section.string("path") { return Revision(name: name, source: .path(path)) }
        guard section.has("service") || section.has("resource") else {
            section.refuse("", "give path, or service and resource as for a bundle")
            return nil
        }
        return Revision(name: name, source: .bundle(BundleSettings.read(name, section, services: services)))
    }
}
