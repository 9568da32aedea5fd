/// A token in compact form (RFC 7519, RFC 7515), taken apart.
struct JSONWebToken {
    let signedText: [UInt8]
    let headerText: [UInt8]
    let payloadText: [UInt8]
    let signature: [UInt8]

    init(_ text: UnsafeBufferPointer<UInt8>) throws(BuiltinError) {
        let dots = text.indices.filter { text[$0] == UInt8(ascii: ".") }
        guard !dots.isEmpty else { throw .failure("encoded JWT had no period separators") }
        guard dots.count == 2 else { throw .failure("encoded JWT must have 3 sections, found \(dots.count + 1)") }
        func decode(_ range: Range<Int>, _ name: String) throws(BuiltinError) -> [UInt8] {
            do throws(Base64.Problem) {
                return try Base64.urlDecoded(Array(text[range]))
            } catch {
                throw .failure("JWT \(name) had invalid encoding: \(error.message)")
            }
        }
        headerText = try decode(0..<dots[0], "header")
        payloadText = try decode(dots[0] + 1..<dots[1], "payload")
        signature = try decode(dots[1] + 1..<text.count, "signature")
        signedText = Array(text[..<dots[1]])
    }

    /// Reads a part as JSON into the query's region.
    static func read(_ text: [UInt8], _ name: String, _ call: BuiltinCall) throws(BuiltinError) -> Datum {
        let copy = call.make(bytes: text)
        do throws(JSONReader.JSONRefusal) {
            return try JSONReader.read(UnsafeRawBufferPointer(copy.bytes), into: call.arena, symbols: nil)
        } catch {
            throw .failure("\(name): \(JSONReason.describe(text, offset: error.offset))")
        }
    }
}
