import Yams

/// The fields of one `# METADATA` block in the form that policies see: `authors` and `related_resources` are objects, however they were written.
struct AnnotationFields {
    private(set) var scope: String?
    private(set) var isEntrypoint = false
    /// For data filters; policies do not see it.
    private(set) var compile: Value?
    private var entries: [(Value, Value)] = []

    /// Without the scope, which what follows the block may decide.
    var object: Value { .makeObject(entries) }

    init(yaml text: String) throws(AnnotationProblem) {
        let root = try Self.compose(text)
        guard case .mapping(let mapping) = root else { throw Self.mismatch(root, "ast.rawAnnotation") }
        for (key, node) in mapping {
            guard let name = key.string, case let value = (try? Value(yaml: node)) ?? .null, value != .null else { continue }
            try read(name, value, node)
        }
    }

    private static func compose(_ text: String) throws(AnnotationProblem) -> Node {
        do {
            guard let node = try Yams.compose(yaml: text) else { throw AnnotationProblem("expected METADATA block, found whitespace") }
            return node
        } catch let problem as AnnotationProblem {
            throw problem
        } catch {
            switch error as? YamlError {
            case .scanner(_, let problem, let mark, _)?: throw syntaxProblem(problem, line: mark.line)
            case .parser(_, let problem, let mark, _)?: throw syntaxProblem(problem, line: mark.line - 1)
            default: throw AnnotationProblem("yaml: \(error)", line: 0)
            }
        }
    }

    private static func syntaxProblem(_ problem: String, line: Int) -> AnnotationProblem {
        line > 0 ? AnnotationProblem("yaml: line \(line): \(problem)", line: line) : AnnotationProblem("yaml: \(problem)", line: 0)
    }

    private mutating func add(_ name: String, _ value: Value) { entries.append((.string(name), value)) }

    private mutating func read(_ name: String, _ value: Value, _ node: Node) throws(AnnotationProblem) {
        switch name {
        case "scope": scope = try Self.text(node)
        case "title", "description":
            let text = try Self.text(node)
            if !text.isEmpty { add(name, .string(text)) }
        case "entrypoint":
            guard case .boolean(let flag) = value else { throw Self.mismatch(node, "bool") }
            isEntrypoint = flag
            if flag { add(name, .boolean(true)) }
        case "organizations":
            var names: [Value] = []
            for element in try Self.elements(node, "[]string") { names.append(.string(try Self.text(element))) }
            addList(name, names)
        case "related_resources":
            var resources: [Value] = []
            for element in try Self.elements(node, "[]interface {}") { resources.append(try Self.resource((try? Value(yaml: element)) ?? .null)) }
            addList(name, resources)
        case "authors":
            var authors: [Value] = []
            for element in try Self.elements(node, "[]interface {}") { authors.append(try Self.author((try? Value(yaml: element)) ?? .null)) }
            addList(name, authors)
        case "schemas":
            var schemas: [Value] = []
            for element in try Self.elements(node, "[]map[string]interface {}") { schemas.append(try Self.schema(element)) }
            addList(name, schemas)
        case "custom", "compile":
            guard case .object(let fields) = value else { throw Self.mismatch(node, "map[string]interface {}") }
            if name == "compile" { compile = value } else if !fields.isEmpty { add(name, value) }
        default: break
        }
    }

    private mutating func addList(_ name: String, _ elements: [Value]) {
        if !elements.isEmpty { add(name, .array(elements)) }
    }

    // MARK: Fields

    private static func text(_ node: Node) throws(AnnotationProblem) -> String {
        guard case .scalar(let scalar) = node else { throw mismatch(node, "string") }
        return scalar.string
    }

    private static func elements(_ node: Node, _ type: String) throws(AnnotationProblem) -> [Node] {
        guard case .sequence(let sequence) = node else { throw mismatch(node, type) }
        return Array(sequence)
    }

    private static func mismatch(_ node: Node, _ type: String) -> AnnotationProblem {
        let line = node.mark?.line ?? 1
        let have: String
        switch node {
        case .scalar(let scalar):
            let text = scalar.string.utf8.count > 10 ? String(scalar.string.prefix(7)) + "..." : scalar.string
            have = "!!\(node.tag.rawValue.split(separator: ":").last.map(String.init) ?? "str") `\(text)`"
        case .sequence: have = "!!seq"
        case .mapping: have = "!!map"
        case .alias: have = "alias"
        }
        return AnnotationProblem("yaml: unmarshal errors:\n  line \(line): cannot unmarshal \(have) into \(type)", line: line)
    }

    private static func string(_ value: Value, _ field: String) -> String {
        if case .string(let text)? = value[field] { text.trimmed } else { "" }
    }

    private static func resource(_ value: Value) throws(AnnotationProblem) -> Value {
        func refuse(_ reason: String) -> AnnotationProblem { AnnotationProblem("invalid related-resource definition \(goText(value)): \(reason)") }
        switch value {
        case .string(let reference):
            guard !reference.isEmpty else { throw refuse("ref URL may not be empty string") }
            return .makeObject([(.string("ref"), .string(reference))])
        case .object:
            let reference = string(value, "ref"), description = string(value, "description")
            guard !reference.isEmpty else { throw refuse("'ref' value required in object") }
            return .makeObject([(.string("ref"), .string(reference))] + (description.isEmpty ? [] : [(.string("description"), .string(description))]))
        default: throw refuse("invalid value type, must be string or map")
        }
    }

    /// `Name <email>`, or an object with either.
    private static func author(_ value: Value) throws(AnnotationProblem) -> Value {
        func refuse(_ reason: String) -> AnnotationProblem { AnnotationProblem("invalid author definition \(goText(value)): \(reason)") }
        var name = "", email = ""
        switch value {
        case .string(let text):
            var words = text.split(whereSeparator: \.isWhitespace)
            guard let last = words.last else { throw refuse("author is an empty string") }
            if last.hasPrefix("<"), last.hasSuffix(">"), last.utf8.count >= 2 {
                email = String(last.dropFirst().dropLast())
                words.removeLast()
            }
            name = words.joined(separator: " ")
        case .object:
            name = string(value, "name")
            email = string(value, "email")
            guard !name.isEmpty || !email.isEmpty else { throw refuse("'name' and/or 'email' values required in object") }
        default: throw refuse("invalid value type, must be string or map")
        }
        return .makeObject((name.isEmpty ? [] : [(.string("name"), .string(name))]) + (email.isEmpty ? [] : [(.string("email"), .string(email))]))
    }

    /// `- input: schema.x`, or `- data.a: {…}`.
    private static func schema(_ node: Node) throws(AnnotationProblem) -> Value {
        guard case .mapping(let mapping) = node else { throw mismatch(node, "map[string]interface {}") }
        guard let pair = mapping.first, let key = pair.key.string, let path = reference(key) else { throw AnnotationProblem("invalid document reference") }
        let value = (try? Value(yaml: pair.value)) ?? .null
        switch value {
        case .string(let text):
            guard let schema = reference(text), schema.first == .string("schema") else { throw AnnotationProblem("invalid schema reference") }
            return .makeObject([(.string("path"), .array(path)), (.string("schema"), .array(schema))])
        case .object: return .makeObject([(.string("path"), .array(path)), (.string("definition"), value)])
        default: throw AnnotationProblem("invalid schema declaration for path \(key.quotedForRego)")
        }
    }

    private static func reference(_ text: String) -> [Value]? {
        guard let body = Parser.parseQuery(text).body, body.count == 1, case .term(let term) = body[0].kind else { return nil }
        return PlanScope.segments(of: term)?.map { .string($0) }
    }

    private static func goText(_ value: Value) -> String {
        if case .string(let text) = value { text } else { value.regoText }
    }
}
