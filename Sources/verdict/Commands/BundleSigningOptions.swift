import ArgumentParser
import Foundation
import Governance
import Rego

/// The algorithm of the keys that bundles are signed and verified with.
struct SigningAlgorithmOption: ParsableArguments {
    @Option(name: .customLong("signing-alg"), help: "The algorithm of signatures.")
    var signingAlgorithm = KeySettings.Algorithm.rs256
}

/// Options of the commands that sign bundles.
struct BundleSigningOptions: ParsableArguments {
    @Option(name: .customLong("signing-key"), help: "The secret (HMAC), or the PEM file with the private key (RSA and ECDSA).")
    var signingKey: String?
    @Option(name: .customLong("claims-file"), help: "A JSON file with more claims for the signature, such as scope and keyid.")
    var claimsFile: String?

    /// Nil where nothing is to be signed.
    func signer(algorithm: KeySettings.Algorithm, keyID: String = "") throws -> BundleSigner? {
        guard let signingKey else { return nil }
        var claims = Value.object([])
        if let claimsFile {
            do { claims = try Value(json: try PolicyFiles.input(claimsFile)) } catch let error as EvaluationError {
                throw PolicyFiles.Failure(problems: ["\(claimsFile): \(error.message)"])
            }
        }
        return BundleSigner(algorithm: algorithm, key: KeyText.read(signingKey), keyID: keyID, claims: claims)
    }
}

/// Options of the commands that verify bundles.
struct BundleVerificationOptions: ParsableArguments {
    @Option(name: .customLong("verification-key"), help: "The secret (HMAC), or the PEM file with the public key (RSA and ECDSA), that bundles are verified with.")
    var verificationKey: String?
    @Option(name: .customLong("verification-key-id"), help: "The name of the verification key.")
    var verificationKeyID = "default"
    @Option(help: "The scope that signatures must have.")
    var scope = ""
    @Option(name: .customLong("exclude-files-verify"), help: "A pattern of files that need no signature; may be repeated.")
    var excludeFilesVerify: [String] = []

    func verification(algorithm: KeySettings.Algorithm) -> BundleVerification {
        var keys: [String: KeySettings] = [:]
        if let verificationKey {
            keys[verificationKeyID] = KeySettings(
                id: verificationKeyID, key: KeyText.read(verificationKey), algorithm: algorithm, scope: scope)
        }
        let settings = SigningSettings(keyID: keys.isEmpty ? "" : verificationKeyID, scope: scope, excludedFiles: excludeFilesVerify)
        return BundleVerification(keys: keys, settings: settings)
    }
}

/// A key that is given as a file or as it is.
enum KeyText {
    static func read(_ argument: String) -> String {
        FileManager.default.contents(atPath: argument).map { String(decoding: $0, as: UTF8.self) } ?? argument
    }
}

extension KeySettings.Algorithm: ExpressibleByArgument {}
