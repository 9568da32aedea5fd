import DataConsistency
import Foundation
import struct Rego.SeededRandom
import Support
import Testing

/// Files that lost their end or had bits flipped: the log opens by itself, keeps what can be read, and names the rest.
@Suite(.ownThread) struct DamageTests {
    enum Fault: CaseIterable {
        case flippedBit, zeroedPage, tornEnd, missingFile
    }

    @Test(arguments: Fault.allCases, 0..<4)
    func damageIsDetectedMendedAndNamed(_ fault: Fault, _ seed: Int) async throws {
        var random = SeededRandom(seed: UInt64(seed * 31 + 7))
        let place = try TemporaryLog(segmentEvents: 40)
        var log = try place.open()
        let count = 100
        for first in stride(from: 1, through: count, by: 4) {
            try await log.append((first...first + 3).map { .numbered($0, padding: Int.random(in: 0...($0 % 4 == 0 ? 9000 : 200), using: &random)) })
        }
        let events = try log.read(.state, from: 1, limit: 1000)
        // As a crash leaves it: what is in the write-ahead log was not taken into the file.
        let crashed = try TemporaryLog(segmentEvents: 40)
        try FileManager.default.copyItem(at: place.url, to: crashed.url)
        log.close()
        let files = try crashed.files(of: .state)
        let file = files[Int.random(in: 0..<files.count, using: &random)]
        try Self.damage(file, fault, &random)
        log = try crashed.open()
        let damage = log.damage
        try Self.check(log, events, damage, "\(fault) in \(file.lastPathComponent): \(damage)")
        try await log.append([.numbered(count + 1)], expecting: count)
        log.close()
        #expect(try EventLogFolder(crashed.url).verify(.state).problems.isEmpty, "\(fault) in \(file.lastPathComponent): \(damage)")
        log = try crashed.open()
        #expect(log.damage.isEmpty, "what was mended stays mended")
        log.close()
    }

    /// What is there is what was written, where it was; and what is not there was named.
    private static func check(_ log: SQLiteEventLog, _ events: [Event], _ damage: [DamageReport], _ comment: Comment) throws {
        // Sealed segments are read later than at the start.
        var reports = damage
        for _ in 0..<3 { reports += try log.scrub(at: 0) }
        let left = try log.read(.state, from: 1, limit: 1000)
        let lost = Set(reports.flatMap { $0.lost.flatMap { Array($0) } })
        #expect(left == events.filter { !lost.contains($0.sequence) }, comment)
        #expect(log.lastSequence(of: .state) == events.count, comment)
    }

    private static func damage(_ file: URL, _ fault: Fault, _ random: inout SeededRandom) throws {
        var bytes = Array(try Data(contentsOf: file))
        switch fault {
        case .flippedBit:
            for _ in 0..<3 { bytes[Int.random(in: 0..<bytes.count, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random) }
        case .zeroedPage:
            let page = Int.random(in: 0..<max(1, bytes.count / 4096), using: &random)
            for position in page * 4096..<min(bytes.count, page * 4096 + 4096) { bytes[position] = 0 }
        case .tornEnd: bytes.removeLast(Int.random(in: 1...max(1, bytes.count / 2), using: &random))
        case .missingFile:
            try FileManager.default.removeItem(at: file)
            return
        }
        try Data(bytes).write(to: file)
    }

    @Test func aLogWithoutAnyFileSaysWhatIsGone() async throws {
        let place = try TemporaryLog(segmentEvents: 10)
        var log = try place.open()
        for number in 1...25 { try await log.append([.numbered(number)]) }
        log.close()
        for file in try place.files(of: .state) { try FileManager.default.removeItem(at: file) }
        log = try place.open()
        #expect(log.damage.map(\.lost) == [[1...25]])
        #expect(try await log.append([.numbered(26)]).first?.sequence == 26)
        log.close()
    }

    /// Somebody deletes the file that is written: it is made again of what is open.
    @Test func aFileThatIsDeletedIsMadeAgain() async throws {
        let place = try TemporaryLog()
        let log = try place.open()
        for number in 1...5 { try await log.append([.numbered(number)]) }
        for file in try place.files(of: .state) { try FileManager.default.removeItem(at: file) }
        try await log.append([.numbered(6)])
        let reports = log.takeReports()
        #expect(reports.map(\.recovered) == [5] && reports.map(\.lost) == [[]])
        log.close()
        let verification = try EventLogFolder(place.url).verify(.state)
        #expect(verification.problems.isEmpty && verification.range == 1...6)
    }

    /// A bit that flips in a sealed segment while the service runs is found and mended.
    @Test func sealedSegmentsAreReadInTheBackground() async throws {
        let place = try TemporaryLog(segmentEvents: 10)
        let log = try place.open()
        for number in 1...25 { try await log.append([.numbered(number, padding: 50)]) }
        let file = try place.files(of: .state)[0]
        var bytes = Array(try Data(contentsOf: file))
        let position = try #require(bytes.firstRange(of: Array("\"number\":7".utf8))).lowerBound
        bytes[position + 9] = UInt8(ascii: "8")
        try Data(bytes).write(to: file)
        var reports: [DamageReport] = []
        for _ in 0..<3 { reports += try log.scrub(at: 5) }
        #expect(reports.map(\.lost) == [[7...7]])
        #expect(reports.map(\.recovered) == [9])
        #expect(try log.read(.state, from: 1, limit: 100).map(\.sequence) == Array(1...6) + Array(8...25))
        log.close()
        #expect(try EventLogFolder(place.url).verify(.state).problems.isEmpty)
    }
}
