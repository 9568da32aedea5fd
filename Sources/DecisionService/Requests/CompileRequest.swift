import DataFilters
import Rego

/// The body of the Compile API: what is asked with what is known, and what is not.
struct CompileRequest {
    /// Empty where filters are asked for: then the path says what is asked.
    var query = ""
    var input: InputSource = .none
    /// Nil where the request leaves it open.
    var unknowns: [String]?
    var disabledInlining: [String] = []
    var callsNondeterministicBuiltins = false
    var mappings = TableMappings(nil)
    var dialects: [FilterDialect] = []
    var maskRule: String?

    /// - Parameter isWhole: whether the body must be there and have a query.
    /// - Throws: `invalidParameter` where the body is something else.
    init(json: [UInt8], isWhole: Bool) throws(ServiceError) {
        if json.isEmpty, !isWhole { return }
        let body: Value
        do {
            body = try Value(json: json)
        } catch {
            throw Self.undecodable(json.isEmpty ? "EOF" : error.message)
        }
        guard case .object = body else { throw Self.undecodable("the body must be a JSON object") }
        if isWhole {
            guard let query = try Self.text(body, "query"), !query.isEmpty else { throw ServiceError(.invalidParameter, "missing required 'query' value") }
            self.query = query
        }
        input = body["input"].map { .value($0) } ?? .none
        unknowns = try Self.texts(body, "unknowns")
        guard let options = body["options"], options != .null else { return }
        guard case .object = options else { throw Self.undecodable("the member \"options\" must be an object") }
        disabledInlining = try Self.texts(options, "disableInlining") ?? []
        if case .boolean(true)? = options["nondeterministicBuiltins"] ?? options["nondeterminsticBuiltins"] { callsNondeterministicBuiltins = true }
        if let mappings = options["targetSQLTableMappings"], mappings != .null {
            guard case .object = mappings else { throw Self.undecodable("the member \"targetSQLTableMappings\" must be an object") }
            self.mappings = TableMappings(mappings)
        }
        maskRule = try Self.text(options, "maskRule")
        for name in try Self.texts(options, "targetDialects") ?? [] {
            guard let dialect = FilterDialect(rawValue: name) else {
                throw ServiceError(.invalidParameter, "unsupported target dialect \"\(name)\": one of \(FilterDialect.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            dialects.append(dialect)
        }
    }

    private static func text(_ object: Value, _ name: String) throws(ServiceError) -> String? {
        switch object[name] {
        case nil, .null: return nil
        case .string(let text): return text
        default: throw undecodable("the member \"\(name)\" must be a string")
        }
    }

    private static func texts(_ object: Value, _ name: String) throws(ServiceError) -> [String]? {
        guard let value = object[name], value != .null else { return nil }
        guard case .array(let elements) = value else { throw undecodable("the member \"\(name)\" must be an array of strings") }
        let texts = elements.compactMap { if case .string(let text) = $0 { text } else { nil } }
        guard texts.count == elements.count else { throw undecodable("the member \"\(name)\" must be an array of strings") }
        return texts
    }

    private static func undecodable(_ reason: String) -> ServiceError {
        ServiceError(.invalidParameter, "error(s) occurred while decoding request: \(reason)")
    }
}
