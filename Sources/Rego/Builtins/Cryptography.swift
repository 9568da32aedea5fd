import Crypto
import Foundation

extension Builtin {
    static let cryptography: [Builtin] = [
        digest("crypto.md5", "The MD5 digest in hexadecimal digits.", Insecure.MD5.self),
        digest("crypto.sha1", "The SHA-1 digest in hexadecimal digits.", Insecure.SHA1.self),
        digest("crypto.sha256", "The SHA-256 digest in hexadecimal digits.", SHA256.self),
        authentication("crypto.hmac.md5", "The MD5 HMAC in hexadecimal digits.", Insecure.MD5.self),
        authentication("crypto.hmac.sha1", "The SHA-1 HMAC in hexadecimal digits.", Insecure.SHA1.self),
        authentication("crypto.hmac.sha256", "The SHA-256 HMAC in hexadecimal digits.", SHA256.self),
        authentication("crypto.hmac.sha512", "The SHA-512 HMAC in hexadecimal digits.", SHA512.self),
        Builtin("crypto.hmac.equal", ["mac1": .string, "mac2": .string], returns: .boolean, "True where both codes are equal; takes as long whether they are or not.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            let a = try call.utf8(0), b = try call.utf8(1)
            guard a.count == b.count else { return .false }
            var difference: UInt8 = 0
            for position in a.indices { difference |= a[position] ^ b[position] }
            return .boolean(difference == 0)
        },
    ]

    private static func digest<Function: HashFunction>(_ name: String, _ summary: String, _ function: Function.Type) -> Builtin {
        Builtin(name, ["x": .string], returns: .string, summary) { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            var function = Function()
            function.update(bufferPointer: UnsafeRawBufferPointer(try call.utf8(0)))
            return call.make(bytes: Hexadecimal.digits(of: function.finalize()))
        }
    }

    private static func authentication<Function: HashFunction>(_ name: String, _ summary: String, _ function: Function.Type) -> Builtin {
        Builtin(name, ["x": .string, "key": .string], returns: .string, summary) { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            let key = SymmetricKey(data: Data(try call.utf8(1)))
            return call.make(Hexadecimal.text(HMAC<Function>.authenticationCode(for: Data(try call.utf8(0)), using: key)))
        }
    }
}
