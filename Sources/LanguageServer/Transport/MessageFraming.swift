/// Takes messages out of a stream of bytes: the base protocol of LSP 3.17, a header with `Content-Length` and as many bytes of JSON.
///
/// A value without a stream of its own: bytes go in as they come, messages come out. After what is no message it goes on at the next header.
struct MessageFraming {
    /// Why bytes are no message.
    enum Problem: Error, Equatable, CustomStringConvertible {
        case malformedHeader(String)
        case missingLength
        case headerTooLong
        /// The length is no number, or more than `longestMessage`.
        case unusableLength(String)

        var description: String {
            switch self {
            case .malformedHeader(let line): "\(line.debugDescription) is no header; send `Content-Length: <bytes>` and an empty line before each message"
            case .missingLength: "a message has no Content-Length header; send the number of bytes that follow"
            case .headerTooLong: "a header is longer than \(MessageFraming.longestHeader) bytes; end it with an empty line"
            case .unusableLength(let text): "Content-Length \(text.debugDescription) is not a number up to \(MessageFraming.longestMessage)"
            }
        }
    }

    static let longestHeader = 8 << 10
    static let longestMessage = 64 << 20
    private static let lengthName = Array("content-length:".utf8)
    private static let headerEnd = Array("\r\n\r\n".utf8)

    private var buffer: [UInt8] = []
    /// Bytes of a message that is too long and still comes in.
    private var skipped = 0
    /// The length of the message whose header was read.
    private var awaited: Int?

    mutating func append(_ bytes: some Collection<UInt8>) { buffer.append(contentsOf: bytes) }

    /// The next message; nil until more bytes have come.
    mutating func next() throws(Problem) -> [UInt8]? {
        skip()
        if awaited == nil { awaited = try header() }
        guard let length = awaited, buffer.count >= length else { return nil }
        awaited = nil
        defer { buffer.removeFirst(length) }
        return Array(buffer[..<length])
    }

    private mutating func skip() {
        let count = min(skipped, buffer.count)
        buffer.removeFirst(count)
        skipped -= count
    }

    // MARK: Headers

    /// Reads a header and gives the length that it tells; nil until it is whole.
    private mutating func header() throws(Problem) -> Int? {
        guard let end = Self.find(Self.headerEnd, in: buffer.prefix(Self.longestHeader + Self.headerEnd.count)) else {
            guard buffer.count > Self.longestHeader else { return nil }
            resynchronise(atMost: Self.longestHeader)
            throw .headerTooLong
        }
        let bytes = end + Self.headerEnd.count
        do throws(Problem) {
            let length = try Self.length(in: String(decoding: buffer[..<end], as: UTF8.self))
            buffer.removeFirst(bytes)
            return length
        } catch {
            resynchronise(atMost: bytes)
            if case .unusableLength(let text) = error, let length = Int(text), length > 0 { skipped = length }
            throw error
        }
    }

    private static func length(in header: String) throws(Problem) -> Int {
        var length: Int?
        for line in header.split(separator: "\r\n", omittingEmptySubsequences: false) {
            guard let colon = line.firstIndex(of: ":"), line[..<colon].allSatisfy({ $0.isASCII && ($0.isLetter || $0 == "-") }) else {
                throw .malformedHeader(String(line.prefix(80)))
            }
            guard line[..<colon].lowercased() == "content-length" else { continue }
            let text = line[line.index(after: colon)...].drop { $0 == " " }
            guard text.allSatisfy({ $0.isASCII && $0.isNumber }), let number = Int(text), number <= longestMessage else { throw .unusableLength(String(text.prefix(80))) }
            length = number
        }
        guard let length else { throw .missingLength }
        return length
    }

    /// Drops what was no header: up to the next that may be one, and no more than `limit` bytes.
    private mutating func resynchronise(atMost limit: Int) {
        let lower = buffer.prefix(limit).dropFirst().map { (0x41...0x5a).contains($0) ? $0 | 0x20 : $0 }
        buffer.removeFirst(Self.find(Self.lengthName, in: lower).map { $0 + 1 } ?? min(limit, buffer.count))
    }

    /// How many bytes stand before the first place of a text.
    private static func find(_ text: [UInt8], in bytes: some RandomAccessCollection<UInt8>) -> Int? {
        guard bytes.count >= text.count else { return nil }
        var rest = bytes[...]
        while let place = rest.firstIndex(of: text[0]) {
            rest = rest[place...]
            if rest.starts(with: text) { return bytes.distance(from: bytes.startIndex, to: place) }
            rest = rest.dropFirst()
        }
        return nil
    }
}
