import Rego

extension LintRule {
    static let useInOperator = LintRule(
        .idiomatic, "Membership written as iteration",
        why: "`x in xs` asks the same and says so.",
        finds: ["allow if ↓input.roles[_] == \"admin\"", "allow if ↓\"admin\" == input.roles[_]"],
        accepts: ["allow if \"admin\" in input.roles", "allow if input.users[_].name == \"a\"", "allow if input.roles[0] == \"admin\""]
    ) { file, report in
        for site in file.calls(to: ["equal", "eq"]) where site.isLiteral && site.arguments.count == 2 {
            for (side, other) in [(0, 1), (1, 0)] {
                guard let ref = site.arguments[side].ref, let last = ref.path.last, last.isWildcard, !ref.path.dropLast().contains(where: \.isWildcard) else { continue }
                guard site.arguments[other].isScalar || site.arguments[other].fixedPath != nil && site.arguments[other].ref != nil else { continue }
                let collection = file.text(site.arguments[side].location)
                let fix: Fix? = collection.hasSuffix("[_]") ? .replace(site.location, with: "\(file.text(site.arguments[other].location)) in \(collection.dropLast(3))") : nil
                report(site.location, fix: fix)
            }
        }
    }
}
