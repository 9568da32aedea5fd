import Rego

extension LintRule {
    static let walkNoPath = LintRule(
        .performance, "`walk` with a path that is not used",
        why: "`walk(x, [_, value])` says that paths are not wanted, so none is built.",
        finds: ["names contains value.name if ↓walk(input, [path, value])"],
        accepts: ["names contains value.name if walk(input, [_, value])", "names contains path if walk(input, [path, value])"]
    ) { file, report in
        let counts = file.variableCounts
        for site in file.calls(to: "walk") where site.arguments.count == 2 {
            guard case .array(let parts) = site.arguments[1].kind, parts.count == 2, let name = parts[0].localName, counts[site.branch][name] == 1 else { continue }
            report(site.location, fix: .replace(parts[0].location, with: "_"))
        }
    }
}
