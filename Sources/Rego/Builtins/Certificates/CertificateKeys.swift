import BigInt
import Crypto
import Foundation

/// Public keys and algorithms of certificates, numbered as Go's `crypto/x509` numbers them.
struct CertificateKey {
    /// Go's number of the algorithm; 0 where it is not known.
    let algorithm: Int
    let document: Value
    /// Why the bytes are no key, where they are none.
    let problem: String?

    /// The key of a SubjectPublicKeyInfo.
    init(_ information: DERElement) {
        let algorithmFields = information.children.first?.children ?? []
        let bits = information.children.count > 1 ? information.children[1].octets : []
        switch algorithmFields.first?.identifier ?? [] {
        case [1, 2, 840, 113549, 1, 1, 1]:
            let parts = DERElement(bits)?.children ?? []
            algorithm = 1
            problem = nil
            document = parts.count == 2 ? ["E": .number(Number(parts[1].integer)), "N": .number(Number(parts[0].integer))] : .null
        case [1, 2, 840, 10045, 2, 1]:
            algorithm = 3
            document = .makeObject(Self.point(bits) + [("Curve", .object([]))])
            problem = Self.problem(bits, curve: algorithmFields.count > 1 ? algorithmFields[1].identifier : [])
        case [1, 3, 101, 112]:
            algorithm = 4
            problem = nil
            document = .base64(bits)
        default:
            algorithm = 0
            problem = nil
            document = .null
        }
    }

    private static func problem(_ point: [UInt8], curve: [Int]) -> String? {
        let isOnCurve: Bool
        switch curve {
        case [1, 2, 840, 10045, 3, 1, 7]: isOnCurve = (try? P256.Signing.PublicKey(x963Representation: point)) != nil
        case [1, 3, 132, 0, 34]: isOnCurve = (try? P384.Signing.PublicKey(x963Representation: point)) != nil
        case [1, 3, 132, 0, 35]: isOnCurve = (try? P521.Signing.PublicKey(x963Representation: point)) != nil
        // P-224 is a curve of Go's too.
        case [1, 3, 132, 0, 33]: isOnCurve = true
        default: return "x509: unsupported elliptic curve"
        }
        return isOnCurve ? nil : "x509: failed to unmarshal elliptic curve point"
    }

    /// The coordinates of an uncompressed point.
    static func point(_ bytes: [UInt8]) -> [(Value, Value)] {
        guard bytes.first == 4, bytes.count % 2 == 1 else { return [] }
        let half = bytes.count / 2
        return [
            ("X", .number(Number(BigInt(BigUInt(Data(bytes[1...half])))))), ("Y", .number(Number(BigInt(BigUInt(Data(bytes[(half + 1)...])))))),
        ]
    }

    private static let rsa = [1, 2, 840, 113549, 1, 1], ecdsa = [1, 2, 840, 10045, 4]

    /// Go's number of a signature algorithm.
    static func signatureAlgorithm(_ algorithm: DERElement?) -> Int {
        let identifier = algorithm?.children.first?.identifier ?? []
        let numbers: [[Int]: Int] = [
            rsa + [2]: 1, rsa + [4]: 2, rsa + [5]: 3, rsa + [11]: 4, rsa + [12]: 5, rsa + [13]: 6,
            [1, 2, 840, 10040, 4, 3]: 7, [2, 16, 840, 1, 101, 3, 4, 3, 2]: 8,
            ecdsa + [1]: 9, ecdsa + [3, 2]: 10, ecdsa + [3, 3]: 11, ecdsa + [3, 4]: 12, [1, 3, 101, 112]: 16,
        ]
        if identifier == rsa + [10] { return pssAlgorithm(algorithm) }
        return numbers[identifier] ?? 0
    }

    /// RSA-PSS names its digest in its parameters.
    private static func pssAlgorithm(_ algorithm: DERElement?) -> Int {
        let parameters = algorithm?.children.dropFirst().first?.children ?? []
        let digest = parameters.first { $0.isContext(0) }?.children.first?.children.first?.identifier ?? []
        guard digest.count == 9, digest.starts(with: [2, 16, 840, 1, 101, 3, 4, 2]) else { return 0 }
        return [1: 13, 2: 14, 3: 15][digest[8]] ?? 0
    }
}
