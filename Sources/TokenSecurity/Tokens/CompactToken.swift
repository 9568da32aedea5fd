import Foundation
import JSON
import Rego

/// A JSON Web Token in compact form, taken apart strictly: what two readers could understand differently is refused.
///
/// Source: RFC 7515 section 7.1, RFC 7519 section 7.2, RFC 8725 sections 2 and 3.
struct CompactToken {
    let header: Value
    let claims: Value
    let signature: [UInt8]
    /// What the signature is over.
    let signedText: [UInt8]

    /// Bytes that a token may have.
    static let sizeLimit = 16 * 1024

    /// Whether a text has the form of a token; else it is opaque.
    static func isCompact(_ text: String) -> Bool { text.utf8.count { $0 == UInt8(ascii: ".") } == 2 }

    init(_ text: [UInt8]) throws(TokenError) {
        guard text.count <= Self.sizeLimit else { throw TokenError(.tooLarge, "a token may have \(Self.sizeLimit) bytes") }
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3 else { throw TokenError(.malformed, "a token has 3 parts, not \(parts.count)") }
        header = try Self.object(parts[0], "header")
        claims = try Self.object(parts[1], "payload")
        signature = try Self.bytes(parts[2], "signature")
        signedText = Array(text[..<parts[1].endIndex])
    }

    /// Decodes base64url without padding. Unused bits must be zero, so that no two texts stand for the same bytes.
    private static func bytes(_ part: ArraySlice<UInt8>, _ name: String) throws(TokenError) -> [UInt8] {
        guard !part.isEmpty, !part.contains(UInt8(ascii: "=")), let bytes = Base64.decode(Array(part), urlSafe: true),
            Base64.urlSafe(Data(bytes), padded: false).utf8.elementsEqual(part)
        else { throw TokenError(.malformed, "the \(name) is not base64url without padding") }
        return bytes
    }

    private static func object(_ part: ArraySlice<UInt8>, _ name: String) throws(TokenError) -> Value {
        let text = try bytes(part, name)
        if let problem = text.withUnsafeBytes({ JSONProblem.find(in: $0, rejectingDuplicates: true) }) {
            throw TokenError(.malformed, "the \(name) is not a JSON object with distinct names: line \(problem.line), column \(problem.column)")
        }
        guard let value = try? Value(json: text), case .object = value else { throw TokenError(.malformed, "the \(name) is not a JSON object") }
        return value
    }
}
