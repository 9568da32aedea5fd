import BigInt

/// The extensions of a certificate (RFC 5280, 4.2) as fields of Go's `x509.Certificate`.
struct CertificateExtensions {
    private(set) var fields: [String: Value] = [
        "KeyUsage": 0, "ExtKeyUsage": .null, "UnknownExtKeyUsage": .null, "BasicConstraintsValid": false, "IsCA": false, "MaxPathLen": 0,
        "MaxPathLenZero": false, "SubjectKeyId": .null, "AuthorityKeyId": .null, "OCSPServer": .null, "IssuingCertificateURL": .null,
        "PermittedDNSDomainsCritical": false, "PermittedDNSDomains": .null, "ExcludedDNSDomains": .null, "PermittedIPRanges": .null,
        "ExcludedIPRanges": .null, "PermittedEmailAddresses": .null, "ExcludedEmailAddresses": .null, "PermittedURIDomains": .null,
        "ExcludedURIDomains": .null, "CRLDistributionPoints": .null, "PolicyIdentifiers": .null, "Policies": .null, "PolicyMappings": .null,
        "InhibitAnyPolicy": 0, "InhibitAnyPolicyZero": false, "InhibitPolicyMapping": 0, "InhibitPolicyMappingZero": false,
        "RequireExplicitPolicy": 0, "RequireExplicitPolicyZero": false, "UnhandledCriticalExtensions": .null, "ExtraExtensions": .null,
    ]
    private(set) var names = GeneralNames()
    private(set) var permitted = GeneralNames()
    private(set) var excluded = GeneralNames()
    private(set) var usages: [Int] = []
    private(set) var hasUsages = false
    private(set) var unhandled: [[Int]] = []

    /// One extension: identifier, whether it is critical, and its value.
    struct Entry {
        let identifier: [Int]
        let isCritical: Bool
        let value: [UInt8]

        init?(_ element: DERElement) {
            let parts = element.children
            guard parts.count >= 2, let last = parts.last else { return nil }
            identifier = parts[0].identifier
            isCritical = parts.count > 2 && parts[1].boolean
            value = last.content
        }

        var document: Value { ["Id": .numbers(identifier), "Critical": .boolean(isCritical), "Value": .base64(value)] }
    }

    let entries: [Entry]

    init(_ elements: [DERElement]) {
        entries = elements.compactMap { Entry($0) }
        for entry in entries where !read(entry) && entry.isCritical { unhandled.append(entry.identifier) }
        fields["Extensions"] = .listOrNull(entries.map(\.document))
        fields["UnhandledCriticalExtensions"] = .listOrNull(unhandled.map { .numbers($0) })
    }

    /// False where the extension is not known.
    private mutating func read(_ entry: Entry) -> Bool {
        guard let value = DERElement(entry.value) else { return false }
        if entry.identifier == [1, 3, 6, 1, 5, 5, 7, 1, 1] {
            readAccess(value)
            return true
        }
        guard entry.identifier.count == 4, entry.identifier.starts(with: [2, 5, 29]) else { return false }
        switch entry.identifier[3] {
        case 14: fields["SubjectKeyId"] = .base64(value.content)
        case 15: readUsage(value)
        case 17:
            names = GeneralNames(value.children)
            return !(names.domains.isEmpty && names.emails.isEmpty && names.addresses.isEmpty && names.uris.isEmpty)
        case 19: readConstraints(value)
        case 30: readNameConstraints(value, isCritical: entry.isCritical)
        case 31:
            let points = value.children.compactMap { $0.children.first { $0.isContext(0) }?.children.first { $0.isContext(0) } }
            fields["CRLDistributionPoints"] = .texts(points.flatMap(\.children).filter { $0.isContext(6) }.map(\.text))
        case 32:
            let policies = value.children.compactMap { $0.children.first?.identifier }
            fields["PolicyIdentifiers"] = .listOrNull(policies.map { .numbers($0) })
            fields["Policies"] = .texts(policies.map { $0.map(String.init).joined(separator: ".") })
        case 33:
            fields["PolicyMappings"] = .listOrNull(value.children.filter { $0.children.count == 2 }.map { mapping in
                let texts = mapping.children.map { Value.string($0.identifier.map(String.init).joined(separator: ".")) }
                return ["IssuerDomainPolicy": texts[0], "SubjectDomainPolicy": texts[1]]
            })
        case 35:
            if let key = value.children.first(where: { $0.isContext(0) }) { fields["AuthorityKeyId"] = .base64(key.content) }
        case 36:
            if let skip = value.children.first(where: { $0.isContext(0) }) { set("RequireExplicitPolicy", skip) }
            if let skip = value.children.first(where: { $0.isContext(1) }) { set("InhibitPolicyMapping", skip) }
        case 37: readExtendedUsage(value)
        case 54: set("InhibitAnyPolicy", value)
        default: return false
        }
        return true
    }

    private mutating func set(_ field: String, _ value: DERElement) {
        fields[field] = .number(Number(value.integer))
        fields["\(field)Zero"] = .boolean(value.integer == 0)
    }

    private mutating func readUsage(_ value: DERElement) {
        var usage = 0
        for (position, byte) in value.content.dropFirst().enumerated() {
            for bit in 0..<8 where byte & (0x80 >> bit) != 0 { usage |= 1 << (position * 8 + bit) }
        }
        fields["KeyUsage"] = .number(Number(usage))
    }

    private mutating func readConstraints(_ value: DERElement) {
        let parts = value.children
        fields["BasicConstraintsValid"] = true
        fields["IsCA"] = .boolean(parts.first.map { $0.isUniversal(1) && $0.boolean } ?? false)
        let length = parts.first { $0.isUniversal(2) }?.integer
        fields["MaxPathLen"] = .number(Number(length ?? -1))
        fields["MaxPathLenZero"] = .boolean(length == 0)
    }

    /// Go's numbers of the purposes of a key.
    private static let purposes: [[Int]: Int] = {
        let purposes = [1, 3, 6, 1, 5, 5, 7, 3]
        var numbers: [[Int]: Int] = [[2, 5, 29, 37, 0]: 0, [2, 16, 840, 1, 113730, 4, 1]: 11]
        for number in 1...9 { numbers[purposes + [number]] = number }
        numbers[[1, 3, 6, 1, 4, 1, 311, 10, 3, 3]] = 10
        numbers[[1, 3, 6, 1, 4, 1, 311, 2, 1, 22]] = 12
        numbers[[1, 3, 6, 1, 4, 1, 311, 61, 1, 1]] = 13
        return numbers
    }()

    private mutating func readExtendedUsage(_ value: DERElement) {
        hasUsages = true
        let identifiers = value.children.map(\.identifier)
        usages = identifiers.compactMap { Self.purposes[$0] }
        fields["ExtKeyUsage"] = .numbers(usages)
        fields["UnknownExtKeyUsage"] = .listOrNull(identifiers.filter { Self.purposes[$0] == nil }.map { .numbers($0) })
    }

    private mutating func readAccess(_ value: DERElement) {
        func addresses(_ method: Int) -> Value {
            .texts(value.children.filter { $0.children.count == 2 && $0.children[0].identifier == [1, 3, 6, 1, 5, 5, 7, 48, method] && $0.children[1].isContext(6) }.map { $0.children[1].text })
        }
        fields["OCSPServer"] = addresses(1)
        fields["IssuingCertificateURL"] = addresses(2)
    }

    private mutating func readNameConstraints(_ value: DERElement, isCritical: Bool) {
        fields["PermittedDNSDomainsCritical"] = .boolean(isCritical)
        for (number, word) in [(UInt(0), "Permitted"), (1, "Excluded")] {
            let names = GeneralNames(value.children.first { $0.isContext(number) }?.children.compactMap(\.children.first) ?? [])
            if number == 0 { permitted = names } else { excluded = names }
            fields["\(word)DNSDomains"] = .texts(names.domains)
            fields["\(word)EmailAddresses"] = .texts(names.emails)
            fields["\(word)URIDomains"] = .texts(names.uris)
            fields["\(word)IPRanges"] = .listOrNull(names.addresses.map { bytes in
                let half = bytes.count / 2
                return ["IP": .string(InternetAddress(bytes: Array(bytes.prefix(half))).text), "Mask": .base64(Array(bytes.dropFirst(half)))]
            })
        }
    }
}
