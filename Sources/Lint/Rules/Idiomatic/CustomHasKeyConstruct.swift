import Rego

extension LintRule {
    static let customHasKeyConstruct = LintRule(
        .idiomatic, "Function that asks whether an object has a key",
        why: "`key in object.keys(x)` says the same without a function of one's own.",
        finds: ["↓has_key(object, key) if {\n\t_ = object[key]\n}", "↓has(o, k) if _ := o[k]"],
        accepts: ["first(xs, n) := xs[n]"]
    ) { file, report in
        for rule in file.module.rules where rule.body.count == 1 && !rule.hasNoBody && rule.head.arguments?.count == 2 {
            guard let (left, right, _) = rule.body[0].sides(of: "eq", "assign"), left.isWildcard, let ref = right.ref, ref.path.count == 1 else { continue }
            let names = Set((rule.head.arguments ?? []).compactMap(\.localName))
            if let object = ref.head.localName, let key = ref.path[0].localName, names == [object, key] { report(rule.head.location) }
        }
    }
}
