extension Builtin {
    private static let verified = RegoType.array(.boolean, .array(of: .object(.string, .any)))

    static let certificates: [Builtin] = [
        Builtin("crypto.x509.parse_certificates", ["certs": .string], returns: .array(of: .object(.string, .any)), "The certificates in PEM text, or in base64 of it or of DER.") {
            (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            call.make(.array(try CertificateText.certificates(try call.string(0)).map(\.documentWithAddresses)))
        },
        Builtin("crypto.x509.parse_and_verify_certificates", ["certs": .string], returns: verified, "Whether certificates are a chain from the root, which is first, to a server's, which is last; and the chain.", traits: .timed) {
            (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            try verify(call, \.documentWithAddresses) { () throws(BuiltinError) in CertificateOptions() }
        },
        Builtin(
            "crypto.x509.parse_and_verify_certificates_with_options", ["certs": .string, "options": .object(.string, .any)], returns: verified,
            "Like crypto.x509.parse_and_verify_certificates, for a host, a time and purposes of the key.", traits: .timed
        ) { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            let written = Value(try call.object(1).datum)
            return try verify(call, \.document) { () throws(BuiltinError) in try CertificateOptions(written) }
        },
        Builtin("crypto.x509.parse_certificate_request", ["csr": .string], returns: .object(.string, .any), "The certificate signing request in PEM text, or in base64 of it or of DER.") {
            (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            let bytes = try CertificateText.bytes(try call.string(0), type: "CERTIFICATE REQUEST")
            guard let element = DERElement(bytes) else { throw .failure("asn1: syntax error: sequence truncated") }
            guard let document = CertificateRequest.document(element) else { throw .failure("asn1: structure error: not a certificate request (RFC 2986)") }
            return call.make(document)
        },
        Builtin("crypto.x509.parse_keypair", ["cert": .string, "pem": .string], returns: .object(.string, .any), "A certificate and its private key, which must belong together.") {
            (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            let texts = (try call.string(0), try call.string(1))
            let certificates = try CertificateText.certificates(texts.0)
            let keys = try CertificateText.keys(texts.1)
            guard let leaf = certificates.first else { throw .failure("tls: failed to find any PEM data in certificate input") }
            guard let key = keys.first else { throw .failure("tls: failed to find any PEM data in key input") }
            guard key.belongs(to: leaf) else { throw .failure("tls: private key does not match public key") }
            return call.make([
                "Certificate": .array(certificates.map { .base64($0.encoded) }), "Leaf": leaf.document, "PrivateKey": key.document,
                "OCSPStaple": .null, "SignedCertificateTimestamps": .null, "SupportedSignatureAlgorithms": .null,
            ])
        },
        Builtin("crypto.x509.parse_rsa_private_key", ["pem": .string], returns: .object(.string, .any), "The private key in PEM text as a JSON Web Key.") {
            (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            let text = try call.string(0)
            guard !text.isEmpty else { throw .failure("input PEM data was empty") }
            return call.make(try CertificateText.keys(text).first?.webKey ?? .null)
        },
        Builtin("crypto.parse_private_keys", ["keys": .string], returns: .array(of: .object(.string, .any)), "The private keys in PEM text.") {
            (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            let text = try call.string(0)
            guard !text.isEmpty else { return .null }
            return call.make(.array(try CertificateText.keys(text, allowsOther: true).map(\.document)))
        },
    ]

    /// Options are read only where certificates can be, as in OPA.
    private static func verify(
        _ call: BuiltinCall, _ document: KeyPath<ParsedCertificate, Value>, _ readOptions: () throws(BuiltinError) -> CertificateOptions
    ) throws(BuiltinError) -> Datum {
        let invalid: Value = [false, []]
        let text = try call.string(0)
        guard let certificates = try? CertificateText.certificates(text) else { return call.make(invalid) }
        let options = try readOptions()
        guard certificates.count > 1, let root = certificates.first, let leaf = certificates.last else { return call.make(invalid) }
        let time = CivilTime(nanoseconds: options.time ?? call.context.now, in: nil)
        let verification = CertificateVerification(
            root: root, intermediates: Array(certificates.dropFirst().dropLast()), time: TimeLayout("2006-01-02T15:04:05Z").format(time), usages: options.usages,
            host: options.host)
        guard let chain = verification.chain(from: leaf) else { return call.make(invalid) }
        return call.make([true, .array(chain.map { $0[keyPath: document] })])
    }
}

/// What certificates are verified for.
private struct CertificateOptions {
    var host: String?
    /// Nanoseconds since 1970.
    var time: Int64?
    var usages: [Int] = []

    private static let usageNames = [
        "KeyUsageAny", "KeyUsageServerAuth", "KeyUsageClientAuth", "KeyUsageCodeSigning", "KeyUsageEmailProtection", "KeyUsageIPSECEndSystem",
        "KeyUsageIPSECTunnel", "KeyUsageIPSECUser", "KeyUsageTimeStamping", "KeyUsageOCSPSigning", "KeyUsageMicrosoftServerGatedCrypto",
        "KeyUsageNetscapeServerGatedCrypto", "KeyUsageMicrosoftCommercialCodeSigning", "KeyUsageMicrosoftKernelCodeSigning",
    ]

    init() {}

    init(_ options: Value) throws(BuiltinError) {
        guard case .object(let entries) = options else { return }
        for entry in entries {
            switch entry.key.schemaText {
            case "DNSName":
                guard case .string(let text) = entry.value else { throw .failure("'DNSName' should be a string") }
                host = text.isEmpty ? nil : text
            case "CurrentTime":
                guard case .number(let number) = entry.value else { throw .failure("'CurrentTime' should be a number") }
                guard let integer = number.integer else { throw .failure("'CurrentTime' should be a valid int64 number") }
                time = integer
            case "MaxConstraintComparisons":
                guard case .number(let number) = entry.value else { throw .failure("'MaxConstraintComparisons' should be a number") }
                guard number.integer != nil else { throw .failure("'MaxConstraintComparisons' should be a valid number") }
            case "KeyUsages": usages = try Self.usages(entry.value)
            default: throw .failure("invalid key option")
            }
        }
    }

    private static func usages(_ value: Value) throws(BuiltinError) -> [Int] {
        let names: [Value]
        switch value {
        case .array(let elements), .set(let elements): names = elements
        default: throw .failure("'KeyUsages' should be an Array or Set")
        }
        var usages: [Int] = [], unknown: [String] = []
        // As in OPA, what is no string is passed over.
        for case .string(let text) in names {
            if let number = usageNames.firstIndex(of: text) { usages.append(number) } else { unknown.append(text) }
        }
        guard unknown.isEmpty else { throw .failure("invalid entries for 'KeyUsages' found: [\(unknown.joined(separator: " "))]") }
        return usages
    }
}

/// What certificates and keys come in: PEM text, or base64 of it or of DER.
private enum CertificateText {
    private static func decoded(_ text: String) throws(BuiltinError) -> [UInt8] {
        do throws(Base64.Problem) { return try Base64.decoded(Array(text.utf8), urlSafe: false) } catch { throw .failure(error.message) }
    }

    /// PEM text, also where it is in base64.
    private static func blocks(_ text: String, _ bytes: inout [UInt8]) throws(BuiltinError) -> [PEMBlock]? {
        if text.hasPrefix("-----BEGIN") { return PEMBlock.blocks(in: text) }
        bytes = try decoded(text)
        return bytes.starts(with: "-----BEGIN".utf8) ? PEMBlock.blocks(in: String(decoding: bytes, as: UTF8.self)) : nil
    }

    static func certificates(_ text: String) throws(BuiltinError) -> [ParsedCertificate] {
        var bytes: [UInt8] = []
        if let blocks = try blocks(text, &bytes) {
            for block in blocks where block.type != "CERTIFICATE" { throw .failure("PEM block type is '\(block.type)', expected CERTIFICATE") }
            bytes = blocks.flatMap(\.bytes)
        }
        guard let elements = DERElement.sequence(bytes) else { throw .failure("x509: malformed certificate") }
        var certificates: [ParsedCertificate] = []
        for element in elements {
            guard let certificate = ParsedCertificate(element) else { throw .failure("x509: malformed certificate") }
            if let problem = certificate.problem { throw .failure(problem) }
            certificates.append(certificate)
        }
        return certificates
    }

    /// The DER of one thing of a type.
    static func bytes(_ text: String, type: String) throws(BuiltinError) -> [UInt8] {
        if text.hasPrefix("-----BEGIN \(type)-----"), let block = PEMBlock.blocks(in: text).first { return block.bytes }
        let bytes = try decoded(text)
        guard bytes.starts(with: "-----BEGIN \(type)-----".utf8) else { return bytes }
        return PEMBlock.blocks(in: String(decoding: bytes, as: UTF8.self)).first?.bytes ?? bytes
    }

    /// Private keys; blocks of other kinds are skipped.
    static func keys(_ text: String, allowsOther: Bool = false) throws(BuiltinError) -> [PrivateKeyDocument] {
        var bytes: [UInt8] = []
        var found = PEMBlock.blocks(in: text)
        if found.isEmpty {
            do throws(BuiltinError) {
                found = try blocks(text, &bytes) ?? []
            } catch {
                guard allowsOther else { throw error }
                return []
            }
        }
        var keys: [PrivateKeyDocument] = []
        for block in found {
            do throws(PrivateKeyDocument.Problem) {
                if let key = try PrivateKeyDocument(block) { keys.append(key) }
            } catch {
                throw .failure(error.message)
            }
        }
        return keys
    }
}
