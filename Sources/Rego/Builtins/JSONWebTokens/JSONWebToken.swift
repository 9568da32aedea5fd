/// A token in compact form (RFC 7519, RFC 7515), taken apart; its parts are decoded where they are asked for.
struct JSONWebToken {
    let signedText: [UInt8]
    private let parts: [ArraySlice<UInt8>]

    init(_ text: UnsafeBufferPointer<UInt8>) throws(BuiltinError) {
        let copy = Array(text)
        parts = copy.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count > 1 else { throw .failure("encoded JWT had no period separators") }
        guard parts.count == 3 else { throw .failure("encoded JWT must have 3 sections, found \(parts.count)") }
        signedText = Array(copy[..<parts[1].endIndex])
    }

    func headerText() throws(BuiltinError) -> [UInt8] { try decoded(0, "header") }
    func payloadText() throws(BuiltinError) -> [UInt8] { try decoded(1, "payload") }
    func signature() throws(BuiltinError) -> [UInt8] { try decoded(2, "signature") }

    private func decoded(_ part: Int, _ name: String) throws(BuiltinError) -> [UInt8] {
        do throws(Base64.Problem) {
            return try Base64.urlDecoded(Array(parts[part]))
        } catch {
            throw .failure("JWT \(name) had invalid encoding: \(error.message)")
        }
    }

    /// The header as an object; those of encrypted tokens are refused.
    func decodedHeader(_ call: BuiltinCall) throws(BuiltinError) -> ObjectView {
        let header = try Self.read(try headerText(), "bad JWT header: invalid JSON", call)
        guard header.tag == .object else { throw .failure("bad JWT header: decoded JSON type was not an Object") }
        let view = ObjectView(header)
        guard view["enc"] == nil else { throw .failure("JWT is a JWE object, which is not supported") }
        return view
    }

    /// The header, with its parameters (RFC 7515, 4.1) as they must be.
    func header(_ call: BuiltinCall) throws(BuiltinError) -> ObjectView {
        let view = try decodedHeader(call)
        for name in ["alg", "kid", "typ", "cty"] {
            if let value = view[name], value.tag != .string { throw .failure("\(name): must be a string") }
        }
        if let critical = view["crit"] {
            guard critical.tag == .array, critical.count > 0, critical.elements.allSatisfy({ $0.tag == .string }) else { throw .failure("crit: must be a nonempty list of strings") }
        }
        return view
    }

    /// Reads a part as JSON into the query's region.
    static func read(_ text: [UInt8], _ name: String, _ call: BuiltinCall) throws(BuiltinError) -> Datum {
        // Bytes that are no UTF-8 become U+FFFD.
        let copy = call.make(bytes: Array(String(decoding: text, as: UTF8.self).utf8))
        do throws(JSONReader.JSONRefusal) {
            return try JSONReader.read(UnsafeRawBufferPointer(copy.bytes), into: call.arena, symbols: nil)
        } catch {
            throw .failure("\(name): \(JSONReason.describe(text, offset: error.offset))")
        }
    }
}
