import Rego

extension LintRule {
    static let useArrayFlatten = LintRule(
        .idiomatic, "Nested arrays flattened by hand",
        why: "`array.flatten` makes one array of arrays of arrays.",
        finds: ["all := ↓[x | some xs in input.lists; some x in xs]"],
        accepts: ["all := array.flatten(input.lists)", "all := [x.name | some xs in input.lists; some x in xs]"]
    ) { file, report in
        for site in file.bodies where site.kind == .array && site.body.count == 2 {
            guard let term = site.term, case .someIn(nil, let list, _) = site.body[0].kind, case .someIn(nil, let item, let domain) = site.body[1].kind else { continue }
            guard let name = list.localName, domain.localName == name, let element = item.localName, site.heads.first?.localName == element else { continue }
            report(term.location)
        }
    }
}
