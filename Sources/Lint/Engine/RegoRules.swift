import Rego

/// Lint rules written in Rego, laid out as Regal's: a package `custom.regal.rules.<category>["<name>"]` (or `custom.verdict.…`) with a rule `report`.
///
/// The input is `PolicyFile.facts`. Each member of `report` is an object with a `location`, such as one of the input's, and, if it likes, a `description`.
public enum RegoRules {
    private static let roots: [[String]] = [["custom", "regal", "rules"], ["custom", "verdict", "rules"]]

    /// - Throws: `DiagnosticList` where the policies do not compile, `LintSettings.Problem` where none of them is a rule.
    public static func rules(from policies: [PolicySource]) throws -> [LintRule] {
        let snapshot = try PolicySnapshot(policies: policies)
        var rules: [LintRule] = []
        for module in snapshot.modules where roots.contains(Array(module.package.path.prefix(3))) && module.package.path.count == 5 {
            guard module.rules.contains(where: { $0.head.name == "report" }) else { continue }
            let category = module.package.path[3], name = module.package.path[4]
            guard !rules.contains(where: { $0.name == name }), !LintRule.all.contains(where: { $0.name == name }) else {
                throw LintSettings.Problem(description: "\(module.file): there is a rule \(name) already")
            }
            rules.append(rule(name, category, module, try snapshot.document(module.package.path + ["report"])))
        }
        guard !rules.isEmpty else {
            throw LintSettings.Problem(description: "no rules: expected packages such as custom.verdict.rules.naming[\"my-rule\"] with a rule `report`")
        }
        return rules
    }

    private static func rule(_ name: String, _ category: String, _ module: Module, _ query: PreparedQuery) -> LintRule {
        let fields = module.annotations.first { $0.scope == .package }?.fields
        let title: String = if case .string(let text)? = fields?["title"] ?? fields?["description"] { text } else { name }
        let why: String = if case .string(let text)? = fields?["description"] { text } else { "A rule of \(module.file)." }
        return LintRule(name: name, LintRule.Category(rawValue: category) ?? .custom, title, why: why) { file, report in
            for finding in findings(query, in: file) { report(finding.location, finding.description) }
        }
    }

    private static func findings(_ query: PreparedQuery, in file: PolicyFile) -> [(location: SourceLocation, description: String?)] {
        let result: QueryResult
        do {
            result = try query.evaluate(input: .value(file.facts))
        } catch {
            return [(file.location(row: 1, column: 1, length: 1), "the rule failed: \(error.message)")]
        }
        guard case .set(let members)? = result.solutions.first?.expressions.first?.value else { return [] }
        return members.map { member in
            let place = member["location"]
            let row = integer(place?["row"]) ?? 1, column = integer(place?["col"]) ?? 1
            let description: String? = if case .string(let text)? = member["description"] { text } else { nil }
            return (file.location(row: row, column: column, length: 1), description)
        }
    }

    private static func integer(_ value: Value?) -> Int? {
        if case .number(let number)? = value { number.integer.map(Int.init) } else { nil }
    }
}
