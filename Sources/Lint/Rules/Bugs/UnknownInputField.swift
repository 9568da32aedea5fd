import Rego

extension LintRule {
    static let unknownInputField = LintRule(
        .bugs, "Field that the input cannot have",
        why: "The JSON Schema of the input (`--input-schema`) has no such field, so the reference is never defined.",
        finds: [],
        accepts: ["allow if input.user.name == \"a\""]
    ) { file, report in
        guard let schema = report.project.inputSchema, !file.isTest else { return }
        for site in file.refs where site.ref.head.variableName == "input" {
            let path = site.ref.path.map { part -> String? in
                if case .number(let text) = part.kind { text } else { part.stringValue }
            }
            guard let position = schema.firstUnknown(in: path) else { continue }
            report(site.ref.path[position].location, "\(Ref(head: site.ref.head, path: Array(site.ref.path[...position])))")
        }
    }
}
