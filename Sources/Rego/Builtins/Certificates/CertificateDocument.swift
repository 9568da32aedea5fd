import BigInt

/// A certificate (RFC 5280), taken apart.
struct ParsedCertificate {
    let encoded: [UInt8]
    let extensions: CertificateExtensions
    let issuer: [UInt8]
    let subject: [UInt8]
    let publicKeyInformation: [UInt8]
    /// As RFC 3339 has them, in UTC, so that times compare as text does.
    let notBefore: String
    let notAfter: String
    /// As Go's `x509.Certificate` shows itself as JSON.
    let document: Value
    /// Why Go would refuse what can be taken apart.
    let problem: String?

    /// The document with addresses as texts too, as OPA adds them.
    var documentWithAddresses: Value {
        guard case .object(let entries) = document else { return document }
        let addresses = Value.texts(extensions.names.uris.map { String($0.prefix { $0 != "#" }) })
        return .makeObject(entries.map { ($0.key, $0.value) } + [(.string("URIStrings"), addresses)])
    }

    /// Nil where the element is no certificate.
    init?(_ element: DERElement) {
        let parts = element.children
        guard element.isSequence, parts.count == 3, parts[0].isSequence, parts[1].isSequence, parts[2].isUniversal(3) else { return nil }
        var fields = parts[0].children[...]
        let version = fields.first.flatMap { $0.isContext(0) ? $0.children.first?.integer : nil } ?? 0
        if fields.first?.isContext(0) == true { fields = fields.dropFirst() }
        let rest = Array(fields)
        guard rest.count >= 6, rest[0].isUniversal(2), rest[2].isSequence, rest[3].isSequence, rest[3].children.count == 2, rest[4].isSequence, rest[5].isSequence else { return nil }
        let key = CertificateKey(rest[5])
        problem = rest[1].encoded == parts[1].encoded ? key.problem : "x509: inner and outer signature algorithm identifiers don't match"
        encoded = element.encoded
        extensions = CertificateExtensions(rest.dropFirst(6).first { $0.isContext(3) }?.children.first?.children ?? [])
        issuer = rest[2].encoded
        subject = rest[4].encoded
        publicKeyInformation = rest[5].encoded
        notBefore = rest[3].children[0].time
        notAfter = rest[3].children[1].time
        var values = extensions.fields
        for (name, value) in extensions.names.fields { values[name] = value }
        values["Raw"] = .base64(encoded)
        values["RawTBSCertificate"] = .base64(parts[0].encoded)
        values["RawSubjectPublicKeyInfo"] = .base64(publicKeyInformation)
        values["RawSubject"] = .base64(subject)
        values["RawIssuer"] = .base64(issuer)
        values["Signature"] = .base64(parts[2].octets)
        values["SignatureAlgorithm"] = .number(Number(CertificateKey.signatureAlgorithm(parts[1])))
        values["PublicKeyAlgorithm"] = .number(Number(key.algorithm))
        values["PublicKey"] = key.document
        values["Version"] = .number(Number(version + 1))
        values["SerialNumber"] = .number(Number(rest[0].integer))
        values["Issuer"] = CertificateName.document(rest[2])
        values["Subject"] = CertificateName.document(rest[4])
        values["NotBefore"] = .string(notBefore)
        values["NotAfter"] = .string(notAfter)
        document = .fields(values)
    }
}

/// A certificate signing request (RFC 2986) as Go's `x509.CertificateRequest` shows itself as JSON.
enum CertificateRequest {
    private static let extensionRequest = [1, 2, 840, 113549, 1, 9, 14]

    /// Nil where the element is no request, or its key is none.
    static func document(_ element: DERElement) -> Value? {
        let parts = element.children
        guard element.isSequence, parts.count == 3, parts[0].isSequence, parts[1].isSequence else { return nil }
        let information = parts[0].children
        guard information.count >= 3, information[0].isUniversal(2), information[1].isSequence, information[2].isSequence else { return nil }
        let key = CertificateKey(information[2])
        guard key.problem == nil else { return nil }
        let attributes = information.first { $0.isContext(0) }?.children ?? []
        let requested = attributes.first { $0.children.first?.identifier == extensionRequest }?.children.last?.children.first?.children ?? []
        let extensions = CertificateExtensions(requested)
        var values = extensions.names.fields
        values["Raw"] = .base64(element.encoded)
        values["RawTBSCertificateRequest"] = .base64(parts[0].encoded)
        values["RawSubjectPublicKeyInfo"] = .base64(information[2].encoded)
        values["RawSubject"] = .base64(information[1].encoded)
        values["Version"] = .number(Number(information[0].integer))
        values["Signature"] = .base64(parts[2].octets)
        values["SignatureAlgorithm"] = .number(Number(CertificateKey.signatureAlgorithm(parts[1])))
        values["PublicKeyAlgorithm"] = .number(Number(key.algorithm))
        values["PublicKey"] = key.document
        values["Subject"] = CertificateName.document(information[1])
        values["Extensions"] = extensions.fields["Extensions"]
        values["ExtraExtensions"] = .null
        values["Attributes"] = .listOrNull(attributes.compactMap(attribute))
        return .fields(values)
    }

    /// Attributes whose values are sequences of pairs, which is how extensions are asked for.
    private static func attribute(_ element: DERElement) -> Value? {
        guard element.children.count == 2, element.children[0].identifier == extensionRequest else { return nil }
        let sets = element.children[1].children.map { set in
            Value.array(set.children.map { pair in
                ["Type": .numbers(pair.children.first?.identifier ?? []), "Value": .base64(pair.children.last?.content ?? [])]
            })
        }
        return ["Type": .numbers(extensionRequest), "Value": .array(sets)]
    }
}
