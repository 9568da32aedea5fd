import Foundation

/// The formats of JSON Schema that are checked; any text fits one that is not known.
enum JSONSchemaFormat {
    static func fits(_ text: String, _ format: String) -> Bool { checks[format]?(text) ?? true }

    private static let checks: [String: @Sendable (String) -> Bool] = [
        "date": { isTime($0, ["2006-01-02"]) },
        "time": { isTime($0, ["15:04:05", "15:04:05Z07:00"]) },
        "date-time": { isTime($0, ["15:04:05", "15:04:05Z07:00", "2006-01-02", "2006-01-02T15:04:05Z07:00", "2006-01-02T15:04:05.999999999Z07:00"]) },
        "hostname": { $0.utf8.count < 256 && matches($0, hostname) },
        "email": isMailAddress,
        "idn-email": isMailAddress,
        "ipv4": { $0.contains(".") && isInternetAddress($0) },
        "ipv6": { $0.contains(":") && isInternetAddress($0) },
        "uri": { isReference($0, needsScheme: true) },
        "iri": { isReference($0, needsScheme: true) },
        "uri-reference": { isReference($0, needsScheme: false) },
        "iri-reference": { isReference($0, needsScheme: false) },
        "uri-template": { isReference($0.filter { $0 != "{" && $0 != "}" }, needsScheme: false) && matches($0, "^([^{]*({[^}]*})?)*$") },
        "uuid": { matches($0, "^(?i)[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}$") },
        "regex": { $0.isEmpty || JSONSchema.Pattern($0) != nil },
        "json-pointer": { matches($0, "^(?:/(?:[^~/]|~0|~1)*)*$") },
        "relative-json-pointer": { matches($0, "^(?:0|[1-9][0-9]*)(?:#|(?:/(?:[^~/]|~0|~1)*)*)$") },
    ]

    private static let hostname = "^([a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9\\-]{0,61}[a-zA-Z0-9])(\\.([a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9\\-]{0,61}[a-zA-Z0-9]))*$"

    private static func matches(_ text: String, _ pattern: String) -> Bool { JSONSchema.Pattern(pattern)?.matches(text) ?? false }

    private static func isTime(_ text: String, _ layouts: [String]) -> Bool { layouts.contains { TimeLayout($0).parse(text) != nil } }

    private static func isInternetAddress(_ text: String) -> Bool { InternetAddress(text) != nil }

    private static func isReference(_ text: String, needsScheme: Bool) -> Bool {
        guard !text.contains("\\"), !text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7f }) else { return false }
        let afterMark = text.range(of: "//").map { text[$0.upperBound...].prefix { !"/?#".contains($0) } } ?? ""
        guard !afterMark.contains(where: { " <>\"^`{|}".contains($0) }) else { return false }
        guard let scheme = text.firstIndex(of: ":"), !text[..<scheme].contains(where: { "/?#".contains($0) }) else { return !needsScheme && hasValidEscapes(text) }
        return matches(String(text[..<scheme]), "^[a-zA-Z][a-zA-Z0-9+.-]*$") && hasValidEscapes(text)
    }

    private static func hasValidEscapes(_ text: String) -> Bool {
        !matches(text, "%([^0-9a-fA-F]|.[^0-9a-fA-F]|.?$)")
    }

    /// RFC 5322: an address, also with a name before it in angle brackets.
    private static func isMailAddress(_ text: String) -> Bool {
        let atom = "[^\\s()<>\\[\\]:;@\\\\,.\"\\x00-\\x1f\\x7f]+"
        let local = "(\(atom)(\\.\(atom))*|\"([^\"\\\\]|\\\\.)*\")"
        let address = "\(local)@(\(atom)(\\.\(atom))*|\\[[^\\[\\]\\\\]*\\])"
        return matches(text, "^\\s*(\(address)|([^<>@,;]*|\"([^\"\\\\]|\\\\.)*\"\\s*)<\(address)>)\\s*$")
    }
}
