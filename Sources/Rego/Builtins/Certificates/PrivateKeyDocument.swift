import BigInt
import Crypto
import Foundation
import SwiftASN1

/// A private key (RFC 8017, RFC 5915, RFC 5208), as Go's types show themselves as JSON and as a JSON Web Key.
enum PrivateKeyDocument {
    case rsa([BigInt])
    /// The curve's name, the secret and the point.
    case elliptic(curve: String, secret: [UInt8], point: [UInt8])
    case ed25519(seed: [UInt8], publicKey: [UInt8])

    /// Why bytes hold no key.
    struct Problem: Error { let message: String }

    private static let curves: [[Int]: (name: String, size: Int)] = [
        [1, 2, 840, 10045, 3, 1, 7]: ("P-256", 32), [1, 3, 132, 0, 34]: ("P-384", 48), [1, 3, 132, 0, 35]: ("P-521", 66),
    ]

    /// The key of a PEM block; nil where the block is of another kind.
    init?(_ block: PEMBlock) throws(Problem) {
        let element = DERElement(block.bytes)
        switch block.type {
        case "RSA PRIVATE KEY": try self.init(rsa: element)
        case "EC PRIVATE KEY": try self.init(elliptic: element, curve: nil)
        case "PRIVATE KEY": try self.init(wrapped: element)
        default: return nil
        }
    }

    private init(rsa element: DERElement?) throws(Problem) {
        let parts = element?.children ?? []
        guard parts.count >= 9, parts.prefix(9).allSatisfy({ $0.isUniversal(2) }) else { throw Problem(message: "asn1: structure error: not an RSA private key (RFC 8017)") }
        let numbers = parts.prefix(9).map(\.integer)
        if let problem = Self.problem(numbers) { throw Problem(message: "crypto/rsa: \(problem)") }
        self = .rsa(numbers)
    }

    /// What does not fit together in the numbers of an RSA key: version, n, e, d, p, q, d mod p-1, d mod q-1, the inverse of q.
    private static func problem(_ numbers: [BigInt]) -> String? {
        let (n, e, d, p, q) = (numbers[1], numbers[2], numbers[3], numbers[4], numbers[5])
        guard numbers.dropFirst().allSatisfy({ $0 > 0 }), p > 1, q > 1 else { return "invalid prime value" }
        guard p * q == n else { return "p * q != n" }
        guard (d * e) % (p - 1) == 1, (d * e) % (q - 1) == 1 else { return "d does not match e" }
        guard numbers[6] == d % (p - 1), numbers[7] == d % (q - 1) else { return "invalid CRT exponent" }
        guard (numbers[8] * q) % p == 1 else { return "invalid CRT coefficient" }
        return nil
    }

    private init(elliptic element: DERElement?, curve given: [Int]?) throws(Problem) {
        let parts = element?.children ?? []
        guard parts.count >= 2, parts[1].isUniversal(4) else { throw Problem(message: "x509: failed to parse EC private key: asn1: structure error: not an EC private key (RFC 5915)") }
        let named = given ?? parts.first { $0.isContext(0) }?.children.first?.identifier ?? []
        guard let curve = Self.curves[named] else { throw Problem(message: "x509: unknown elliptic curve") }
        let secret = parts[1].content
        let padded = [UInt8](repeating: 0, count: max(0, curve.size - secret.count)) + secret
        guard let point = Self.point(curve.name, padded) else { throw Problem(message: "x509: invalid elliptic curve private key value") }
        self = .elliptic(curve: curve.name, secret: padded, point: point)
    }

    private init(wrapped element: DERElement?) throws(Problem) {
        let parts = element?.children ?? []
        guard parts.count >= 3, parts[0].isUniversal(2), parts[1].isSequence, parts[2].isUniversal(4) else { throw Problem(message: "asn1: structure error: not a private key (RFC 5208)") }
        let algorithm = parts[1].children
        let inner = DERElement(parts[2].content)
        switch algorithm.first?.identifier ?? [] {
        case [1, 2, 840, 113549, 1, 1, 1]: try self.init(rsa: inner)
        case [1, 2, 840, 10045, 2, 1]: try self.init(elliptic: inner, curve: algorithm.count > 1 ? algorithm[1].identifier : nil)
        case [1, 3, 101, 112]:
            guard let seed = inner?.content, let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed) else { throw Problem(message: "x509: invalid Ed25519 private key") }
            self = .ed25519(seed: seed, publicKey: Array(key.publicKey.rawRepresentation))
        case let identifier: throw Problem(message: "x509: PKCS#8 wrapping contained private key with unknown algorithm: \(identifier.map(String.init).joined(separator: "."))")
        }
    }

    private static func point(_ curve: String, _ secret: [UInt8]) -> [UInt8]? {
        switch curve {
        case "P-256": (try? P256.Signing.PrivateKey(rawRepresentation: secret)).map { Array($0.publicKey.x963Representation) }
        case "P-384": (try? P384.Signing.PrivateKey(rawRepresentation: secret)).map { Array($0.publicKey.x963Representation) }
        default: (try? P521.Signing.PrivateKey(rawRepresentation: secret)).map { Array($0.publicKey.x963Representation) }
        }
    }

    // MARK: Shapes

    /// As Go shows the key.
    var document: Value {
        switch self {
        case .rsa(let parts):
            func number(_ position: Int) -> Value { .number(Number(parts[position])) }
            return [
                "N": number(1), "E": number(2), "D": number(3), "Primes": [number(4), number(5)],
                "Precomputed": ["Dp": number(6), "Dq": number(7), "Qinv": number(8), "CRTValues": []],
            ]
        case .elliptic(_, let secret, let point):
            return .makeObject(CertificateKey.point(point) + [("Curve", .object([])), ("D", .number(Number(BigInt(BigUInt(Data(secret))))))])
        case .ed25519(let seed, let publicKey): return .base64(seed + publicKey)
        }
    }

    /// As a JSON Web Key (RFC 7517).
    var webKey: Value {
        func text(_ bytes: some Sequence<UInt8>) -> Value { .string(Base64.urlSafe(Data(bytes), padded: false)) }
        switch self {
        case .rsa(let parts):
            let names = ["n", "e", "d", "p", "q", "dp", "dq", "qi"]
            return .makeObject([("kty", "RSA")] + zip(names, parts.dropFirst()).map { (.string($0), text($1.magnitude.serialize())) })
        case .elliptic(let curve, let secret, let point):
            let half = point.count / 2
            return ["kty": "EC", "crv": .string(curve), "d": text(secret), "x": text(point[1...half]), "y": text(point[(half + 1)...])]
        case .ed25519(let seed, let publicKey): return ["kty": "OKP", "crv": "Ed25519", "d": text(seed), "x": text(publicKey)]
        }
    }

    /// Whether a certificate's public key is this key's.
    func belongs(to certificate: ParsedCertificate) -> Bool {
        let key = certificate.document["PublicKey"]
        switch self {
        case .rsa(let parts): return key?["N"] == .number(Number(parts[1]))
        case .elliptic(_, _, let point): return key?["X"] == Value.makeObject(CertificateKey.point(point))["X"] && key?["Y"] == Value.makeObject(CertificateKey.point(point))["Y"]
        case .ed25519(_, let publicKey): return key == .base64(publicKey)
        }
    }
}
