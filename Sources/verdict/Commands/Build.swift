import ArgumentParser
import Foundation
import Governance
import Rego

/// `verdict build`: checks policies and data and packs them into a bundle.
struct Build: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "build",
        abstract: "Build a bundle of policies and data.",
        discussion: """
            verdict build -o policies.tar.gz policies
            verdict build -b policies --signing-key key.pem --signing-alg ES256 -o signed.tar.gz
            """)

    enum Target: String, ExpressibleByArgument, CaseIterable {
        case rego
    }

    @Flag(name: [.customShort("b"), .customLong("bundle")], help: "Read the paths as bundles.")
    var bundle = false
    @Option(name: .shortAndLong, help: "The file to write.")
    var output = "bundle.tar.gz"
    @Option(name: .shortAndLong, help: "The bundle's revision.")
    var revision: String?
    @Option(name: .shortAndLong, help: "What policies become; only rego is there.")
    var target = Target.rego
    @Option(name: .long, help: "A pattern of file and folder names to leave out; may be repeated.")
    var ignore: [String] = []
    @Flag(name: .customLong("v0-compatible"), help: "Read modules as Rego v0.")
    var v0Compatible = false
    @OptionGroup var algorithm: SigningAlgorithmOption
    @OptionGroup var signing: BundleSigningOptions
    @OptionGroup var verifying: BundleVerificationOptions
    @Argument(help: "Policy and data files or folders; with --bundle, bundles.")
    var paths: [String]

    func validate() throws {
        if !bundle, signing.signingKey != nil || verifying.verificationKey != nil {
            throw ValidationError("enable bundle mode (ie. --bundle) to verify or sign bundle files or directories")
        }
    }

    private var version: RegoVersion { v0Compatible ? .v0 : .v1 }

    func run() throws {
        try Reporting.failures {
            let verification = bundle ? verifying.verification(algorithm: algorithm.signingAlgorithm) : nil
            let sources = try LoadedSources(
                paths: bundle ? [] : paths, bundles: bundle ? paths : [], version: version, ignored: ignore, verification: verification)
            _ = try PolicySnapshot(policies: sources.policies, data: sources.data)
            do throws(BundleError) {
                let entries = try BundleWriter.entries(
                    policies: sources.policies.map { (path(of: $0.file), $0.text) }, data: try data(sources), manifest: manifest(sources),
                    signer: try signer())
                try write(try BundleWriter.archive(entries))
            } catch {
                throw PolicyFiles.Failure(error)
            }
        }
    }

    private func signer() throws(BundleError) -> BundleSigner? {
        do { return try signing.signer(algorithm: algorithm.signingAlgorithm, keyID: verifying.verificationKeyID) } catch {
            throw BundleError(.signature, "\(error)")
        }
    }

    private func write(_ bytes: [UInt8]) throws(BundleError) {
        do { try Data(bytes).write(to: URL(fileURLWithPath: output), options: .atomic) } catch {
            throw BundleError(.unreadable, "\(output): cannot be written: \(error.localizedDescription)")
        }
    }

    /// The path of a policy in the bundle: that of its file. The name of a single bundle in front is left out.
    private func path(of file: String) -> String {
        var path = Substring(file)
        if bundle, paths.count == 1 {
            let name = PolicyFiles.cleaned(paths[0])
            if path.hasPrefix(name + "/") { path = path.dropFirst(name.count + 1) }
        }
        return path.split(separator: "/").filter { $0 != "." && $0 != ".." }.joined(separator: "/")
    }

    private func data(_ sources: LoadedSources) throws(BundleError) -> Value {
        let document: Value
        do throws(EvaluationError) { document = try sources.data.document() } catch { throw BundleError(.malformed, "data is not valid JSON: \(error.message)") }
        // What says which bundles were read does not belong to the new one.
        guard bundle, case .object(let entries) = document else { return document }
        return .object(entries.filter { $0.key != .string("system") })
    }

    private func manifest(_ sources: LoadedSources) -> Value {
        let active = sources.bundles.values.sorted { $0.name < $1.name }
        let roots = active.isEmpty ? [""] : active.flatMap(\.roots).map { $0.joined(separator: "/") }
        var members: [(Value, Value)] = [
            ("revision", .string(revision ?? (active.count == 1 ? active[0].revision : ""))), ("roots", .array(roots.map { .string($0) })),
            ("rego_version", v0Compatible ? 0 : 1),
        ]
        let versions = sources.policies.filter { $0.version != version }
        if !versions.isEmpty {
            members.append(("file_rego_versions", .makeObject(versions.map { (.string("/" + path(of: $0.file)), $0.version == .v0 ? 0 : 1) })))
        }
        if active.count == 1, let metadata = active[0].manifest.metadata { members.append(("metadata", metadata)) }
        return .makeObject(members)
    }
}
