import Rego

extension LintRule {
    static let unresolvedReference = LintRule(
        .imports, "Reference to a rule that is not there",
        why: "The package has no such rule, but one with almost this name. An undefined reference fails silently.",
        finds: ["package policy\n\nallow if ↓data.policy.is_admni\n\nis_admin if input.admin"],
        accepts: ["package policy\n\nallow if data.policy.is_admin\n\nis_admin if input.admin", "allow if data.roles[input.user]"]
    ) { file, report in
        let packages = report.project.packages
        for site in file.refs where site.ref.head.variableName == "data" {
            let keys = ["data"] + site.ref.path.prefix { $0.stringValue != nil }.compactMap(\.stringValue)
            guard let end = (1..<max(1, keys.count)).last(where: { packages.contains(keys[..<$0].joined(separator: ".")) }) else { continue }
            let package = keys[..<end].joined(separator: "."), name = keys[end]
            guard !report.project.hasDocument(at: "\(package).\(name)") else { continue }
            let similar = report.project.ruleNames(in: package).first { $0 != name && Spelling.isSimilar($0, name) }
            if let similar { report(site.location, "did you mean \(package).\(similar)?") }
        }
    }
}
