/// An error in a policy or query, found before evaluation.
///
/// Codes and wording are OPA's, so that tools made for OPA understand them.
public struct Diagnostic: Error, Hashable, Sendable {
    /// OPA's error codes for parsing and compiling.
    public struct Code: Hashable, Sendable, RawRepresentable, CustomStringConvertible {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        public var description: String { rawValue }

        public static let parse = Code(rawValue: "rego_parse_error")
        public static let compile = Code(rawValue: "rego_compile_error")
        public static let type = Code(rawValue: "rego_type_error")
        public static let unsafeVariable = Code(rawValue: "rego_unsafe_var_error")
        public static let recursion = Code(rawValue: "rego_recursion_error")
    }

    public var code: Code
    public var message: String
    /// Nil where an error has no place, such as "error limit reached".
    public var location: SourceLocation?
    /// Lines shown below the message: the source line and a caret line for parse errors, `have:`/`want:` for type errors.
    public var details: [String]

    public init(_ code: Code, _ message: String, at location: SourceLocation?, details: [String] = []) {
        self.code = code
        self.message = message
        self.location = location
        self.details = details
    }
}

/// Every error found in a set of modules, in OPA's order.
public struct DiagnosticList: Error, Sendable {
    public var diagnostics: [Diagnostic]
    public init(_ diagnostics: [Diagnostic]) { self.diagnostics = diagnostics }
}

extension Diagnostic: CustomStringConvertible {
    /// `file:row: code: message`, as OPA writes it.
    public var description: String {
        guard let location else { return "\(code): \(message)" }
        let place = location.file.isEmpty ? "\(location.row):\(location.column)" : "\(location.file):\(location.row)"
        return "\(place): \(code): \(message)"
    }
}
