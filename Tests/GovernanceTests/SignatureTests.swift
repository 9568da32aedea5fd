import Archives
import Crypto
import CryptoExtras
import Governance
import Rego
import Support
import Testing

@Suite struct SignatureTests {
    private static let files = [
        ArchiveEntry(path: ".manifest", bytes: Array("{\"roots\": [\"a\"]}".utf8)), ArchiveEntry(path: "a/data.json", bytes: Array("{\"b\": 1, \"a\": \"<é>\"}".utf8)),
        ArchiveEntry(path: "a/p.rego", bytes: Array("package a".utf8)),
    ]

    struct Key: CustomTestStringConvertible {
        var algorithm: KeySettings.Algorithm
        var signing: String
        var verifying: String
        var testDescription: String { algorithm.rawValue }
    }

    static let keys: [Key] = {
        var keys = [Key(algorithm: .hs256, signing: "secret", verifying: "secret"), Key(algorithm: .hs512, signing: "secret", verifying: "secret")]
        let p256 = P256.Signing.PrivateKey(), p384 = P384.Signing.PrivateKey()
        keys.append(Key(algorithm: .es256, signing: p256.pemRepresentation, verifying: p256.publicKey.pemRepresentation))
        keys.append(Key(algorithm: .es384, signing: p384.pemRepresentation, verifying: p384.publicKey.pemRepresentation))
        guard let rsa = try? _RSA.Signing.PrivateKey(keySize: .bits2048) else { return keys }
        for algorithm in [KeySettings.Algorithm.rs256, .ps256] {
            keys.append(Key(algorithm: algorithm, signing: rsa.pemRepresentation, verifying: rsa.publicKey.pemRepresentation))
        }
        return keys
    }()

    private static func signed(_ key: Key, keyID: String = "k", claims: Value = .object([])) throws -> [ArchiveEntry] {
        let signatures = try BundleSigner(algorithm: key.algorithm, key: key.signing, keyID: keyID, claims: claims).signatures(for: files)
        return files + [ArchiveEntry(path: ".signatures.json", bytes: signatures)]
    }

    private static func message(_ entries: [ArchiveEntry], _ verification: BundleVerification) -> String? {
        do {
            _ = try BundleReader(name: "b", verification: verification).read(entries)
            return nil
        } catch {
            return error.message
        }
    }

    private static func verification(_ key: Key, _ settings: SigningSettings = .init(), scope: String = "") -> BundleVerification {
        BundleVerification(keys: ["k": KeySettings(id: "k", key: key.verifying, algorithm: key.algorithm, scope: scope)], settings: settings)
    }

    @Test(arguments: keys)
    func everyAlgorithmIsVerified(_ key: Key) throws {
        let entries = try Self.signed(key)
        #expect(Self.message(entries, Self.verification(key)) == nil)
        var other = key
        other.verifying = key.verifying.replacing("secret", with: "wrong")
        if other.verifying != key.verifying { #expect(Self.message(entries, Self.verification(other))?.hasPrefix("failed to verify JWT signature") == true) }
        // The right key under another algorithm is no key for this token.
        other = key
        other.algorithm = key.algorithm == .hs384 ? .hs256 : .hs384
        #expect(Self.message(entries, Self.verification(other)) != nil)
    }

    @Test func anyChangeIsFound() throws {
        let key = Self.keys[0]
        let entries = try Self.signed(key)
        let verification = Self.verification(key)
        var changed = entries
        changed[2].bytes.append(10)
        #expect(Self.message(changed, verification)?.hasPrefix("a/p.rego: digest mismatch (want: ") == true)
        changed = entries
        changed[1].bytes = Array("{\"b\": 2, \"a\": \"<é>\"}".utf8)
        #expect(Self.message(changed, verification)?.hasPrefix("a/data.json: digest mismatch") == true)
        // White space and the order of keys do not count in documents.
        changed[1].bytes = Array("{ \"a\": \"<\\u00e9>\",\n\"b\": 1}".utf8)
        #expect(Self.message(changed, verification) == nil)
        #expect(Self.message(entries + [ArchiveEntry(path: "x.rego", bytes: [])], verification) == "file x.rego not included in bundle signature")
        #expect(Self.message(entries.filter { $0.path != "a/p.rego" }, verification) == "file(s) [a/p.rego] specified in bundle signatures but not found in the target bundle")
    }

    @Test func excludedFilesNeedNoSignature() throws {
        let key = Self.keys[0]
        let entries = try Self.signed(key) + [ArchiveEntry(path: "notes/a.txt", bytes: [1])]
        #expect(Self.message(entries, Self.verification(key, SigningSettings(excludedFiles: ["notes/*.txt"]))) == nil)
        #expect(Self.message(entries, Self.verification(key, SigningSettings(excludedFiles: ["*.txt"]))) == "file notes/a.txt not included in bundle signature")
    }

    @Test func scopesMustAgree() throws {
        let key = Self.keys[0]
        let entries = try Self.signed(key, claims: ["scope": "write", "keyid": "k"])
        #expect(Self.message(entries, Self.verification(key)) == "scope mismatch")
        #expect(Self.message(entries, Self.verification(key, scope: "write")) == nil)
        #expect(Self.message(entries, Self.verification(key, SigningSettings(scope: "write"))) == nil)
        #expect(Self.message(try Self.signed(key), Self.verification(key, SigningSettings(scope: "write"))) == "scope mismatch")
    }

    @Test func keysAreFoundByName() throws {
        let key = Self.keys[0]
        let nameless = try Self.signed(key, keyID: "")
        #expect(Self.message(nameless, Self.verification(key)) == "verification key ID is empty")
        #expect(Self.message(nameless, Self.verification(key, SigningSettings(keyID: "k"))) == nil)
        #expect(Self.message(try Self.signed(key, keyID: "z"), Self.verification(key)) == "verification key corresponding to ID z not found")
        #expect(Self.message(Self.files, Self.verification(key, SigningSettings(keyID: "k"))) == "bundle missing .signatures.json file")
        #expect(Self.message(Self.files, Self.verification(key)) == nil)
    }

    @Test(arguments: [
        ("{\"signatures\": []}", "missing JWT"), ("{}", "missing JWT"), ("{\"signatures\": [\"a\", \"b\"]}", "multiple JWTs"), ("{\"signatures\": [\"a\"]}", "no period separators"),
        ("{\"signatures\": [\"a.b.c\"]}", ""), ("{", "decode"), ("{\"signatures\": [\"a\"], \"plugin\": \"x\"}", "no verifier exists under id \"x\""),
    ])
    func brokenSignaturesAreErrors(_ text: String, _ expected: String) {
        let entries = Self.files + [ArchiveEntry(path: ".signatures.json", bytes: Array(text.utf8))]
        let message = Self.message(entries, Self.verification(Self.keys[0]))
        #expect(message?.contains(expected) ?? false, "\(message ?? "accepted")")
    }
}
