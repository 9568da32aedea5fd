import Rego

extension LintRule {
    static let nestedComprehension = LintRule(
        .performance, "Comprehension that a loop makes again each time",
        why: "It depends on nothing of the loop, so every iteration builds the same collection. Build it once, before the loop.",
        finds: ["allow if {\n\tsome x in input.xs\n\tnames := ↓{y | some y in data.names}\n\tx in names\n}"],
        accepts: ["allow if {\n\tnames := {y | some y in data.names}\n\tsome x in input.xs\n\tx in names\n}", "allow if {\n\tsome x in input.xs\n\tnames := {y | some y in x.names}\n\t\"a\" in names\n}"]
    ) { file, report in
        for site in file.bodies where site.kind != .rule && site.kind != .every {
            guard let parent = site.parent, let term = site.term else { continue }
            let around = file.bodies[parent].body
            guard let position = around.firstIndex(where: { $0.location.offset <= term.location.offset && term.location.offset < $0.location.offset + $0.location.length }) else { continue }
            let loops = around[..<position].filter { if case .someIn = $0.kind { true } else { false } }
            guard !loops.isEmpty, around[position].sides(of: "assign") != nil else { continue }
            let bound = Set(around[..<position].flatMap(\.variableNames)).subtracting(file.globalNames)
            if bound.isDisjoint(with: term.variableNames) { report(term.location) }
        }
    }
}
