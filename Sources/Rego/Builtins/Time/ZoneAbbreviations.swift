import Foundation
import Synchronization

/// What zones are called at a time, such as EDT, from the system's time zone files (RFC 8536): Foundation knows the names of few.
enum ZoneAbbreviations {
    private struct Zone: Sendable {
        /// Seconds since 1970 at which another name begins, with that name and the seconds from Greenwich that go with it.
        var changes: [(time: Int64, name: String, offset: Int)]
        var first: String?
    }

    private static let folder = "/usr/share/zoneinfo/"
    private static let known = Mutex<[String: Zone?]>([:])

    /// The name at a time, in seconds since 1970, where the zone is so many seconds from Greenwich; nil where the system has no such file.
    static func name(_ zone: String, at time: Int64, offset: Int) -> String? {
        let zone = known.withLock { known in
            if let zone = known[zone] { return zone }
            let read = Self.read(zone)
            known[zone] = .some(read)
            return read
        }
        guard let zone else { return nil }
        // The file lists changes for some decades only; later ones repeat the last.
        if let last = zone.changes.last, last.time < time { return zone.changes.last { $0.offset == offset }?.name ?? last.name }
        return zone.changes.last { $0.time <= time }?.name ?? zone.first
    }

    private static func read(_ name: String) -> Zone? {
        guard !name.contains(".."), let data = FileManager.default.contents(atPath: folder + name) else { return nil }
        let bytes = [UInt8](data)
        guard bytes.count > 44, bytes.starts(with: "TZif".utf8), bytes[4] >= UInt8(ascii: "2") else { return nil }
        // The second block, with times of 64 bits, follows the first, whose length its header says.
        let counts = Self.counts(bytes, 20)
        let second = 44 + counts.times * 5 + counts.types * 6 + counts.letters + counts.leaps * 8 + counts.standard + counts.universal
        return second + 44 <= bytes.count ? zone(bytes, second) : nil
    }

    private struct Counts { var universal = 0, standard = 0, leaps = 0, times = 0, types = 0, letters = 0 }

    private static func integer(_ bytes: [UInt8], _ start: Int, _ width: Int) -> Int64 {
        var value: Int64 = 0
        for byte in bytes[start..<(start + width)] { value = value << 8 | Int64(byte) }
        return value
    }

    private static func counts(_ bytes: [UInt8], _ start: Int) -> Counts {
        func count(_ number: Int) -> Int { Int(integer(bytes, start + number * 4, 4)) }
        return Counts(universal: count(0), standard: count(1), leaps: count(2), times: count(3), types: count(4), letters: count(5))
    }

    private static func zone(_ bytes: [UInt8], _ start: Int) -> Zone? {
        let counts = Self.counts(bytes, start + 20)
        let times = start + 44, kinds = times + counts.times * 8, types = kinds + counts.times, letters = types + counts.types * 6
        guard counts.types > 0, letters + counts.letters <= bytes.count else { return nil }
        func name(_ type: Int) -> String? {
            guard type < counts.types else { return nil }
            let first = letters + Int(bytes[types + type * 6 + 5])
            guard first < letters + counts.letters else { return nil }
            return String(decoding: bytes[first..<(letters + counts.letters)].prefix { $0 != 0 }, as: UTF8.self)
        }
        let changes = (0..<counts.times).compactMap { number -> (time: Int64, name: String, offset: Int)? in
            let type = Int(bytes[kinds + number])
            return name(type).map { (integer(bytes, times + number * 8, 8), $0, Int(Int32(truncatingIfNeeded: integer(bytes, types + type * 6, 4)))) }
        }
        return Zone(changes: changes, first: name(0))
    }
}
