import DecisionService
import Foundation
import Rego

/// A session of `verdict repl`: takes lines, keeps what they define, and answers queries. It knows nothing of a terminal.
struct Session {
    /// What is to be read, and how.
    struct Sources {
        var paths: [String] = []
        var bundles: [String] = []
        var ignored: [String] = []
        var version = RegoVersion.v1
        var options = CompilerOptions()
        var network: (any PolicyNetwork)?
        var colors = false
    }

    /// What a line is answered with.
    struct Reply: Equatable {
        var output = ""
        var error = ""
        var isLast = false
    }

    private(set) var sources: Sources
    private var loaded: LoadedSources
    private var modules: [[String]: InteractiveModule] = [:]
    private(set) var package = ["repl"]
    var input: Value?
    private var tracing: ExplanationMode?
    private(set) var snapshot: PolicySnapshot
    /// Lines that are not complete yet.
    private var pending = ""
    /// What the files looked like when they were read; nil where they are not watched.
    private var stamps: FileStamps?
    /// Ends the query that is being evaluated.
    var cancellation = Cancellation()

    /// - Throws: `PolicyFiles.Failure` and `DiagnosticList` where the files cannot be read or do not compile.
    init(_ sources: Sources, watches: Bool = false) throws {
        self.sources = sources
        if watches { stamps = FileStamps(of: sources.paths + sources.bundles) }
        loaded = try Self.load(sources)
        snapshot = try PolicySnapshot(policies: loaded.policies, data: loaded.data, options: sources.options)
    }

    private static func load(_ sources: Sources) throws(PolicyFiles.Failure) -> LoadedSources {
        try LoadedSources(paths: sources.paths, bundles: sources.bundles, version: sources.version, ignored: sources.ignored)
    }

    var prompt: String { pending.isEmpty ? "> " : "| " }
    var module: InteractiveModule { modules[package] ?? InteractiveModule(package: package) }

    /// Gives up what is not complete.
    mutating func abandon() { pending = "" }

    /// Takes a line.
    mutating func accept(_ line: String) -> Reply {
        let trimmed = line.trimmingCharacters(in: .whitespaces)
        if pending.isEmpty, trimmed.hasPrefix(":") { return answer { (session) throws in try session.command(String(trimmed.dropFirst())) } }
        if pending.isEmpty, trimmed.isEmpty { return Reply() }
        let text = pending.isEmpty ? line : pending + "\n" + line
        // An empty line ends what is never going to be complete.
        if !trimmed.isEmpty, LineCompleteness.needsMore(text) {
            pending = text
            return Reply()
        }
        pending = ""
        return answer { (session) throws in try session.statement(text) }
    }

    /// What is left when no more lines come.
    mutating func end() -> Reply {
        let text = pending
        pending = ""
        return text.isEmpty ? Reply() : answer { (session) throws in try session.statement(text) }
    }

    /// The reply of a function, or what it threw.
    private mutating func answer(_ body: (inout Session) throws -> Reply) -> Reply {
        do {
            return try body(&self)
        } catch let error as DiagnosticList {
            return Reply(error: Reporting.text(error.diagnostics) + "\n")
        } catch {
            return Reply(error: "\(error)\n")
        }
    }

    // MARK: Statements

    private mutating func statement(_ text: String) throws -> Reply {
        let words = text.split(whereSeparator: \.isWhitespace)
        if words.first == "package" || words.first == "import" { return try header(text) }
        // What these words are in is read as a query too, but is hardly meant as one.
        if words.contains(where: { ["if", "contains", "default"].contains($0) }), let definitions = InteractiveModule.definitions(in: text, of: module, sources.version) {
            return try define(definitions)
        }
        let parsed = Parser.parseQuery(text, version: sources.version)
        if let body = parsed.body, !Self.isAssignment(body) { return try query(text) }
        if let body = parsed.body, let value = Self.assignedInput(body) {
            input = try evaluate(value)?.expressions.last?.value
            return Reply(output: input == nil ? "undefined\n" : "")
        }
        guard let definitions = InteractiveModule.definitions(in: text, of: module, sources.version) else {
            // What is neither a query nor a rule is most likely meant as a query.
            guard parsed.body == nil else { return try query(text) }
            throw DiagnosticList(parsed.diagnostics)
        }
        return try define(definitions)
    }

    private mutating func define(_ definitions: [InteractiveModule.Definition]) throws -> Reply {
        var changed = module, replies: [String] = []
        for definition in definitions {
            let isKnown = changed.define(definition)
            replies.append("Rule \(definition.name) is \(isKnown ? "changed" : "defined") in package \(RuleName.text(package)).\n")
        }
        try replace(with: changed)
        return Reply(output: replies.joined())
    }

    /// Whether a query could be a rule as well: one assignment to a name, a reference or a function.
    private static func isAssignment(_ body: Body) -> Bool {
        guard body.count == 1, case .term(let term) = body[0].kind, case .call(let call) = term.kind, call.function == ["assign"], let left = call.arguments.first else { return false }
        switch left.kind {
        case .variable, .ref, .call: return true
        default: return false
        }
    }

    /// The text of the value in `input := value`.
    private static func assignedInput(_ body: Body) -> String? {
        guard case .term(let term) = body[0].kind, case .call(let call) = term.kind, case .variable("input")? = call.arguments.first?.kind else { return nil }
        return call.arguments[1].description
    }

    private mutating func header(_ text: String) throws -> Reply {
        let heading = text.hasPrefix("package") ? text : InteractiveModule(package: package).text + text
        let (parsed, diagnostics) = Parser.parse(PolicySource(file: "", text: heading, version: sources.version))
        guard let parsed else { throw DiagnosticList(diagnostics) }
        if text.hasPrefix("package") {
            package = parsed.package.path
            return Reply()
        }
        var changed = module
        let written = text.trimmingCharacters(in: .whitespaces).dropFirst("import".count).trimmingCharacters(in: .whitespaces)
        if !changed.imports.contains(written) { changed.imports.append(written) }
        try replace(with: changed)
        return Reply()
    }

    /// Compiles everything with a changed module; where that fails, nothing has changed.
    private mutating func replace(with module: InteractiveModule) throws {
        var changed = modules
        changed[module.package] = module.isEmpty ? nil : module
        snapshot = try compile(loaded, changed)
        modules = changed
    }

    private func compile(_ loaded: LoadedSources, _ modules: [[String]: InteractiveModule]) throws(DiagnosticList) -> PolicySnapshot {
        let typed = modules.values.map { $0.source(sources.version) }.sorted { $0.file < $1.file }
        return try PolicySnapshot(policies: loaded.policies + typed, data: loaded.data, options: sources.options)
    }

    // MARK: Queries

    private func query(_ text: String) throws -> Reply {
        var reply = Reply(), analysis = Analysis(), options = evaluationOptions
        let asked = try tracing == nil ? snapshot : snapshot.observed()
        if tracing != nil { options.observer = Observer([.trace, .variables]) }
        let prepared = try asked.prepare(text, version: sources.version, package: package, imports: module.imports)
        let result = try prepared.evaluate(input: input.map { .value($0) } ?? .none, options: options)
        if let tracing, let observer = options.observer { analysis.add(Trace(tracing.filtered(observer.trace), of: asked, query: text), showsVariables: false) }
        reply.error = result.prints.map { $0.text + "\n" }.joined()
        reply.output = ResultFormat.text(result, .pretty, analysis)
        return reply
    }

    private func evaluate(_ text: String) throws -> QueryResult.Solution? {
        try snapshot.prepare(text, version: sources.version, package: package, imports: module.imports)
            .evaluate(input: input.map { .value($0) } ?? .none, options: evaluationOptions).solutions.first
    }

    private var evaluationOptions: EvaluationOptions {
        var options = EvaluationOptions()
        options.network = sources.network
        options.cancellation = cancellation
        return options
    }

    // MARK: Files

    /// Reads files again where they have changed and are watched; nil where nothing happened.
    mutating func reloadChanged() -> Reply? {
        guard let stamps else { return nil }
        let now = FileStamps(of: sources.paths + sources.bundles)
        guard now != stamps else { return nil }
        self.stamps = now
        return answer { (session) throws in try session.reload(session.sources) }
    }

    /// Where files cannot be read or do not compile, those before stay.
    private mutating func reload(_ sources: Sources) throws -> Reply {
        let files = try Self.load(sources)
        snapshot = try compile(files, modules)
        (loaded, self.sources) = (files, sources)
        if stamps != nil { stamps = FileStamps(of: sources.paths + sources.bundles) }
        return Reply(output: "\(files.policies.count) polic\(files.policies.count == 1 ? "y" : "ies") loaded.\n")
    }

    // MARK: Commands

    private mutating func command(_ line: String) throws -> Reply {
        let parts = line.split(maxSplits: 1, whereSeparator: \.isWhitespace).map(String.init)
        let matching = SessionCommand.allCases.filter { $0.rawValue == parts.first || (parts.first?.count ?? 0 > 0 && $0.rawValue.hasPrefix(parts[0])) }
        guard let command = matching.first(where: { $0.rawValue == parts.first }) ?? (matching.count == 1 ? matching[0] : nil) else {
            return Reply(error: "no command :\(parts.first ?? ""); :help lists them\n")
        }
        let argument = parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : ""
        switch command {
        case .help: return Reply(output: SessionCommand.introduction)
        case .quit: return Reply(isLast: true)
        case .show: return Reply(output: module.isEmpty ? "package \(RuleName.text(package))\n" : module.text)
        case .reload: return try reload(sources)
        case .watch: return watch()
        case .trace: return trace(argument)
        case .load, .input, .unset, .type, .tree, .why:
            guard !argument.isEmpty else { return Reply(error: "usage: :\(command.rawValue) \(command.argument)\n") }
            return try answer(command, argument)
        }
    }

    private mutating func answer(_ command: SessionCommand, _ argument: String) throws -> Reply {
        switch command {
        case .load:
            var more = sources
            for path in argument.split(whereSeparator: \.isWhitespace).map(String.init) where !more.paths.contains(path) { more.paths.append(path) }
            return try reload(more)
        case .input:
            input = try PolicyFiles.inputSource(argument).value()
            return Reply()
        case .unset: return try unset(argument)
        case .type:
            let types = try snapshot.types(of: argument, version: sources.version, package: package, imports: module.imports)
            return Reply(output: types.map { $0.name.isEmpty ? "\($0.type)\n" : "\($0.name): \($0.type)\n" }.joined())
        case .tree:
            guard let path = Tree.path(reference(argument)) else { return Reply(error: "\(argument): expected a reference such as data.app.allow\n") }
            let trees = snapshot.decisionTrees(at: path)
            return trees.isEmpty ? Reply(error: "\(argument): no rule defines this document\n") : Reply(output: trees.map(\.text).joined(separator: "\n"))
        default:
            let explanation = try snapshot.explain(reference(argument), input: input, options: evaluationOptions)
            return Reply(output: ExplanationText(explanation, of: snapshot, colors: sources.colors).text)
        }
    }

    /// A document as it is named in the present package.
    private func reference(_ text: String) -> String {
        let name = text.prefix { $0 != "." && $0 != "[" }
        if name == "data" { return text }
        if let imported = module.importedPath(of: String(name)) { return imported + text.dropFirst(name.count) }
        return "data.\(RuleName.text(package)).\(text)"
    }

    private mutating func unset(_ name: String) throws -> Reply {
        if name == "input" {
            input = nil
            return Reply()
        }
        var changed = module
        guard changed.remove(name) else { return Reply(error: "no rule \(name) was defined here in package \(RuleName.text(package))\n") }
        try replace(with: changed)
        return Reply()
    }

    private mutating func watch() -> Reply {
        if stamps != nil {
            stamps = nil
            return Reply(output: "Files are not watched any more.\n")
        }
        stamps = FileStamps(of: sources.paths + sources.bundles)
        return Reply(output: "Files are watched.\n")
    }

    private mutating func trace(_ argument: String) -> Reply {
        if argument == "off" || (argument.isEmpty && tracing != nil) {
            tracing = nil
            return Reply(output: "No traces are shown.\n")
        }
        guard let mode = argument.isEmpty ? .full : ExplanationMode(rawValue: argument) else { return Reply(error: "usage: :trace \(SessionCommand.trace.argument)\n") }
        tracing = mode
        return Reply(output: "Traces are shown: \(mode.rawValue).\n")
    }
}
