import HTTPTypes
import Hummingbird
import Rego

/// What a request is answered with when it fails: OPA's error body, `{"code", "message", "errors"}`.
struct ServiceError: Error {
    enum Code: String {
        case invalidParameter = "invalid_parameter"
        case invalidOperation = "invalid_operation"
        case notFound = "resource_not_found"
        case undefinedDocument = "undefined_document"
        case evaluation = "internal_error"
    }

    var code: Code
    var message: String
    var errors: [Envelope] = []

    var status: HTTPResponse.Status {
        switch code {
        case .invalidParameter, .invalidOperation: .badRequest
        case .notFound, .undefinedDocument: .notFound
        case .evaluation: .internalServerError
        }
    }

    init(_ code: Code, _ message: String, errors: [Envelope] = []) {
        self.code = code
        self.message = message
        self.errors = errors
    }

    /// Modules that do not parse or compile.
    init(_ list: DiagnosticList, code: Code = .invalidParameter) {
        self.init(code, "error(s) occurred while compiling module(s)", errors: list.diagnostics.map(Self.item))
    }

    /// A decision that failed.
    init(_ error: EvaluationError) {
        if error.code == .invalidInput {
            self.init(.invalidParameter, "body contains malformed input document: \(error.message)")
        } else {
            self.init(.evaluation, "error(s) occurred while evaluating query", errors: [Self.item(error)])
        }
    }

    private static func item(_ diagnostic: Diagnostic) -> Envelope {
        item(code: diagnostic.code.rawValue, message: diagnostic.message, location: diagnostic.location)
    }

    private static func item(_ error: EvaluationError) -> Envelope {
        item(code: error.code.rawValue, message: error.message, location: error.location)
    }

    private static func item(code: String, message: String, location: SourceLocation?) -> Envelope {
        var members: [(name: String, value: Envelope)] = [("code", .value(.string(code))), ("message", .value(.string(message)))]
        if let location, location.row > 0 {
            members.append(("location", .object([
                ("file", .value(.string(location.file))), ("row", .value(.number(Number(location.row)))), ("col", .value(.number(Number(location.column)))),
            ])))
        }
        return .object(members)
    }

    func response() -> Response {
        var members: [(name: String, value: Envelope)] = [("code", .value(.string(code.rawValue))), ("message", .value(.string(message)))]
        if !errors.isEmpty { members.append(("errors", .array(errors))) }
        return .json(.object(members), pretty: true, status: status)
    }
}
