/// `eq`, `lt` and the like of Go's templates: values compare with values of the same basic kind.
enum TemplateComparison {
    private enum Kind { case boolean, integer, float, text, other }

    private static func kind(_ value: TemplateValue) -> Kind {
        switch value {
        case .boolean: .boolean
        case .integer: .integer
        case .float: .float
        case .string, .number: .text
        case .missing, .null, .list, .map: .other
        }
    }

    static func holds(_ name: String, _ arguments: [TemplateValue]) throws(TemplateFunctions.Failure) -> Bool {
        switch name {
        case "eq":
            guard arguments.count > 1 else { throw .init(message: "missing argument for comparison") }
            for other in arguments.dropFirst() where try areEqual(arguments[0], other) { return true }
            return false
        case "ne": return try !areEqual(arguments[0], arguments[1])
        case "lt": return try precedes(arguments[0], arguments[1])
        case "le": return try isAtMost(arguments[0], arguments[1])
        case "gt": return try !isAtMost(arguments[0], arguments[1])
        default: return try !precedes(arguments[0], arguments[1])
        }
    }

    private static func incompatible(_ a: TemplateValue, _ b: TemplateValue) -> TemplateFunctions.Failure {
        .init(message: "incompatible types for comparison: \(a.type) and \(b.type)")
    }

    private static func areEqual(_ a: TemplateValue, _ b: TemplateValue) throws(TemplateFunctions.Failure) -> Bool {
        switch (a, b) {
        case (.boolean(let x), .boolean(let y)): return x == y
        case (.integer(let x), .integer(let y)): return x == y
        case (.float(let x), .float(let y)): return x == y
        case (.string(let x), .string(let y)), (.string(let x), .number(let y)), (.number(let x), .string(let y)), (.number(let x), .number(let y)):
            return x.utf8.elementsEqual(y.utf8)
        case (.missing, _), (.null, _), (_, .missing), (_, .null): return a.type == b.type
        default:
            guard kind(a) == kind(b) else { throw incompatible(a, b) }
            guard a.type == b.type else { throw .init(message: "non-comparable types \(a.text): \(a.type), \(b.type): \(b.text)") }
            throw .init(message: "non-comparable type \(a.text): \(a.type)")
        }
    }

    private static func isAtMost(_ a: TemplateValue, _ b: TemplateValue) throws(TemplateFunctions.Failure) -> Bool {
        if try precedes(a, b) { return true }
        return try areEqual(a, b)
    }

    private static func precedes(_ a: TemplateValue, _ b: TemplateValue) throws(TemplateFunctions.Failure) -> Bool {
        guard kind(a) != .other, kind(b) != .other else { throw .init(message: "invalid type for comparison") }
        switch (a, b) {
        case (.integer(let x), .integer(let y)): return x < y
        case (.float(let x), .float(let y)): return x < y
        case (.string(let x), .string(let y)), (.string(let x), .number(let y)), (.number(let x), .string(let y)), (.number(let x), .number(let y)):
            return x.utf8.lexicographicallyPrecedes(y.utf8)
        case (.boolean, .boolean): throw .init(message: "invalid type for comparison")
        default: throw incompatible(a, b)
        }
    }
}
