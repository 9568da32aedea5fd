import Rego

extension LintRule {
    static let leakedInternalReference = LintRule(
        .bugs, "Reference to what another package keeps internal",
        why: "A leading underscore marks rules that may change any time. Ask the package for something public instead.",
        finds: ["allow if ↓data.users._cache[input.user]", "package policy\n\n↓import data.users._cache\n\nallow if cache.x"],
        accepts: ["_cache := {1}\n\nallow if _cache", "allow if data.users.known[input.user]"]
    ) { file, report in
        guard !file.isTest else { return }
        for site in file.refs where site.ref.head.variableName == "data" {
            guard site.ref.path.contains(where: { $0.stringValue?.hasPrefix("_") == true }), site.term.fixedPath?.hasPrefix(file.packageName + ".") != true else { continue }
            report(site.location)
        }
        for item in file.module.imports where item.path.first == "data" && item.path.contains(where: { $0.hasPrefix("_") }) { report(item.location) }
    }
}
