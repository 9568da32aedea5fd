/// Packages, imports and rules.
extension Parser {
    mutating func module(text: String) throws(Failure) -> Module {
        if current.kind == .endOfText { throw Failure(diagnostic: Diagnostic(.parse, "empty module", at: SourceLocation(file: source.file, row: 0, column: 0))) }
        guard current.isKeyword(.package) else { throw failure("package expected") }
        let package = try self.package()
        var module = Module(file: source.file, text: text, version: version, package: package)
        while current.kind != .endOfText {
            if isKeyword(.import) {
                module.imports.append(try importStatement())
            } else if isKeyword(.package) {
                throw unexpected()
            } else {
                module.rules.append(contentsOf: try rules())
            }
        }
        module.version = version
        return module
    }

    private mutating func package() throws(Failure) -> Package {
        let start = advance()
        guard current.kind != .endOfText else { throw unexpected() }
        if current.followsNewline { throw unexpected("expected ident") }
        let path = try dottedPath()
        return Package(path: path, at: start.location)
    }

    /// `a.b["c"]`: string segments only.
    private mutating func dottedPath() throws(Failure) -> [String] {
        guard let first = pathSegment() else { throw unexpected() }
        var path = [first]
        while true {
            if current.isSymbol(.dot), !current.followsSpace {
                advance()
                guard let segment = pathSegment() else { throw unexpected("expected identifier") }
                path.append(segment)
            } else if current.isSymbol(.leftBracket), !current.followsSpace {
                advance()
                guard current.kind == .string || current.kind == .rawString else { throw unexpected() }
                path.append(advance().text)
                guard accept(.rightBracket) else { throw unexpected() }
            } else {
                return path
            }
        }
    }

    private mutating func pathSegment() -> String? {
        switch current.kind {
        case .identifier, .keyword: advance().text
        default: nil
        }
    }

    private mutating func importStatement() throws(Failure) -> Import {
        let start = advance()
        let place = current.location
        let path = try dottedPath()
        guard ["data", "input", "future", "rego"].contains(path[0]) else {
            throw failure("unexpected import path, must begin with one of: {data, future, input, rego}, got: \(path[0]) (hint: if this is unexpected, try updating OPA)", at: place)
        }
        var alias: String?
        if accept(.as) {
            guard let name = variableName(current) else { throw unexpected("expected var") }
            alias = name
            advance()
        }
        if path[0] == "future" {
            guard path.count >= 2, path[1] == "keywords" else { throw failure("invalid import, must be `future.keywords`", at: place) }
            if alias != nil { throw failure("`future` imports cannot be aliased", at: place) }
            try importKeywords(path, place)
        }
        if path[0] == "rego" {
            guard path == ["rego", "v1"] else { throw failure("invalid import `\(path.joined(separator: "."))`, must be `rego.v1`", at: place) }
            if alias != nil { throw failure("`rego` imports cannot be aliased", at: place) }
            version = .v1
            futureKeywords = [.contains, .every, .if, .in]
        }
        return Import(path: path, alias: alias, at: start.location)
    }

    private mutating func importKeywords(_ path: [String], _ place: SourceLocation) throws(Failure) {
        if path.count == 2 {
            futureKeywords = [.contains, .every, .if, .in]
            return
        }
        guard path.count == 3, let keyword = Token.Keyword(rawValue: path[2]), keyword.isFuture else {
            throw failure("unexpected keyword, must be one of [contains every if in]", at: place)
        }
        futureKeywords.insert(keyword)
        if keyword == .every { futureKeywords.insert(.in) }
    }

    // MARK: Rules

    /// A rule, or several where one head has several bodies.
    private mutating func rules() throws(Failure) -> [Rule] {
        let start = current
        var isDefault = false
        if isKeyword(.default) {
            advance()
            isDefault = true
        }
        var head = try head(isDefault: isDefault)
        head.location = start.location
        head.location.length = max(0, tokens[max(0, position - 1)].location.offset + tokens[max(0, position - 1)].location.length - start.location.offset)
        if isDefault {
            try checkDefault(head, start)
            return [Rule(head: head, body: [], isDefault: true, at: start.location)]
        }
        let hasIf = accept(.if)
        var rule = Rule(head: head, body: [], at: start.location)
        var rules: [Rule] = []
        var hasBody = false
        if hasIf {
            rule.body = try ifBody()
            hasBody = true
        } else if current.isSymbol(.leftBrace) && !(version == .v1) {
            rule.body = try bracedBody()
            hasBody = true
        } else if current.isSymbol(.leftBrace) && !current.followsNewline {
            throw failure("`if` keyword is required before rule body", at: start.location)
        } else {
            rule.body = [trueLiteral(at: start.location)]
        }
        if version == .v0 { rule.head = v0Head(rule.head, hasBody: hasBody, hasIf: hasIf) } else { try checkHead(rule.head, hasBody: hasBody, start) }
        if isKeyword(.else) {
            if rule.head.key != nil { throw failure("else keyword cannot be used on multi-value rules") }
            rule.elseRule = try elseBranch(of: rule.head)
        }
        rules.append(rule)
        while hasBody, rule.elseRule.isEmpty, current.isSymbol(.leftBrace) {
            let place = current.location
            var chained = Rule(head: rule.head, body: [], at: place)
            chained.body = try bracedBody()
            rules.append(chained)
        }
        return rules
    }

    func trueLiteral(at location: SourceLocation) -> Expression {
        var literal = Expression(.term(Term(.boolean(true), at: location)), at: location)
        literal.isGenerated = true
        return literal
    }

    private mutating func head(isDefault: Bool) throws(Failure) -> Head {
        let start = current
        let name: String
        if let variable = variableName(current) {
            name = variable
        } else if case .keyword = current.kind, startsKeywordRef {
            name = current.text
        } else {
            throw notARuleName()
        }
        advance()
        var head = Head(name: name, at: start.location)
        while true {
            if current.followsSpace { break }
            if current.isSymbol(.dot) {
                advance()
                let place = current.location
                guard let segment = pathSegment() else { throw unexpected("expected identifier") }
                head.path.append(Term(.string(segment), at: place))
            } else if current.isSymbol(.leftBracket) {
                advance()
                let key = try expression()
                guard accept(.rightBracket) else { throw unexpected() }
                head.path.append(key)
            } else if current.isSymbol(.leftParenthesis) {
                advance()
                head.arguments = try terms(until: .rightParenthesis)
                break
            } else {
                break
            }
        }
        if head.arguments == nil, isKeyword(.contains) {
            advance()
            head.key = try expression()
        }
        if current.isSymbol(.assign) || current.isSymbol(.unify) {
            head.isAssignment = current.isSymbol(.assign)
            let place = current.location
            advance()
            if head.key != nil { throw failure("unexpected \(head.isAssignment ? "assign" : "eq") token: expected rule body", at: place) }
            if current.kind == .endOfText { throw unexpected("expected rule value term (e.g., \(name) := <VALUE> { ... })") }
            head.value = try expression()
        }
        if isKeyword(.with) { throw failure("expressions using with keyword cannot be used for rule head") }
        return head
    }

    private func notARuleName() -> Failure {
        switch current.kind {
        case .keyword(let keyword):
            switch keyword {
            case .true, .false: return failure("boolean cannot be used for rule name")
            case .null: return failure("null cannot be used for rule name")
            case .contains, .if, .in, .every: return failure("\(keyword.rawValue) keyword cannot be used for rule name")
            default: return unexpected()
            }
        case .number: return failure("number cannot be used for rule name")
        case .string, .rawString: return failure("string cannot be used for rule name")
        case .symbol(.leftBracket): return failure("array cannot be used for rule name")
        case .symbol(.leftBrace): return failure("object cannot be used for rule name")
        default: return unexpected()
        }
    }

    private func checkDefault(_ head: Head, _ start: Token) throws(Failure) {
        guard let value = head.value else { throw failure("illegal default rule (must have a value)", at: start.location) }
        if let name = Self.illegalInDefault(value) { throw failure("illegal default rule (value cannot contain \(name))", at: start.location) }
        if let arguments = head.arguments {
            var seen: Set<String> = []
            for argument in arguments {
                guard case .variable(let name) = argument.kind else {
                    throw failure("illegal default rule (arguments cannot contain \(argument.kindName))", at: start.location)
                }
                if !name.hasPrefix("$"), !seen.insert(name).inserted { throw failure("illegal default rule (arguments cannot be repeated \(name))", at: start.location) }
            }
        }
    }

    private static func illegalInDefault(_ term: Term) -> String? {
        switch term.kind {
        case .variable: return "var"
        case .ref: return "ref"
        case .call: return "call"
        case .array(let terms), .set(let terms):
            for term in terms { if let name = illegalInDefault(term) { return name } }
            return nil
        case .object(let entries):
            for entry in entries { if let name = illegalInDefault(entry.key) ?? illegalInDefault(entry.value) { return name } }
            return nil
        default: return nil
        }
    }

    private func checkHead(_ head: Head, hasBody: Bool, _ start: Token) throws(Failure) {
        guard head.key == nil, head.value == nil, head.arguments == nil, let last = head.path.last else {
            if !hasBody, head.key == nil, head.value == nil, head.arguments != nil || head.path.isEmpty {
                if head.arguments == nil { throw failure("var cannot be used for rule name", at: start.location) }
                throw failure("call cannot be used for rule name", at: start.location)
            }
            return
        }
        if !hasBody {
            if case .string = last.kind { throw failure("ref cannot be used for rule name", at: start.location) }
            throw failure("`contains` keyword is required for partial set rules", at: start.location)
        }
    }

    /// In v0 `p[x] { … }` is a partial set, and `a.b { … }` too.
    private func v0Head(_ head: Head, hasBody: Bool, hasIf: Bool) -> Head {
        guard head.arguments == nil, head.key == nil, head.value == nil, head.path.count == 1, !hasIf else { return head }
        var head = head
        head.key = head.path.removeLast()
        return head
    }

    private mutating func ifBody() throws(Failure) -> Body {
        if current.isSymbol(.leftBrace) {
            let mark = self
            let open = current.location
            do throws(Failure) {
                // Braces after `if` are a body, unless what they hold can only be an object or set.
                return try bracedBody()
            } catch {
                self = mark
                if let literals = try? literal(), current.kind == .endOfText || current.followsNewline { return literals }
                self = mark
                _ = open
                throw error
            }
        }
        return try literal()
    }

    private mutating func bracedBody() throws(Failure) -> Body {
        let open = advance()
        if current.isSymbol(.rightBrace) {
            if version == .v1 {
                advance()
                return [Expression(.term(Term(.object([]), at: open.location)), at: open.location)]
            }
            throw failure("found empty body")
        }
        return try nested { (parser) throws(Failure) in try parser.body(until: .rightBrace) }
    }

    private mutating func elseBranch(of head: Head) throws(Failure) -> [Rule] {
        let start = advance()
        var branch = head
        branch.value = nil
        branch.location = start.location
        if current.isSymbol(.assign) || current.isSymbol(.unify) {
            branch.isAssignment = current.isSymbol(.assign)
            advance()
            branch.value = try expression()
        }
        var rule = Rule(head: branch, body: [], at: start.location)
        if accept(.if) {
            rule.body = try ifBody()
        } else if current.isSymbol(.leftBrace), version == .v0 {
            rule.body = try bracedBody()
        } else if current.isSymbol(.leftBrace) {
            throw failure("`if` keyword is required before rule body", at: start.location)
        } else {
            if branch.value == nil { throw unexpected("rule else body or value expected") }
            rule.body = [trueLiteral(at: start.location)]
        }
        if isKeyword(.else) { rule.elseRule = try elseBranch(of: head) }
        return [rule]
    }
}
