import Rego

/// `verdict.evaluate`: what the rule at a place gives for the sample input.
///
/// The argument is `{"uri": …, "position": …}`. The answer is `{"path", "input", "isDefined", "value", "prints"}`, or an error that says why
/// evaluation ended; in a few words it is also shown to the user, because editors do not show answers of commands.
enum Evaluation: BackgroundFeature {
    struct Subject: Codable {
        var uri: String
        var position: Position
    }

    struct Parameters: Decodable {
        var command: String
        var arguments: [Subject]?
    }

    static let command = "verdict.evaluate"
    static let method = "workspace/executeCommand"
    static let capability: Capability = ("executeCommandProvider", ["commands": [.string(command)]])

    static func prepare(_ parameters: Parameters, in workspace: Workspace) throws(RequestError) -> BackgroundRequest {
        guard parameters.command == command else { throw RequestError(.invalidParameters, "\(parameters.command) is no command of this server; \(command) is") }
        guard let subject = parameters.arguments?.first else { throw RequestError(.invalidParameters, "\(command) takes {\"uri\", \"position\"}") }
        let (root, document) = try workspace.subject(TextDocumentIdentifier(uri: subject.uri))
        let rule = Result { () throws(RequestError) in try path(at: subject.position, in: document, of: root) }
        let folder = root.folder, files = workspace.files
        return BackgroundRequest(root: root) { [file = document.path] compiled, cancellation in
            // Also that nothing can be evaluated is answered here: an answer comes after what is wrong with the policies was told.
            guard case .success(let path) = rule else { return rule.map { _ in BackgroundWork.Answer(document: .null) } }
            guard compiled.isCurrent, let snapshot = compiled.snapshot else {
                return .failure(RequestError(.requestFailed, "mend first what is wrong with the policies: there is nothing to evaluate"))
            }
            return evaluate(path, snapshot, SampleInput(for: file, below: folder, files), cancellation)
        }
    }

    /// The rule whose name stands at a place, else the one that the place lies in.
    private static func path(at position: Position, in document: PolicyDocument, of root: PolicyRoot) throws(RequestError) -> [String] {
        guard document.isWellFormed, let tree = document.tree else { throw RequestError(.requestFailed, "mend first what is wrong with \(document.name)") }
        let offset = tree.text.offset(of: position)
        var path: [String]?
        if let occurrence = tree.occurrence(at: offset), case .document(let name) = root.settled(occurrence.symbol) { path = root.rule(at: name) }
        if path == nil, let rule = tree.rule(at: offset) { path = tree.definitions.first { $0.rule == rule }?.path }
        guard let path else { throw RequestError(.requestFailed, "no rule stands at line \(position.line + 1) of \(document.name)") }
        guard root.definitions(of: path).allSatisfy({ $0.document.tree?.rule($0.definition).head.arguments == nil }) else {
            throw RequestError(.requestFailed, "\(RuleText.path(path)) is a function; evaluate a rule that calls it")
        }
        return path
    }

    private static func evaluate(
        _ path: [String], _ snapshot: PolicySnapshot, _ input: SampleInput, _ cancellation: Cancellation
    ) -> Result<BackgroundWork.Answer, RequestError> {
        if let problem = input.problem { return .failure(RequestError(.requestFailed, problem)) }
        let (outcome, prints) = BoundedEvaluation.evaluate(path, snapshot, input.source, cancellation: cancellation)
        if case .failed(let reason) = outcome { return .failure(RequestError(.requestFailed, "\(RuleText.path(path)): \(reason)")) }
        var members: [(Value, Value)] = [
            ("path", .string(RuleText.path(path))), ("input", input.file.map { .string($0) } ?? .null), ("prints", .array(prints.map { .string($0) })),
        ]
        if case .value(let value) = outcome { members += [("isDefined", true), ("value", value)] } else { members.append(("isDefined", false)) }
        return .success(BackgroundWork.Answer(document: .makeObject(members), message: "\(RuleText.path(path)) = \(RuleText.short(outcome))"))
    }
}
