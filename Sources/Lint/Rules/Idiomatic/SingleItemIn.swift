import Rego

extension LintRule {
    static let singleItemIn = LintRule(
        .idiomatic, "Membership in a collection of one",
        why: "`x in [y]` is `x == y`.",
        finds: ["allow if ↓input.role in [\"admin\"]", "allow if ↓input.role in {\"admin\"}"],
        accepts: ["allow if input.role in [\"admin\", \"owner\"]", "allow if input.role == \"admin\""]
    ) { file, report in
        for site in file.calls(to: "internal.member_2") where site.arguments.count == 2 {
            switch site.arguments[1].kind {
            case .array(let items) where items.count == 1, .set(let items) where items.count == 1:
                // Operators on either side would bind otherwise.
                let isPlain = [site.arguments[0], items[0]].allSatisfy { $0.call?.isInfix != true }
                guard isPlain else { report(site.location); continue }
                report(site.location, fix: .replace(site.location, with: "\(file.text(site.arguments[0].location)) == \(file.text(items[0].location))"))
            default: break
            }
        }
    }
}
