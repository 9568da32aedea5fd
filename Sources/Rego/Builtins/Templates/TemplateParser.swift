/// Reads templates in the language of Go's `text/template`.
struct TemplateParser {
    private var tokens: [TemplateLexer.Token]
    private var position = 0
    private var definitions: [String: [TemplateNode]] = [:]
    /// The variables in scope; the data of the template is `$`.
    private var variables = ["$"]
    private var loopDepth = 0
    private var depth = 0

    /// Actions and parentheses nested deeper than this are refused.
    private static let depthLimit = 100

    static func parse(_ source: String) throws(TemplateError) -> Template {
        var parser = TemplateParser(tokens: try TemplateLexer.tokens(of: source))
        let (body, end) = try parser.list()
        if let end { throw .syntax("unexpected {{\(end.text)}}", line: end.line) }
        return Template(source: source, body: body, definitions: parser.definitions)
    }

    private init(tokens: [TemplateLexer.Token]) { self.tokens = tokens }

    // MARK: Tokens

    private var current: TemplateLexer.Token { tokens[position] }

    private mutating func advance() -> TemplateLexer.Token {
        let token = tokens[position]
        if position < tokens.count - 1 { position += 1 }
        return token
    }

    private mutating func skipSpace() { while current.kind == .space { _ = advance() } }

    private func unexpected(_ token: TemplateLexer.Token, _ context: String) -> TemplateError {
        let shown = token.kind == .end ? "EOF" : (token.kind == .identifier && Self.keywords.contains(token.text) ? "<\(token.text)>" : (token.kind == .close || token.kind == .text ? token.text.quotedForRego : "<\(token.text)>"))
        return .syntax("unexpected \(shown) in \(context)", line: token.line)
    }

    private static let keywords: Set<String> = ["block", "break", "continue", "define", "else", "end", "if", "nil", "range", "template", "with"]

    private mutating func nested<Result>(_ parse: (inout TemplateParser) throws(TemplateError) -> Result) throws(TemplateError) -> Result {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.depthLimit else { throw .syntax("nested more than \(Self.depthLimit) levels deep", line: current.line) }
        return try parse(&self)
    }

    // MARK: Lists and control

    /// Nodes up to `{{end}}`, `{{else}}` or the end of the text; gives the keyword that ended them.
    private mutating func list() throws(TemplateError) -> ([TemplateNode], TemplateLexer.Token?) {
        var nodes: [TemplateNode] = []
        while true {
            let token = advance()
            switch token.kind {
            case .end: return (nodes, nil)
            case .text: nodes.append(.text(token.text))
            default:
                skipSpace()
                let keyword = current
                if keyword.kind == .identifier, keyword.text == "end" || keyword.text == "else" {
                    _ = advance()
                    return (nodes, keyword)
                }
                if let node = try nested({ (parser) throws(TemplateError) in try parser.action() }) { nodes.append(node) }
            }
        }
    }

    private mutating func action() throws(TemplateError) -> TemplateNode? {
        let token = current
        guard token.kind == .identifier else { return .action(try pipeline("command")) }
        switch token.text {
        case "if", "with", "range":
            _ = advance()
            return try control(token.text)
        case "define": return try definition()
        case "block": return try block()
        case "template": return try call()
        case "break", "continue":
            _ = advance()
            skipSpace()
            guard current.kind == .close else { throw unexpected(current, "{{\(token.text)}}") }
            _ = advance()
            guard loopDepth > 0 else { throw .syntax("{{\(token.text)}} outside {{range}}", line: token.line) }
            return token.text == "break" ? .leave : .next
        default: return .action(try pipeline("command"))
        }
    }

    private mutating func control(_ keyword: String) throws(TemplateError) -> TemplateNode {
        let known = variables.count
        defer { variables.removeLast(variables.count - known) }
        let pipeline = try pipeline(keyword)
        if keyword == "range" { loopDepth += 1 }
        let (body, end) = try list()
        if keyword == "range" { loopDepth -= 1 }
        var alternative: [TemplateNode] = []
        guard let end else { throw .syntax("unexpected EOF", line: current.line) }
        if end.text == "else" {
            skipSpace()
            if keyword != "range", current.kind == .identifier, current.text == keyword {
                _ = advance()
                alternative = [try nested { (parser) throws(TemplateError) in try parser.control(keyword) }]
                return make(keyword, pipeline, body, alternative)
            }
            guard current.kind == .close else { throw unexpected(current, "else") }
            _ = advance()
            let (nodes, final) = try list()
            guard let final else { throw .syntax("unexpected EOF", line: current.line) }
            guard final.text == "end" else { throw .syntax("expected end; found {{else}}", line: final.line) }
            alternative = nodes
        }
        try closeEnd()
        return make(keyword, pipeline, body, alternative)
    }

    private func make(_ keyword: String, _ pipeline: TemplatePipeline, _ body: [TemplateNode], _ alternative: [TemplateNode]) -> TemplateNode {
        switch keyword {
        case "if": .conditional(pipeline, then: body, else: alternative)
        case "with": .with(pipeline, then: body, else: alternative)
        default: .range(pipeline, body: body, else: alternative)
        }
    }

    private mutating func closeEnd() throws(TemplateError) {
        skipSpace()
        guard current.kind == .close else { throw unexpected(current, "end") }
        _ = advance()
    }

    private mutating func name(_ context: String) throws(TemplateError) -> TemplateLexer.Token {
        skipSpace()
        guard current.kind == .string || current.kind == .rawString else { throw unexpected(current, context) }
        var token = advance()
        token.text = try Self.unquoted(token)
        return token
    }

    /// The body of a template of its own, to its `{{end}}`.
    private mutating func separateBody(_ context: String) throws(TemplateError) -> [TemplateNode] {
        let outerVariables = variables, outerLoops = loopDepth
        variables = ["$"]
        loopDepth = 0
        defer {
            variables = outerVariables
            loopDepth = outerLoops
        }
        let (body, end) = try list()
        guard let end else { throw .syntax("unexpected EOF", line: current.line) }
        guard end.text == "end" else { throw .syntax("unexpected {{else}} in \(context)", line: end.line) }
        try closeEnd()
        return body
    }

    private mutating func definition() throws(TemplateError) -> TemplateNode? {
        _ = advance()
        let name = try name("define clause")
        skipSpace()
        guard current.kind == .close else { throw unexpected(current, "define clause") }
        _ = advance()
        define(name.text, try separateBody("define clause"))
        return nil
    }

    /// An empty definition replaces none that says something.
    private mutating func define(_ name: String, _ body: [TemplateNode]) {
        let isEmpty = body.allSatisfy { if case .text(let text) = $0 { text.allSatisfy(\.isWhitespace) } else { false } }
        if isEmpty, definitions[name] != nil { return }
        definitions[name] = body
    }

    private mutating func block() throws(TemplateError) -> TemplateNode {
        _ = advance()
        let name = try name("block clause")
        let place = TemplatePlace(offset: name.offset, text: "{{template \(name.text.quotedForRego)}}")
        let pipeline = try pipeline("block clause")
        define(name.text, try separateBody("block clause"))
        return .call(name: name.text, pipeline, place)
    }

    private mutating func call() throws(TemplateError) -> TemplateNode {
        _ = advance()
        let name = try name("template clause")
        var argument: TemplatePipeline?
        skipSpace()
        if current.kind == .close { _ = advance() } else { argument = try pipeline("template clause") }
        let text = argument.map { " \($0.text)" } ?? ""
        return .call(name: name.text, argument, TemplatePlace(offset: name.offset, text: "{{template \(name.text.quotedForRego)\(text)}}"))
    }

    // MARK: Pipelines

    private mutating func pipeline(_ context: String, until end: TemplateLexer.Kind = .close) throws(TemplateError) -> TemplatePipeline {
        var pipeline = TemplatePipeline(variables: [], assigns: false, commands: [])
        try variables(&pipeline, context)
        while true {
            skipSpace()
            if current.kind == end {
                let token = advance()
                try check(pipeline, context, token.line)
                if !pipeline.assigns { variables += pipeline.variables }
                return pipeline
            }
            guard current.kind != .close, current.kind != .end, current.kind != .rightParenthesis else { throw unexpected(current, context) }
            pipeline.commands.append(try command())
        }
    }

    private func check(_ pipeline: TemplatePipeline, _ context: String, _ line: Int) throws(TemplateError) {
        guard !pipeline.commands.isEmpty else { throw .syntax("missing value for \(context)", line: line) }
        for (number, command) in pipeline.commands.enumerated().dropFirst() where command.operands.first?.isLiteral ?? false {
            throw .syntax("non executable command in pipeline stage \(number + 1)", line: line)
        }
    }

    /// `$x :=`, `$x =`, and in loops `$i, $x :=`.
    private mutating func variables(_ pipeline: inout TemplatePipeline, _ context: String) throws(TemplateError) {
        skipSpace()
        let start = position
        var names: [String] = []
        while current.kind == .variable {
            names.append(advance().text)
            skipSpace()
            if current.kind == .declare || current.kind == .assign {
                pipeline.assigns = advance().kind == .assign
                pipeline.variables = names
                if pipeline.assigns { for name in names { try known(name, current.line) } }
                return
            }
            guard current.kind == .comma, context == "range", names.count < 2 else { break }
            _ = advance()
            skipSpace()
            guard current.kind == .variable else { throw .syntax("range can only initialize variables", line: current.line) }
        }
        position = start
    }

    private func known(_ name: String, _ line: Int) throws(TemplateError) {
        guard variables.contains(name) else { throw .syntax("undefined variable \(name.quotedForRego)", line: line) }
    }

    private mutating func command() throws(TemplateError) -> TemplateCommand {
        var operands: [TemplateOperand] = []
        while true {
            skipSpace()
            if let operand = try operand() { operands.append(operand) }
            switch current.kind {
            case .space: continue
            case .close, .rightParenthesis: break
            case .pipe:
                _ = advance()
                skipSpace()
                guard current.kind != .close else { throw .syntax("missing value for command", line: current.line) }
            default: throw unexpected(current, "operand")
            }
            guard !operands.isEmpty else { throw .syntax("empty command", line: current.line) }
            return TemplateCommand(operands: operands)
        }
    }

    private mutating func operand() throws(TemplateError) -> TemplateOperand? {
        guard var operand = try term() else { return nil }
        guard current.kind == .field else { return operand }
        if operand.isLiteral, case .dot = operand.kind {} else if operand.isLiteral { throw unexpected(current, "operand") }
        operand.offset = current.offset
        while current.kind == .field {
            let field = advance()
            operand.fields.append(String(field.text.dropFirst()))
            operand.text += field.text
        }
        return operand
    }

    private mutating func term() throws(TemplateError) -> TemplateOperand? {
        let token = current
        func make(_ kind: TemplateOperand.Kind) -> TemplateOperand { TemplateOperand(kind: kind, offset: token.offset, text: token.text) }
        switch token.kind {
        case .identifier:
            _ = advance()
            switch token.text {
            case "true": return make(.constant(.boolean(true)))
            case "false": return make(.constant(.boolean(false)))
            case "nil": return make(.null)
            default:
                guard !Self.keywords.contains(token.text) else { throw unexpected(token, "command") }
                guard TemplateFunctions.names.contains(token.text) else { throw .syntax("function \(token.text.quotedForRego) not defined", line: token.line) }
                return make(.function(token.text))
            }
        case .dot:
            _ = advance()
            return make(.dot)
        case .field:
            _ = advance()
            var operand = make(.dot)
            operand.fields = [String(token.text.dropFirst())]
            return operand
        case .variable:
            _ = advance()
            try known(token.text, token.line)
            return make(.variable(token.text))
        case .leftParenthesis:
            _ = advance()
            let inner = try nested { (parser) throws(TemplateError) in try parser.pipeline("parenthesized pipeline", until: .rightParenthesis) }
            var operand = make(.pipeline(inner))
            operand.text = "(\(inner.text))"
            return operand
        case .string, .rawString:
            _ = advance()
            return make(.constant(.string(try Self.unquoted(token))))
        case .number, .character:
            _ = advance()
            guard let number = TemplateValue(number: token) else { throw .syntax("bad number syntax: \(token.text.quotedForRego)", line: token.line) }
            return make(.constant(number))
        default: return nil
        }
    }

    private static func unquoted(_ token: TemplateLexer.Token) throws(TemplateError) -> String {
        if token.kind == .rawString { return String(token.text.unicodeScalars.dropFirst().dropLast()) }
        guard let text = GoLiteral.unquoted(token.text) else { throw .syntax("invalid syntax", line: token.line) }
        return text
    }
}
