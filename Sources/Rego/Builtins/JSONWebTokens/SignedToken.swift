import Crypto
import Foundation

/// A signed token in compact form (RFC 7515), for the modules around the engine.
package struct SignedToken {
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    package let header: Value
    package let payload: Value
    private let signedText: [UInt8]
    private let signature: [UInt8]

    /// Takes a token apart; nothing is verified.
    package init(_ text: String) throws(Failure) {
        do {
            let token = try Array(text.utf8).withUnsafeBufferPointer { bytes in
                Result { () throws(BuiltinError) in try JSONWebToken(bytes) }
            }.get()
            header = try Value(json: token.headerText())
            payload = try Value(json: token.payloadText())
            signature = try token.signature()
            signedText = token.signedText
        } catch let error as BuiltinError {
            throw Failure(description: error.message)
        } catch {
            throw Failure(description: "\(error)")
        }
    }

    /// Whether the signature is right.
    ///
    /// - Parameters:
    ///   - algorithm: a name of JSON Web Algorithms, such as `RS256`.
    ///   - key: the secret, or a public key or certificate in PEM.
    package func isSigned(algorithm: String, key: String) throws(Failure) -> Bool {
        guard let algorithm = SignatureAlgorithm(rawValue: algorithm) else { throw Failure(description: "unknown signature algorithm: \(algorithm)") }
        if algorithm.isSymmetric {
            return algorithm.verifies(signature, of: signedText, with: .secret(SymmetricKey(data: Data(key.utf8))))
        }
        do throws(BuiltinError) {
            return try VerificationKey.read(key).compactMap(\.key).contains { algorithm.verifies(signature, of: signedText, with: $0) }
        } catch {
            throw Failure(description: error.message)
        }
    }
}
