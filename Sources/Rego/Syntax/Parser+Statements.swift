/// What a module is made of before it is known to be one.
enum Statement {
    case package(Package)
    case `import`(Import)
    case rule(ParsedRule)
    /// An expression that may be a rule without a body, such as `p := 1`, or a part of a query.
    case body(Body)

    var location: SourceLocation {
        switch self {
        case .package(let package): package.location
        case .import(let item): item.location
        case .rule(let rule): rule.location
        case .body(let body): body.first?.location ?? .none
        }
    }
}

/// Statements, packages and imports.
extension Parser {
    /// Reads statements to the end, or to the first error.
    mutating func statements(includesRules: Bool) -> [Statement] {
        var statements: [Statement] = []
        while token.kind != .endOfText {
            forgetTerms()
            let mark = state
            if token.isKeyword(.package) {
                if let package = package() {
                    statements.append(.package(package))
                    continue
                }
                guard state.diagnostics.isEmpty else { break }
                state = mark
            } else if token.isKeyword(.import) {
                if let (item, place) = importStatement() {
                    checkKeywords(of: item, at: place)
                    statements.append(.import(item))
                    continue
                }
                guard state.diagnostics.isEmpty else { break }
                state = mark
            }
            if includesRules {
                if let rules = rules() {
                    statements += rules.map { .rule($0) }
                    continue
                }
                guard state.diagnostics.isEmpty else { break }
                state = mark
            }
            guard let body = body(until: nil) else { break }
            statements.append(.body(body))
        }
        return statements
    }

    /// Goes behind a keyword and to the name that must follow; false where the keyword is a name itself, or no name follows.
    private mutating func acceptName(after keyword: Token.Keyword) -> Bool {
        guard token.isKeyword(keyword) else { return false }
        advance(skippingSpace: false)
        if token.continuesReference { return false }
        if token.kind == .whitespace { advance() }
        if isNameInReference {
            noteKeywordInReference()
            state.token.kind = .identifier
        }
        guard token.kind == .identifier else {
            unexpected()
            return false
        }
        return true
    }

    // MARK: Packages

    private mutating func package() -> Package? {
        let place = location
        guard acceptName(after: .package) else { return nil }
        guard let term = term() else {
            if state.diagnostics.isEmpty { report("expected path") }
            return nil
        }
        switch term.kind {
        case .variable(let name): return Package(path: [name], at: span(from: place))
        case .ref(let ref):
            guard case .variable(let first) = ref.head.kind else {
                report("unexpected \(ref.head.kindName) token: expecting var", at: ref.head.location)
                return nil
            }
            return names(ref.path).map { Package(path: [first] + $0, at: span(from: place)) }
        default:
            unexpected()
            return nil
        }
    }

    private mutating func names(_ path: [Term]) -> [String]? {
        var names: [String] = []
        for term in path {
            guard case .string(let name) = term.kind else {
                report("unexpected \(term.kindName) token: expecting string", at: term.location)
                return nil
            }
            names.append(name)
        }
        return names
    }

    // MARK: Imports

    private static let roots = ["data", "future", "input", "rego"]

    /// An import and the place of its path.
    private mutating func importStatement() -> (Import, SourceLocation)? {
        let place = location
        guard acceptName(after: .import) else { return nil }
        guard let (path, locations) = importPath() else { return nil }
        guard Self.roots.contains(path[0]) else {
            state.hints.append("if this is unexpected, try updating OPA")
            report("unexpected import path, must begin with one of: {\(Self.roots.joined(separator: ", "))}, got: \(path[0])", at: locations[0])
            return nil
        }
        if token.isKeyword(.as) {
            advance()
            guard token.kind == .identifier, let alias = term(), case .variable(let name) = alias.kind, alias.isPlainVariable else {
                unexpected("expected var")
                return nil
            }
            return (Import(path: path, alias: name, at: span(from: place)), locations[0])
        }
        if path.count == 1 || path[0] != "future", let keyword = Token.Keyword(rawValue: path[path.count - 1]), version == .v1 || !keyword.isFuture {
            state.hints.append("import a different path or use an alias")
            report("unexpected import path, must not end with a keyword, got: \(keyword.rawValue)", at: locations[path.count - 1])
        }
        return (Import(path: path, alias: nil, at: span(from: place)), locations[0])
    }

    /// The segments of an import's path; future keywords are plain names in it.
    private mutating func importPath() -> (path: [String], locations: [SourceLocation])? {
        let keywords = state.lexer.futureKeywords
        state.lexer.futureKeywords = []
        forgetTerms()
        let term = term()
        forgetTerms()
        state.lexer.futureKeywords = keywords
        switch term?.kind {
        case .variable(let name): return ([name], [location(of: term)])
        case .ref(let ref):
            guard let rest = names(ref.path) else { return nil }
            let head: String = if case .variable(let name) = ref.head.kind { name } else { ref.head.description }
            return ([head] + rest, [location(of: term)] + ref.path.map(\.location))
        default:
            report("expected path")
            return nil
        }
    }

    private func location(of term: Term?) -> SourceLocation { term?.location ?? location }

    /// What `import future.keywords…` and `import rego.v1` bring into force, or what is wrong with them.
    private mutating func checkKeywords(of item: Import, at place: SourceLocation) {
        switch item.path[0] {
        case "future":
            guard item.path.count > 1, item.path[1] == "keywords" else { return report("invalid import, must be `future.keywords`", at: place) }
            guard item.alias == nil else { return report("`future` imports cannot be aliased", at: place) }
            guard item.path.count == 3 else {
                state.lexer.futureKeywords = Token.Keyword.future
                return
            }
            // OPA knows the last three as operators to come.
            let known = Token.Keyword.future.map(\.rawValue) + ["and", "not", "or"]
            guard known.contains(item.path[2]) else { return report("unexpected keyword, must be one of [\(known.sorted().joined(separator: " "))]", at: place) }
            guard let keyword = Token.Keyword(rawValue: item.path[2]), keyword.isFuture else { return }
            state.lexer.futureKeywords.insert(keyword)
            if keyword == .every { state.lexer.futureKeywords.insert(.in) }
        case "rego":
            guard item.path == ["rego", "v1"] else { return report("invalid import `\(item.path.joined(separator: "."))`, must be `rego.v1`", at: place) }
            guard version == .v0 else { return }
            guard item.alias == nil else { return report("`rego` imports cannot be aliased", at: place) }
            state.lexer.futureKeywords = Token.Keyword.future
        default: break
        }
    }
}
