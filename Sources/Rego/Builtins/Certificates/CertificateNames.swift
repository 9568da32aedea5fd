/// Distinguished names as Go's `pkix.Name` shows them.
enum CertificateName {
    /// Fields by the last number of their type below 2.5.4.
    private static let lists: [Int: String] = [
        6: "Country", 10: "Organization", 11: "OrganizationalUnit", 7: "Locality", 8: "Province", 9: "StreetAddress", 17: "PostalCode",
    ]

    static func document(_ name: DERElement) -> Value {
        var fields: [String: Value] = ["CommonName": "", "SerialNumber": "", "ExtraNames": .null]
        var lists: [String: [Value]] = [:]
        var names: [Value] = []
        for attribute in name.children.flatMap(\.children) {
            guard attribute.children.count == 2 else { continue }
            let type = attribute.children[0].identifier
            let value = Value.string(attribute.children[1].text)
            names.append(["Type": .array(type.map { .number(Number($0)) }), "Value": value])
            guard type.count == 4, type.starts(with: [2, 5, 4]) else { continue }
            switch type[3] {
            case 3: fields["CommonName"] = value
            case 5: fields["SerialNumber"] = value
            case let number: if let list = Self.lists[number] { lists[list, default: []].append(value) }
            }
        }
        fields["Names"] = .listOrNull(names)
        for list in Self.lists.values { fields[list] = .listOrNull(lists[list] ?? []) }
        return .fields(fields)
    }
}

/// General names of a certificate (RFC 5280, 4.2.1.6), by kind.
struct GeneralNames {
    var domains: [String] = []
    var emails: [String] = []
    var addresses: [[UInt8]] = []
    var uris: [String] = []

    init() {}

    init(_ names: [DERElement]) {
        for name in names {
            if name.isContext(1) { emails.append(name.text) }
            if name.isContext(2) { domains.append(name.text) }
            if name.isContext(6) { uris.append(name.text) }
            if name.isContext(7) { addresses.append(name.content) }
        }
    }

    var fields: [String: Value] {
        [
            "DNSNames": .texts(domains), "EmailAddresses": .texts(emails),
            "IPAddresses": .texts(addresses.map { InternetAddress(bytes: $0).text }), "URIs": .listOrNull(uris.map(Self.uri)),
        ]
    }

    /// An address as Go's `url.URL` shows itself.
    private static func uri(_ text: String) -> Value {
        var rest = Substring(text)
        var fields: [String: Value] = ["ForceQuery": false, "Fragment": "", "OmitHost": false, "Opaque": "", "RawFragment": "", "RawPath": "", "User": .null, "Host": ""]
        if let mark = rest.firstIndex(of: "#") {
            fields["Fragment"] = .string(String(rest[rest.index(after: mark)...]))
            rest = rest[..<mark]
        }
        let scheme = rest.firstIndex(of: ":").map { rest[..<$0] } ?? ""
        fields["Scheme"] = .string(scheme.lowercased())
        if !scheme.isEmpty { rest = rest.dropFirst(scheme.count + 1) }
        let query = rest.firstIndex(of: "?").map { rest[rest.index(after: $0)...] } ?? ""
        fields["RawQuery"] = .string(String(query))
        rest = rest.prefix { $0 != "?" }
        if rest.hasPrefix("//") {
            let authority = rest.dropFirst(2).prefix { $0 != "/" }
            rest = rest.dropFirst(2 + authority.count)
            if authority.contains("@") { fields["User"] = .object([]) }
            fields["Host"] = .string(String(authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] } ?? authority))
        } else if !rest.hasPrefix("/"), !scheme.isEmpty {
            fields["Opaque"] = .string(String(rest))
            rest = ""
        }
        fields["Path"] = .string(String(rest))
        return .fields(fields)
    }
}

extension Value {
    /// As Go writes a list that may be missing.
    static func listOrNull(_ elements: [Value]) -> Value { elements.isEmpty ? .null : .array(elements) }
    static func texts(_ texts: [String]) -> Value { listOrNull(texts.map { .string($0) }) }
    static func numbers(_ numbers: [Int]) -> Value { listOrNull(numbers.map { .number(Number($0)) }) }
    static func base64(_ bytes: [UInt8]) -> Value { .string(Base64.text(bytes)) }
    static func fields(_ fields: [String: Value]) -> Value { .makeObject(fields.map { (.string($0.key), $0.value) }) }
}
