import Rego

extension LintRule {
    static let useSomeForOutputVars = LintRule(
        .idiomatic, "Variable that a reference binds without `some`",
        why: "`some i` says that `i` is local and takes every key; without it, a rule named `i` elsewhere in the package changes the meaning.",
        finds: ["names contains name if name := input.users[↓i].roles[i]"],
        accepts: ["names contains name if {\n\tsome i\n\tname := input.users[i].roles[i]\n}", "first := input.xs[n] if n := 0"]
    ) { file, report in
        let globals = file.globalNames.union(report.project.ruleNames(in: file.packageName))
        let declared = file.index.declaredNames
        let outputs = file.index.unifiedNames
        var known: Set<String> = []
        for site in file.refs {
            for part in site.ref.path {
                guard let name = part.localName, !globals.contains(name), !declared[site.branch].contains(name), !outputs[site.branch].contains(name) else { continue }
                if known.insert("\(site.branch) \(name)").inserted { report(part.location, name) }
            }
        }
    }
}
