import Crypto

/// SHA-256 of an event, that of the event before included: what makes a missing, changed or moved event visible.
public struct EventDigest: Sendable, Hashable, CustomStringConvertible {
    let words: (UInt64, UInt64, UInt64, UInt64)

    /// What the first event of a partition follows.
    public static let none = EventDigest(words: (0, 0, 0, 0))

    init(words: (UInt64, UInt64, UInt64, UInt64)) { self.words = words }

    /// Nil unless there are 32 bytes.
    init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 32 else { return nil }
        var words: [UInt64] = [0, 0, 0, 0]
        for (position, byte) in bytes.enumerated() { words[position / 8] = words[position / 8] << 8 | UInt64(byte) }
        self.init(words: (words[0], words[1], words[2], words[3]))
    }

    /// Nil unless the text has 64 hexadecimal digits.
    public init?(_ text: some StringProtocol) {
        let digits = Array(text.utf8)
        guard digits.count == 64 else { return nil }
        let words = (0..<4).compactMap { UInt64(String(decoding: digits[$0 * 16..<$0 * 16 + 16], as: UTF8.self), radix: 16) }
        guard words.count == 4 else { return nil }
        self.init(words: (words[0], words[1], words[2], words[3]))
    }

    init(_ digest: SHA256.Digest) {
        var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        for (position, byte) in digest.enumerated() {
            switch position / 8 {
            case 0: words.0 = words.0 << 8 | UInt64(byte)
            case 1: words.1 = words.1 << 8 | UInt64(byte)
            case 2: words.2 = words.2 << 8 | UInt64(byte)
            default: words.3 = words.3 << 8 | UInt64(byte)
            }
        }
        self.init(words: words)
    }

    var bytes: [UInt8] { words.0.bigEndianBytes + words.1.bigEndianBytes + words.2.bigEndianBytes + words.3.bigEndianBytes }

    public static func == (a: EventDigest, b: EventDigest) -> Bool { a.words == b.words }
    public func hash(into hasher: inout Hasher) { hasher.combine(words.0) }

    /// 64 hexadecimal digits.
    public var description: String { [words.0, words.1, words.2, words.3].map(Hexadecimal.text).joined() }
}

extension Event {
    /// The digest that the event must have: over its members with their lengths, so that no two events have the same bytes.
    public func computedDigest() -> EventDigest {
        var header: [UInt8] = []
        header.reserveCapacity(192)
        header += "verdict event 1".utf8
        header += previous.bytes
        for number in [Int64(sequence), time, Int64(version)] { header += UInt64(bitPattern: number).bigEndianBytes }
        for number in [id.high, id.low] { header += number.bigEndianBytes }
        for text in [stream.rawValue, type, causation?.description ?? "", correlation ?? ""] {
            header += UInt64(text.utf8.count).bigEndianBytes
            header += text.utf8
        }
        header += UInt64(payload.count).bigEndianBytes
        var hash = SHA256()
        hash.update(data: header)
        hash.update(data: payload)
        return EventDigest(hash.finalize())
    }
}
