/// Queries and answers of DNS.
///
/// Source: RFC 1035, section 4; RFC 3596 (AAAA); RFC 2782 (SRV).
public struct DNSMessage: Sendable {
    public enum RecordType: UInt16, Sendable {
        case a = 1, cname = 5, aaaa = 28, srv = 33
    }

    public struct Record: Sendable, Hashable {
        public enum Data: Sendable, Hashable {
            /// Numeric, as text.
            case address(String)
            case alias(String)
            case service(priority: Int, port: Int, target: String)
        }

        public var name: String
        /// Seconds.
        public var timeToLive: Int
        public var data: Data
    }

    /// An answer is not one.
    struct Malformed: Error {}

    var identifier: UInt16
    var isTruncated: Bool
    /// 0 for none, 3 where the name is not there (RFC 1035, 4.1.1).
    var code: Int
    /// The name and type that were asked for.
    var question: (name: String, type: UInt16)
    var records: [Record]

    // MARK: Writing

    /// A query with recursion desired; nil where the name is no name.
    static func query(_ name: String, _ type: RecordType, identifier: UInt16) -> [UInt8]? {
        var bytes = [UInt8(identifier >> 8), UInt8(identifier & 0xff), 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]
        let labels = name.split(separator: ".")
        guard !labels.isEmpty, name.utf8.count <= 253 else { return nil }
        for label in labels {
            guard (1...63).contains(label.utf8.count) else { return nil }
            bytes.append(UInt8(label.utf8.count))
            bytes += label.utf8
        }
        return bytes + [0, UInt8(type.rawValue >> 8), UInt8(type.rawValue & 0xff), 0, 1]
    }

    // MARK: Reading

    init(_ bytes: [UInt8]) throws(Malformed) {
        var reader = Reader(bytes: bytes)
        identifier = try reader.number16()
        let flags = try reader.number16()
        guard flags & 0x8000 != 0 else { throw Malformed() }
        isTruncated = flags & 0x0200 != 0
        code = Int(flags & 0xf)
        let questions = try reader.number16(), answers = try reader.number16()
        _ = try reader.take(4)
        guard questions == 1 else { throw Malformed() }
        question = (try reader.name(), try reader.number16())
        _ = try reader.take(2)
        records = []
        for _ in 0..<answers {
            if let record = try Self.record(&reader) { records.append(record) }
        }
    }

    /// Nil for a kind that is not of interest.
    private static func record(_ reader: inout Reader) throws(Malformed) -> Record? {
        let name = try reader.name()
        let type = try reader.number16()
        _ = try reader.take(2)
        let high = Int(try reader.number16()), low = Int(try reader.number16())
        // RFC 2181, section 8: a lifetime with the highest bit set is zero.
        let lifetime = high & 0x8000 == 0 ? high << 16 | low : 0
        let length = Int(try reader.number16())
        let end = reader.position + length
        guard end <= reader.bytes.count else { throw Malformed() }
        defer { reader.position = end }
        switch RecordType(rawValue: type) {
        case .a where length == 4:
            return Record(name: name, timeToLive: lifetime, data: .address(try reader.take(4).map { "\($0)" }.joined(separator: ".")))
        case .aaaa where length == 16:
            let groups = try (0..<8).map { _ throws(Malformed) in String(try reader.number16(), radix: 16) }
            return Record(name: name, timeToLive: lifetime, data: .address(groups.joined(separator: ":")))
        case .cname: return Record(name: name, timeToLive: lifetime, data: .alias(try reader.name()))
        case .srv:
            let priority = Int(try reader.number16())
            _ = try reader.take(2)
            let port = Int(try reader.number16()), target = try reader.name()
            // RFC 2782: a root target says that the service is not there.
            return target.isEmpty ? nil : Record(name: name, timeToLive: lifetime, data: .service(priority: priority, port: port, target: target))
        default: return nil
        }
    }

    private struct Reader {
        let bytes: [UInt8]
        var position = 0

        init(bytes: [UInt8]) { self.bytes = bytes }

        mutating func take(_ count: Int) throws(Malformed) -> ArraySlice<UInt8> {
            guard position + count <= bytes.count else { throw Malformed() }
            defer { position += count }
            return bytes[position..<position + count]
        }

        mutating func number16() throws(Malformed) -> UInt16 {
            let pair = try take(2)
            return UInt16(pair[pair.startIndex]) << 8 | UInt16(pair[pair.startIndex + 1])
        }

        /// In lower case and without the last dot. A pointer leads to earlier bytes only, so that reading ends.
        mutating func name() throws(Malformed) -> String {
            var labels: [String] = []
            var place = position
            var limit = bytes.count
            var hasJumped = false
            while true {
                guard place < limit, place < bytes.count else { throw Malformed() }
                let length = Int(bytes[place])
                switch length {
                case 0:
                    if !hasJumped { position = place + 1 }
                    return labels.joined(separator: ".").lowercased()
                case 1...63:
                    guard place + 1 + length <= bytes.count, labels.count < 128 else { throw Malformed() }
                    labels.append(String(decoding: bytes[place + 1..<place + 1 + length], as: UTF8.self))
                    place += 1 + length
                case 0xc0...:
                    guard place + 1 < bytes.count else { throw Malformed() }
                    let target = (length & 0x3f) << 8 | Int(bytes[place + 1])
                    if !hasJumped { position = place + 2 }
                    guard target < place else { throw Malformed() }
                    hasJumped = true
                    limit = place
                    place = target
                default: throw Malformed()
                }
            }
        }
    }
}
