/// What a certificate says of its holder, for those who ask policies about them.
package struct CertificateDescription: Sendable {
    /// The subject as Go writes a sequence of relative distinguished names (RFC 4514): `CN=ada,O=Example`.
    package let subject: String
    /// The certificate as Go's `x509.Certificate` shows itself as JSON.
    package let document: Value

    private static let names: [[Int]: String] = [
        [2, 5, 4, 6]: "C", [2, 5, 4, 10]: "O", [2, 5, 4, 11]: "OU", [2, 5, 4, 3]: "CN", [2, 5, 4, 5]: "SERIALNUMBER", [2, 5, 4, 7]: "L", [2, 5, 4, 8]: "ST",
        [2, 5, 4, 9]: "STREET", [2, 5, 4, 17]: "POSTALCODE",
    ]

    /// Nil where the bytes are no certificate.
    package init?(der bytes: [UInt8]) {
        guard let element = DERElement(bytes), let certificate = ParsedCertificate(element), let name = DERElement(certificate.subject) else { return nil }
        document = certificate.document
        subject = name.children.reversed().map { relative in relative.children.map(Self.text).joined(separator: "+") }.joined(separator: ",")
    }

    private static func text(_ attribute: DERElement) -> String {
        guard attribute.children.count == 2 else { return "" }
        let type = attribute.children[0].identifier
        guard let name = names[type] else {
            return type.map(String.init).joined(separator: ".") + "=#" + Hexadecimal.text(attribute.children[1].encoded)
        }
        return "\(name)=\(escaped(attribute.children[1].text))"
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for (position, character) in text.unicodeScalars.enumerated() {
            let isAtEnd = position == 0 || position == text.unicodeScalars.count - 1
            let isSpecial = ",+\"\\<>;".unicodeScalars.contains(character) || (character == " " && isAtEnd) || (character == "#" && position == 0)
            if isSpecial { result += "\\" }
            result.unicodeScalars.append(character)
        }
        return result
    }
}
