/// A token in compact form (RFC 7519, RFC 7515), taken apart.
struct JSONWebToken {
    let signedText: [UInt8]
    let headerText: [UInt8]
    let payloadText: [UInt8]
    let signature: [UInt8]

    init(_ text: UnsafeBufferPointer<UInt8>) throws(BuiltinError) {
        let dots = text.indices.filter { text[$0] == UInt8(ascii: ".") }
        guard dots.count == 2 else { throw .failure("encoded JWT must have 3 sections, found \(dots.count + 1)") }
        func decode(_ range: Range<Int>, _ name: String) throws(BuiltinError) -> [UInt8] {
            let part = Array(text[range])
            guard let bytes = Base64.decode(part, urlSafe: true) else {
                let bad = part.firstIndex { !($0 == 0x2d || $0 == 0x5f || (0x30...0x39).contains($0) || (0x41...0x5a).contains($0) || (0x61...0x7a).contains($0)) } ?? part.count
                throw .failure("JWT \(name) had invalid encoding: illegal base64 data at input byte \(bad)")
            }
            return bytes
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
