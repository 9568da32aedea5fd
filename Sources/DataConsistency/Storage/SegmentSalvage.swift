import Foundation

/// Finds events in the bytes of a segment's file and its write-ahead log, whatever SQLite makes of them.
///
/// It looks at every page as if it were a leaf of the table of events, and keeps the rows whose digest is right; so damage costs the rows that it
/// hit and no more, and nothing is kept that was not written. Source: sqlite.org, "Database File Format" and "WAL-mode File Format".
struct SegmentSalvage {
    private static let page = Segment.pageSize
    private static let walHeader = 32
    private static let frameHeader = 24
    private static let columnCount = 11

    private let main: [UInt8]
    private let log: [UInt8]
    /// Versions of pages by their numbers, the newest last.
    private var versions: [Int: [ArraySlice<UInt8>]] = [:]

    /// Events by sequence; several where the bytes hold different ones, as after a write that was taken back.
    private(set) var events: [Int: [Event]] = [:]

    init(_ url: URL, on disk: any Disk) {
        main = disk.contents(of: url) ?? []
        log = disk.contents(of: URL(fileURLWithPath: url.path + "-wal")) ?? []
        collectPages()
        for pages in versions.values { for page in pages { read(leaf: page) } }
    }

    private mutating func collectPages() {
        for (position, start) in stride(from: 0, to: main.count - Self.page + 1, by: Self.page).enumerated() {
            versions[position + 1, default: []].append(main[start..<start + Self.page])
        }
        for start in stride(from: Self.walHeader, to: log.count - Self.frameHeader - Self.page + 1, by: Self.frameHeader + Self.page) {
            let number = Int(Self.number(log[start..<start + 4]))
            versions[number, default: []].append(log[start + Self.frameHeader..<start + Self.frameHeader + Self.page])
        }
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }

    private mutating func read(leaf page: ArraySlice<UInt8>) {
        let start = page.startIndex
        guard page[start] == 0x0d else { return }
        let count = Int(Self.number(page[start + 3..<start + 5]))
        guard count > 0, 8 + count * 2 <= Self.page else { return }
        for cell in 0..<count {
            let offset = Int(Self.number(page[start + 8 + cell * 2..<start + 10 + cell * 2]))
            guard offset >= 8, offset < Self.page, let event = event(page[(start + offset)...]) else { continue }
            if !(events[event.sequence]?.contains { $0.digest == event.digest } ?? false) { events[event.sequence, default: []].append(event) }
        }
    }

    /// The event of a cell that begins here; nil unless its digest is right.
    private func event(_ cell: ArraySlice<UInt8>) -> Event? {
        var reader = RecordReader(cell)
        guard let size = reader.varint(), size > 0, size < 1 << 30, let sequence = reader.varint(), sequence > 0 else { return nil }
        for isNewest in [true, false] {
            guard let record = record(reader.rest, size: size, newest: isNewest), let event = Self.event(record, sequence: sequence) else { continue }
            if event.digest == event.computedDigest() { return event }
        }
        return nil
    }

    /// A record of some bytes, with what lies on other pages.
    private func record(_ local: ArraySlice<UInt8>, size: Int, newest: Bool) -> [UInt8]? {
        let most = Self.page - 35
        guard size > most else { return local.count >= size ? Array(local.prefix(size)) : nil }
        let least = (Self.page - 12) * 32 / 255 - 23
        let wanted = least + (size - least) % (Self.page - 4)
        let here = wanted <= most ? wanted : least
        guard local.count >= here + 4 else { return nil }
        var record = Array(local.prefix(here))
        var next = Int(Self.number(local.dropFirst(here).prefix(4)))
        var steps = 0
        while record.count < size, next != 0 {
            guard let known = versions[next], let page = newest ? known.last : known.first, steps <= size / (Self.page - 4) + 1 else { return nil }
            record += page.dropFirst(4).prefix(size - record.count)
            next = Int(Self.number(page.prefix(4)))
            steps += 1
        }
        return record.count == size ? record : nil
    }

    private static func event(_ record: [UInt8], sequence: Int) -> Event? {
        guard let columns = RecordReader.columns(record), columns.count == columnCount,
            case .bytes(let id) = columns[1], id.count == 16, case .text(let streamName) = columns[2], let stream = EventStream(rawValue: streamName),
            case .integer(let time) = columns[3], case .text(let type) = columns[4], case .integer(let version) = columns[5],
            case .bytes(let payload) = columns[8], case .bytes(let previous) = columns[9], case .bytes(let digest) = columns[10],
            let previous = EventDigest(bytes: previous), let digest = EventDigest(bytes: digest)
        else { return nil }
        var causation: EventIdentifier?, correlation: String?
        if case .bytes(let bytes) = columns[6], bytes.count == 16 { causation = SegmentSchema.identifier(bytes) }
        if case .text(let text) = columns[7] { correlation = text }
        return Event(
            id: SegmentSchema.identifier(id), stream: stream, sequence: sequence, time: time, type: type, version: Int(version), causation: causation,
            correlation: correlation, payload: payload, previous: previous, digest: digest)
    }
}

/// Reads SQLite's variable-length integers and records.
struct RecordReader {
    enum Column {
        case null
        case integer(Int64)
        case text(String)
        case bytes([UInt8])
    }

    private(set) var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    mutating func varint() -> Int? {
        var value: UInt64 = 0
        for position in 0..<9 {
            guard let byte = rest.popFirst() else { return nil }
            if position == 8 { return Int(truncatingIfNeeded: value << 8 | UInt64(byte)) }
            value = value << 7 | UInt64(byte & 0x7f)
            if byte < 0x80 { break }
        }
        return Int(truncatingIfNeeded: value)
    }

    /// Nil where the bytes are no record.
    static func columns(_ record: [UInt8]) -> [Column]? {
        var header = RecordReader(record[...])
        guard let size = header.varint(), size > 0, size <= record.count else { return nil }
        header.rest = record[header.rest.startIndex..<max(size, header.rest.startIndex)]
        var body = record[size...]
        var columns: [Column] = []
        while !header.rest.isEmpty {
            guard let type = header.varint(), let column = column(type, &body) else { return nil }
            columns.append(column)
        }
        return columns
    }

    private static func column(_ type: Int, _ body: inout ArraySlice<UInt8>) -> Column? {
        switch type {
        case 0: return .null
        case 8, 9: return .integer(Int64(type - 8))
        case 1...6:
            let width = [1, 2, 3, 4, 6, 8][type - 1]
            guard body.count >= width else { return nil }
            let word = body.prefix(width).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            body = body.dropFirst(width)
            let shift = UInt64(64 - width * 8)
            return .integer(Int64(bitPattern: word << shift) >> Int64(shift))
        case 12...:
            let width = (type - 12) / 2
            guard body.count >= width else { return nil }
            let bytes = Array(body.prefix(width))
            body = body.dropFirst(width)
            return type % 2 == 0 ? .bytes(bytes) : .text(String(decoding: bytes, as: UTF8.self))
        default: return nil
        }
    }
}
