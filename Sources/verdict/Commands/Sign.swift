import ArgumentParser
import Foundation
import Governance
import Rego

/// `verdict sign`: writes the `.signatures.json` of a bundle.
struct Sign: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sign",
        abstract: "Sign a bundle.",
        discussion: """
            verdict sign -b --signing-key key.pem --signing-alg ES256 policies
            """)

    @Flag(name: [.customShort("b"), .customLong("bundle")], help: "Read the paths as bundles; needed.")
    var bundle = false
    @Option(name: [.customShort("o"), .customLong("output-file-path")], help: "The folder in which .signatures.json is written.")
    var output = "."
    @OptionGroup var algorithm: SigningAlgorithmOption
    @OptionGroup var signing: BundleSigningOptions
    @Argument(help: "The bundle: a folder or an archive.")
    var path: String

    func validate() throws {
        guard bundle else { throw ValidationError("enable bundle mode (ie. --bundle) to sign bundle files or directories") }
        guard signing.signingKey != nil else { throw ValidationError("specify the secret (HMAC) or path of the PEM file containing the private key (RSA and ECDSA)") }
    }

    func run() throws {
        try Reporting.failures {
            guard let signer = try signing.signer(algorithm: algorithm.signingAlgorithm) else { return }
            do throws(BundleError) {
                let signatures = try signer.signatures(for: try BundleFolder.entries(ofBundle: PolicyFiles.cleaned(path)))
                try write(signatures)
            } catch {
                throw PolicyFiles.Failure(error)
            }
        }
    }

    private func write(_ bytes: [UInt8]) throws(BundleError) {
        let file = URL(fileURLWithPath: output).appendingPathComponent(".signatures.json")
        do {
            try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(bytes).write(to: file, options: .atomic)
        } catch {
            throw BundleError(.unreadable, "\(file.path): cannot be written: \(error.localizedDescription)")
        }
    }
}
