#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension PreparedQuery {
    /// Decides about any `Encodable` input and gives the query's value as a type of the caller's; nil where the query is undefined.
    ///
    ///     struct Request: Encodable { var user: String; var action: String }
    ///     let isAllowed = try allow.decide(about: Request(user: "alice", action: "read"), as: Bool.self) ?? false
    ///
    /// - Throws: `EvaluationError` where evaluation fails, `EncodingError` and `DecodingError` where a type does not fit.
    public func decide<Decision: Decodable>(about input: some Encodable, as type: Decision.Type = Decision.self, options: EvaluationOptions = .init()) throws -> Decision? {
        try decide(about: JSONEncoder().encode(input), as: type, options: options)
    }

    /// Decides without an input.
    public func decide<Decision: Decodable>(as type: Decision.Type = Decision.self, options: EvaluationOptions = .init()) throws -> Decision? {
        try decide(about: Data(), as: type, options: options)
    }

    private func decide<Decision: Decodable>(about json: Data, as type: Decision.Type, options: EvaluationOptions) throws -> Decision? {
        var output: [UInt8] = []
        guard try json.withUnsafeBytes({ try decide(inputJSON: $0, options: options, appendingTo: &output) }).isDefined else { return nil }
        return try JSONDecoder().decode(type, from: Data(output))
    }
}
