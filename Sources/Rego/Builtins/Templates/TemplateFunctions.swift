/// The functions of Go's templates.
enum TemplateFunctions {
    /// How many arguments each takes; no upper bound where nil.
    private static let arities: [String: (least: Int, most: Int?)] = [
        "and": (1, nil), "or": (1, nil), "not": (1, 1), "len": (1, 1), "index": (1, nil), "slice": (1, nil), "call": (1, nil),
        "print": (0, nil), "printf": (1, nil), "println": (0, nil), "html": (0, nil), "js": (0, nil), "urlquery": (0, nil),
        "eq": (1, nil), "ne": (2, 2), "lt": (2, 2), "le": (2, 2), "gt": (2, 2), "ge": (2, 2),
    ]

    static let names = Set(arities.keys)

    /// Why a call with so many arguments is wrong, or nil.
    static func arityProblem(_ name: String, count: Int) -> String? {
        guard let (least, most) = arities[name], count < least || most.map({ count > $0 }) ?? false else { return nil }
        return "wrong number of args for \(name): want \(most == nil ? "at least " : "")\(least) got \(count)"
    }

    /// Why a function gave no result.
    struct Failure: Error { let message: String }

    static func call(_ name: String, _ arguments: [TemplateValue], texts: [String], limits: BuiltinLimits) throws(Failure) -> TemplateValue {
        switch name {
        case "not": return .boolean(!arguments[0].isTrue)
        case "len": return .integer(try length(arguments[0]))
        case "index": return try index(arguments)
        case "slice": return try slice(arguments)
        case "print": return .string(print(arguments))
        case "println": return .string(arguments.map(\.text).joined(separator: " ") + "\n")
        case "printf": return .string(try formatted(arguments, limits))
        case "html": return .string(escaped(print(arguments), html))
        case "js": return .string(escaped(print(arguments), javaScript))
        case "urlquery": return .string(queryEscaped(print(arguments)))
        case "call":
            guard arguments[0].type != "<nil>" else { throw Failure(message: "call of nil") }
            throw Failure(message: "non-function \(texts.first ?? "") of type \(arguments[0].type)")
        default: return .boolean(try TemplateComparison.holds(name, arguments))
        }
    }

    private static func length(_ value: TemplateValue) throws(Failure) -> Int {
        switch value {
        case .string(let text), .number(let text): return text.utf8.count
        case .list(let elements): return elements.count
        case .map(let entries): return entries.count
        case .null: throw Failure(message: "len of nil pointer")
        case .missing: throw Failure(message: "reflect: call of reflect.Value.Type on zero Value")
        default: throw Failure(message: "len of type \(value.type)")
        }
    }

    private static func index(_ arguments: [TemplateValue]) throws(Failure) -> TemplateValue {
        var item = arguments[0]
        if case .missing = item { throw Failure(message: "index of untyped nil") }
        for argument in arguments.dropFirst() {
            switch item {
            case .map:
                guard case .string(let name) = argument else {
                    guard argument.type != "<nil>" else { throw Failure(message: "value is nil; should be of type string") }
                    throw Failure(message: "value has type \(argument.type); should be string")
                }
                item = item.member(name) ?? .null
            case .list(let elements): item = TemplateValue(elements[try position(argument, elements.count, "slice/array")])
            case .string(let text), .number(let text): item = .integer(Int(Array(text.utf8)[try position(argument, text.utf8.count, "slice/array")]))
            case .null, .missing: throw Failure(message: "index of untyped nil")
            default: throw Failure(message: "can't index item of type \(item.type)")
            }
        }
        return item
    }

    private static func position(_ argument: TemplateValue, _ count: Int, _ kind: String, inclusive: Bool = false) throws(Failure) -> Int {
        guard case .integer(let position) = argument else {
            throw Failure(message: argument.type == "<nil>" ? "cannot index \(kind) with nil" : "cannot index \(kind) with type \(argument.type)")
        }
        guard position >= 0, inclusive ? position <= count : position < count else { throw Failure(message: "index out of range: \(position)") }
        return position
    }

    private static func slice(_ arguments: [TemplateValue]) throws(Failure) -> TemplateValue {
        let item = arguments[0]
        guard arguments.count <= 4 else { throw Failure(message: "too many slice indexes: \(arguments.count - 1)") }
        let count: Int
        switch item {
        case .list(let elements): count = elements.count
        case .string(let text), .number(let text):
            guard arguments.count <= 3 else { throw Failure(message: "cannot 3-index slice a string") }
            count = text.utf8.count
        case .null, .missing: throw Failure(message: "slice of untyped nil")
        default: throw Failure(message: "can't slice item of type \(item.type)")
        }
        var bounds = [0, count, count]
        for (number, argument) in arguments.dropFirst().enumerated() { bounds[number] = try position(argument, count, "slice/array", inclusive: true) }
        guard bounds[0] <= bounds[1] else { throw Failure(message: "invalid slice index: \(bounds[0]) > \(bounds[1])") }
        guard bounds[1] <= bounds[2] else { throw Failure(message: "invalid slice index: \(bounds[1]) > \(bounds[2])") }
        switch item {
        case .list(let elements): return .list(Array(elements[bounds[0]..<bounds[1]]))
        case .string(let text), .number(let text): return .string(String(decoding: Array(text.utf8)[bounds[0]..<bounds[1]], as: UTF8.self))
        default: return item
        }
    }

    /// With a space between operands where neither is text.
    static func print(_ arguments: [TemplateValue]) -> String {
        var result = ""
        for (position, argument) in arguments.enumerated() {
            if position > 0, !argument.isText, !arguments[position - 1].isText { result += " " }
            result += argument.text
        }
        return result
    }

    private static func formatted(_ arguments: [TemplateValue], _ limits: BuiltinLimits) throws(Failure) -> String {
        guard case .string(let format) = arguments[0] else {
            throw Failure(message: "wrong type for value; expected string; got \(arguments[0].type)")
        }
        let operands = arguments.dropFirst().map { argument -> Formatter.Argument in
            switch argument {
            case .integer(let integer): .integer(Number(integer), type: "int")
            case .float(let double): .float(double)
            case .string(let text): .text(text, type: "string")
            case .number(let text): .text(text, type: "json.Number")
            case .boolean(let boolean): .boolean(boolean)
            case .missing, .null: .null
            case .list(let elements): .list(elements.map { .init(templateValue: $0) }, type: argument.type)
            case .map: .other(argument.text, type: argument.type)
            }
        }
        var formatter = Formatter(arguments: operands, limits: limits)
        var bytes = Array(format.utf8)
        do throws(BuiltinError) {
            return String(decoding: try bytes.withUnsafeMutableBufferPointer { (buffer) throws(BuiltinError) in try formatter.format(UnsafeBufferPointer(buffer)) }, as: UTF8.self)
        } catch {
            throw Failure(message: error.message)
        }
    }

    // MARK: Escapes

    private static func escaped(_ text: String, _ escape: (Unicode.Scalar) -> String?) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            if let replacement = escape(scalar) { result += replacement } else { result.unicodeScalars.append(scalar) }
        }
        return result
    }

    private static func html(_ scalar: Unicode.Scalar) -> String? {
        switch scalar {
        case "\0": "\u{fffd}"
        case "\"": "&#34;"
        case "'": "&#39;"
        case "&": "&amp;"
        case "<": "&lt;"
        case ">": "&gt;"
        default: nil
        }
    }

    private static func javaScript(_ scalar: Unicode.Scalar) -> String? {
        func code() -> String {
            let digits = String(scalar.value, radix: 16, uppercase: true)
            return "\\u" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        }
        switch scalar {
        case "\\": return "\\\\"
        case "'": return "\\'"
        case "\"": return "\\\""
        case "<", ">", "&", "=": return code()
        case _ where scalar.value < 0x20 || scalar.value == 0x7f: return code()
        default: return nil
        }
    }

    private static func queryEscaped(_ text: String) -> String {
        let bytes = Array(text.utf8)
        return String(decoding: bytes.withUnsafeBufferPointer { URLQuery.encode($0) }, as: UTF8.self)
    }
}

extension Formatter.Argument {
    fileprivate init(templateValue value: Value) {
        switch value {
        case .null: self = .null
        case .boolean(let boolean): self = .boolean(boolean)
        case .number(let number): self = .text(number.text, type: "json.Number")
        case .string(let text): self = .text(text, type: "string")
        case .array(let elements), .set(let elements): self = .list(elements.map { .init(templateValue: $0) }, type: "[]interface {}")
        case .object: self = .other(TemplateValue(value).text, type: "map[string]interface {}")
        }
    }
}
