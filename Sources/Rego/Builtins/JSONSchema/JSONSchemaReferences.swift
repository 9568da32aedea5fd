import Foundation

/// Where the references of a schema lead (RFC 3986 resolution, RFC 6901 pointers). Nothing is loaded from elsewhere.
struct JSONSchemaReferences {
    struct Target {
        var document: Value
        var draft: JSONSchema.Draft
    }

    /// Schemas that have an identifier, by absolute address; the root by the empty one too.
    private var targets: [String: Target] = [:]

    init(_ document: Value, _ draft: JSONSchema.Draft) throws(JSONSchemaError) {
        targets[""] = Target(document: document, draft: draft)
        try collect(document, base: "", draft, depth: 0)
    }

    /// The keyword that names a schema: `id` in draft 4, `$id` afterwards.
    static func idKeyword(_ keywords: JSONSchemaKeywords, _ draft: JSONSchema.Draft) -> String {
        switch draft {
        case .draft4: "id"
        case .any: keywords["id"] == nil ? "$id" : "id"
        case .draft6, .draft7: "$id"
        }
    }

    /// A reference seen from a base address.
    static func absolute(_ reference: String, base: String) throws(JSONSchemaError) -> String {
        guard !reference.isEmpty else { return base }
        if let escape = invalidEscape(reference) {
            throw JSONSchemaError("parse \(reference.quotedForRego): invalid URL escape \(escape.quotedForRego)")
        }
        let (baseAddress, _) = split(base)
        if reference.hasPrefix("#") { return baseAddress + (reference == "#" ? "" : reference) }
        guard let url = URL(string: reference, relativeTo: URL(string: baseAddress)) else { throw JSONSchemaError("parse \(reference.quotedForRego): invalid URL") }
        let text = url.absoluteString
        // Without a scheme an address is taken from the root, as OPA's messages have it.
        let rooted = url.scheme == nil && !text.hasPrefix("/") ? "/" + text : text
        return rooted.hasSuffix("#") ? String(rooted.dropLast()) : rooted
    }

    private static func invalidEscape(_ text: String) -> String? {
        let bytes = Array(text.utf8)
        for position in bytes.indices where bytes[position] == UInt8(ascii: "%") {
            let end = min(bytes.count, position + 3)
            if end - position < 3 || Hexadecimal.bytes(bytes[position + 1..<end]) == nil { return String(decoding: bytes[position..<end], as: UTF8.self) }
        }
        return nil
    }

    /// Address and fragment.
    private static func split(_ address: String) -> (address: String, fragment: String?) {
        guard let mark = address.firstIndex(of: "#") else { return (address, nil) }
        return (String(address[..<mark]), String(address[address.index(after: mark)...]))
    }

    private mutating func collect(_ document: Value, base: String, _ draft: JSONSchema.Draft, depth: Int) throws(JSONSchemaError) {
        guard depth <= JSONSchemaCompiler.depthLimit else { throw JSONSchemaError("schema is nested more than \(JSONSchemaCompiler.depthLimit) levels deep") }
        switch document {
        case .array(let elements):
            for element in elements { try collect(element, base: base, draft, depth: depth + 1) }
        case .object(let entries):
            var base = base
            let keywords = JSONSchemaKeywords(entries)
            if case .string(let id)? = keywords[Self.idKeyword(keywords, draft)] {
                base = try Self.absolute(id, base: base)
                targets[base] = Target(document: document, draft: draft)
            }
            for entry in entries {
                switch entry.key.schemaText {
                case "const", "enum": continue
                case "properties", "dependencies", "patternProperties":
                    // Their keys are names, not keywords.
                    guard case .object(let members) = entry.value else { continue }
                    for member in members { try collect(member.value, base: base, draft, depth: depth + 1) }
                default: try collect(entry.value, base: base, draft, depth: depth + 1)
                }
            }
        default: return
        }
    }

    func target(of address: String) throws(JSONSchemaError) -> Target {
        if let target = targets[address] { return target }
        let (document, fragment) = Self.split(address)
        guard var target = targets[document] else {
            guard URL(string: document)?.scheme != nil else { throw JSONSchemaError("Reference \(address) must be canonical") }
            throw JSONSchemaError("remote reference loading disabled: \(document)")
        }
        target.document = try Self.value(at: fragment ?? "", in: target.document)
        return target
    }

    /// Follows a JSON Pointer. A fragment that is none means the whole document.
    private static func value(at fragment: String, in document: Value) throws(JSONSchemaError) -> Value {
        guard fragment.hasPrefix("/") else { return document }
        var value = document
        for part in (fragment.removingPercentEncoding ?? fragment).dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            let token = part.replacingOccurrences(of: "~1", with: "/").replacingOccurrences(of: "~0", with: "~")
            switch value {
            case .object:
                guard let next = value[token] else { throw JSONSchemaError("Object has no key '\(token)'") }
                value = next
            case .array(let elements):
                guard let position = Int(token) else { throw JSONSchemaError("Invalid array index '\(token)'") }
                guard elements.indices.contains(position) else { throw JSONSchemaError("Out of bound array[0,\(elements.count)] index '\(position)'") }
                value = elements[position]
            default: throw JSONSchemaError("Invalid token reference '\(token)'")
            }
        }
        return value
    }
}
