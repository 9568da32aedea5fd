import Rego

extension LintRule {
    static let arrayMembership = LintRule(
        .performance, "Membership in an array of constants",
        why: "A set finds a member with one look-up; an array is searched from the front.",
        finds: ["allow if input.role in ↓[\"admin\", \"owner\"]"],
        accepts: ["allow if input.role in {\"admin\", \"owner\"}", "allow if input.role in input.roles", "allow if input.x in [input.y, 1]"]
    ) { file, report in
        for site in file.calls(to: "internal.member_2") where site.arguments.count == 2 {
            guard case .array(let items) = site.arguments[1].kind, items.count > 1, items.allSatisfy(\.isScalar) else { continue }
            let text = file.text(site.arguments[1].location)
            report(site.arguments[1].location, fix: .replace(site.arguments[1].location, with: "{\(text.dropFirst().dropLast())}"))
        }
    }
}
