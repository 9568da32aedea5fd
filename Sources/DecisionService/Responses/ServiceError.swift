import HTTPTypes
import Hummingbird
import Rego

/// What a request is answered with when it fails: OPA's error body, `{"code", "message", "errors"}`.
struct ServiceError: Error {
    enum Code: String {
        case invalidParameter = "invalid_parameter"
        case invalidOperation = "invalid_operation"
        case notFound = "resource_not_found"
        case conflict = "resource_conflict"
        case undefinedDocument = "undefined_document"
        case unauthorized
        case identityUnavailable = "identity_unavailable"
        case invalidIntent = "invalid_intent"
        case evaluation = "internal_error"
        /// A policy that cannot be made a filter of rows.
        case filter = "evaluation_error"
        case bodyTooLarge = "request_too_large"
        case headerTooLarge = "request_header_too_large"
        case requestTimeout = "request_timeout"
        case overloaded = "overloaded"
        case tooManyRequests = "too_many_requests"
    }

    var code: Code
    var message: String
    var errors: [Envelope] = []
    /// Seconds after which asking again makes sense.
    var retryAfter: Int?
    /// More fields of the answer's head.
    var headers: [(name: String, value: String)] = []

    var status: HTTPResponse.Status {
        switch code {
        case .invalidParameter, .invalidOperation, .invalidIntent, .filter: .badRequest
        case .notFound, .conflict, .undefinedDocument: .notFound
        case .unauthorized: .unauthorized
        case .evaluation: .internalServerError
        case .bodyTooLarge: .contentTooLarge
        case .headerTooLarge: .requestHeaderFieldsTooLarge
        case .requestTimeout: .requestTimeout
        case .overloaded, .identityUnavailable: .serviceUnavailable
        case .tooManyRequests: .tooManyRequests
        }
    }

    init(_ code: Code, _ message: String, errors: [Envelope] = []) {
        self.code = code
        self.message = message
        self.errors = errors
    }

    /// Modules or a query that do not parse or compile.
    init(_ list: DiagnosticList, code: Code = .invalidParameter, while activity: String = "compiling module(s)") {
        self.init(code, "error(s) occurred while \(activity)", errors: list.diagnostics.map(Self.item))
    }

    /// A decision that failed.
    ///
    /// - Parameter carrier: what held the input, such as `body`.
    init(_ error: EvaluationError, carrier: String = "body") {
        if error.code == .invalidInput {
            self.init(.invalidParameter, "\(carrier) contains malformed input document: \(error.message)")
        } else {
            self.init(.evaluation, "error(s) occurred while evaluating query", errors: [Self.item(error)])
        }
    }

    private static func item(_ diagnostic: Diagnostic) -> Envelope {
        item(code: diagnostic.code.rawValue, message: diagnostic.message, location: diagnostic.location, details: details(diagnostic))
    }

    /// The line of a syntax error and where in it the error is.
    private static func details(_ diagnostic: Diagnostic) -> Envelope? {
        guard diagnostic.code == .parse, diagnostic.details.count == 2, let caret = diagnostic.details[1].utf8.firstIndex(of: UInt8(ascii: "^")) else { return nil }
        let position = diagnostic.details[1].utf8.distance(from: diagnostic.details[1].startIndex, to: caret)
        return .object([("line", .value(.string(diagnostic.details[0]))), ("idx", .value(.number(Number(position))))])
    }

    private static func item(_ error: EvaluationError) -> Envelope {
        item(code: error.code.rawValue, message: error.message, location: error.location)
    }

    static func item(code: String, message: String, location: SourceLocation?, details: Envelope? = nil) -> Envelope {
        var members: [(name: String, value: Envelope)] = [("code", .value(.string(code))), ("message", .value(.string(message)))]
        if let location, location.row > 0 {
            members.append(("location", .object([
                ("file", .value(.string(location.file))), ("row", .value(.number(Number(location.row)))), ("col", .value(.number(Number(location.column)))),
            ])))
        }
        if let details { members.append(("details", details)) }
        return .object(members)
    }

    /// The members of the error body.
    var members: [(name: String, value: Envelope)] {
        var members: [(name: String, value: Envelope)] = [("code", .value(.string(code.rawValue))), ("message", .value(.string(message)))]
        if !errors.isEmpty { members.append(("errors", .array(errors))) }
        return members
    }

    /// The error body as JSON text, indented as OPA's always are.
    var text: [UInt8] { Envelope.object(members).prettyText() }

    func response() -> Response {
        var response = Response.json(text, status: status)
        if let retryAfter { response.headers[.retryAfter] = String(retryAfter) }
        for header in headers { if let name = HTTPField.Name(header.name) { response.headers[name] = header.value } }
        return response
    }
}
