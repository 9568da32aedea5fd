import Rego

extension LintRule {
    static let customInConstruct = LintRule(
        .idiomatic, "Function that asks whether a collection has an element",
        why: "`item in collection` says the same without a function of one's own.",
        finds: ["↓contains_item(xs, x) if xs[_] == x", "↓has(x, xs) if x == xs[_]"],
        accepts: ["longer(xs, n) if count(xs) > n"]
    ) { file, report in
        for rule in file.module.rules where rule.body.count == 1 && !rule.hasNoBody && rule.head.arguments?.count == 2 {
            guard let (left, right, _) = rule.body[0].sides(of: "equal", "eq") else { continue }
            let names = Set((rule.head.arguments ?? []).compactMap(\.localName))
            for (collection, item) in [(left, right), (right, left)] {
                guard let ref = collection.ref, ref.path.count == 1, ref.path[0].isWildcard, let name = ref.head.localName, let element = item.localName else { continue }
                if names == [name, element] { report(rule.head.location) }
            }
        }
    }
}
