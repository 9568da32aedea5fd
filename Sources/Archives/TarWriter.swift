/// Writes tar archives (ustar, with pax headers for long names). Owner and times are left out, so that equal files give equal archives.
public enum TarWriter {
    public static func archive(_ entries: [ArchiveEntry]) -> [UInt8] {
        var output: [UInt8] = []
        for entry in entries { append(entry, to: &output) }
        return output + [UInt8](repeating: 0, count: 1024)
    }

    private static func append(_ entry: ArchiveEntry, to output: inout [UInt8]) {
        let name = Array(entry.path.utf8)
        if name.count > 100 {
            let record = paxRecord("path", entry.path)
            output += header(Array("pax".utf8), size: record.count, kind: "x")
            appendPadded(record, to: &output)
        }
        output += header(Array(name.prefix(100)), size: entry.bytes.count, kind: "0")
        appendPadded(entry.bytes, to: &output)
    }

    private static func appendPadded(_ bytes: [UInt8], to output: inout [UInt8]) {
        output += bytes
        output += [UInt8](repeating: 0, count: (512 - bytes.count % 512) % 512)
    }

    /// The length at the front counts itself.
    private static func paxRecord(_ key: String, _ value: String) -> [UInt8] {
        let rest = " \(key)=\(value)\n"
        var length = rest.utf8.count + 1
        while "\(length)".utf8.count + rest.utf8.count != length { length = "\(length)".utf8.count + rest.utf8.count }
        return Array("\(length)\(rest)".utf8)
    }

    private static func header(_ name: [UInt8], size: Int, kind: Unicode.Scalar) -> [UInt8] {
        var block = [UInt8](repeating: 0, count: 512)
        func put(_ bytes: some Collection<UInt8>, at position: Int) { block.replaceSubrange(position..<position + bytes.count, with: bytes) }
        func octal(_ number: Int, _ width: Int) -> String {
            let digits = String(number, radix: 8)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        put(name, at: 0)
        put(octal(0o600, 7).utf8, at: 100)
        put(octal(0, 7).utf8, at: 108)
        put(octal(0, 7).utf8, at: 116)
        put(octal(size, 11).utf8, at: 124)
        put(octal(0, 11).utf8, at: 136)
        put("        ".utf8, at: 148)
        put(String(kind).utf8, at: 156)
        put("ustar\u{0}00".utf8, at: 257)
        put((octal(block.reduce(0) { $0 + Int($1) }, 6) + "\u{0} ").utf8, at: 148)
        return block
    }
}
