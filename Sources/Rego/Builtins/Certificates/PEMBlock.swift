import Foundation

/// A block of PEM text (RFC 7468).
struct PEMBlock {
    let type: String
    let bytes: [UInt8]

    /// The blocks of a text; what stands between them is skipped, and so are headers before the body, as Go does.
    static func blocks(in text: String) -> [PEMBlock] {
        var blocks: [PEMBlock] = []
        var type: String?
        var body: [UInt8] = []
        for line in text.split(whereSeparator: \.isNewline) {
            let line = line.drop(while: \.isWhitespace)
            if let name = label(line, "BEGIN") {
                type = name
                body = []
            } else if let name = label(line, "END"), let open = type {
                if name == open, let bytes = Base64.decode(body, urlSafe: false) { blocks.append(PEMBlock(type: open, bytes: bytes)) }
                type = nil
            } else if type != nil, !(body.isEmpty && line.contains(":")) {
                body += line.utf8.filter { $0 != 0x20 && $0 != 0x09 && $0 != 0x0d }
            }
        }
        return blocks
    }

    private static func label(_ line: Substring, _ word: String) -> String? {
        let start = "-----\(word) "
        let rest = line.dropFirst(start.count)
        guard line.hasPrefix(start), let end = rest.lastIndex(where: { !$0.isWhitespace }), rest[...end].hasSuffix("-----") else { return nil }
        return String(rest[...end].dropLast(5))
    }
}
