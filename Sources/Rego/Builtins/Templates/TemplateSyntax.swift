/// The syntax tree of a template in the language of Go's `text/template`.
indirect enum TemplateNode: Sendable {
    case text(String)
    case action(TemplatePipeline)
    case conditional(TemplatePipeline, then: [TemplateNode], else: [TemplateNode])
    case with(TemplatePipeline, then: [TemplateNode], else: [TemplateNode])
    case range(TemplatePipeline, body: [TemplateNode], else: [TemplateNode])
    case call(name: String, TemplatePipeline?, TemplatePlace)
    case leave
    case next
}

/// A place in a template, and what stands there, for messages.
struct TemplatePlace: Sendable {
    /// Bytes from the start of the template.
    var offset: Int
    var text: String
}

/// Commands, each given the result of the one before it, and the variables that the last result is stored in.
struct TemplatePipeline: Sendable {
    var variables: [String]
    var assigns: Bool
    var commands: [TemplateCommand]

    var text: String {
        let stored = variables.isEmpty ? "" : "\(variables.joined(separator: ", ")) \(assigns ? "=" : ":=") "
        return stored + commands.map(\.text).joined(separator: " | ")
    }
}

struct TemplateCommand: Sendable {
    var operands: [TemplateOperand]

    var text: String { operands.map(\.text).joined(separator: " ") }
    var place: TemplatePlace { TemplatePlace(offset: operands.first?.offset ?? 0, text: text) }
}

struct TemplateOperand: Sendable {
    indirect enum Kind: Sendable {
        case dot
        case null
        case constant(TemplateValue)
        case function(String)
        case variable(String)
        case pipeline(TemplatePipeline)
    }

    var kind: Kind
    /// The members taken of it, outermost first.
    var fields: [String] = []
    var offset: Int
    var text: String

    var place: TemplatePlace { TemplatePlace(offset: offset, text: text) }

    /// Values that no argument can be given to, and that can only begin a pipeline.
    var isLiteral: Bool {
        guard fields.isEmpty else { return false }
        switch kind {
        case .dot, .null, .constant: return true
        case .function, .variable, .pipeline: return false
        }
    }
}

/// A template and those it defines for itself.
struct Template: Sendable {
    var source: String
    var body: [TemplateNode]
    var definitions: [String: [TemplateNode]]
}

/// Why a template cannot be read or executed, in the words of Go.
struct TemplateError: Error {
    let message: String

    static func syntax(_ message: String, line: Int) -> TemplateError { TemplateError(message: "template: template:\(line): \(message)") }

    static func execution(_ message: String, at place: TemplatePlace, in source: String, template name: String) -> TemplateError {
        let before = Array(source.utf8.prefix(place.offset))
        let line = before.count { $0 == UInt8(ascii: "\n") } + 1
        let column = before.lastIndex(of: UInt8(ascii: "\n")).map { place.offset - $0 - 1 } ?? place.offset
        let shown = place.text.unicodeScalars.count > 20 ? String(String.UnicodeScalarView(place.text.unicodeScalars.prefix(20))) + "..." : place.text
        return TemplateError(message: "template: template:\(line):\(column): executing \(name.quotedForRego) at <\(shown)>: \(message)")
    }
}
