import Archives
import Foundation
import Support
import Testing

/// Archives that must be refused, as data in `Cases`.
struct HostileArchive: Decodable, CustomTestStringConvertible {
    struct Entry: Decodable {
        var name: String
        var kind: String?
        var content: String?
        /// Bytes of content, instead of `content`.
        var `repeat`: Int?
        /// What the header says instead of the true size.
        var size: Int?
        var sizeText: String?
        /// What is added to the true checksum.
        var checksum: Int?
    }

    var note: String
    var entries: [Entry]
    var compress: Bool?
    /// Bytes of the archive that are kept, or dropped at its end.
    var keep: Int?
    var drop: Int?
    /// A byte that is inverted, counted from the end.
    var flip: Int?
    var append: String?
    var code: String

    var testDescription: String { note }

    func bytes() throws -> [UInt8] {
        var bytes = entries.flatMap(Self.block) + [UInt8](repeating: 0, count: 1024)
        if compress ?? false { bytes = try GZip.compress(bytes) }
        if let keep { bytes = Array(bytes.prefix(keep)) }
        if let drop { bytes.removeLast(drop) }
        if let flip { bytes[bytes.count - flip] ^= 0xff }
        return bytes + Array((append ?? "").utf8)
    }

    private static func block(_ entry: Entry) -> [UInt8] {
        let content = entry.repeat.map { [UInt8](repeating: 120, count: $0) } ?? Array((entry.content ?? "").utf8)
        var header = [UInt8](repeating: 0, count: 512)
        func put(_ text: String, at position: Int) { header.replaceSubrange(position..<position + text.utf8.count, with: text.utf8) }
        put(entry.name, at: 0)
        put(entry.sizeText ?? String(format: "%011lo", entry.size ?? content.count), at: 124)
        put(entry.kind ?? "0", at: 156)
        put("ustar\u{0}00", at: 257)
        put("        ", at: 148)
        put(String(format: "%06lo", header.reduce(0) { $0 + Int($1) } + (entry.checksum ?? 0)) + "\u{0}", at: 148)
        return header + content + [UInt8](repeating: 0, count: (512 - content.count % 512) % 512)
    }
}

@Suite struct HostileArchiveTests {
    static let cases = Result { try CaseFiles.load(HostileArchive.self, beside: #filePath) }

    @Test func casesAreThere() throws { #expect(try Self.cases.get().count > 25) }

    @Test(arguments: (try? cases.get()) ?? [])
    func isRefused(_ archive: HostileArchive) throws {
        let bytes = try archive.bytes()
        do {
            _ = try TarReader.entries(of: bytes, limits: ArchiveLimits(file: 2000, total: 8000, entries: 5))
            Issue.record("the archive was read")
        } catch {
            #expect(error.code.rawValue == archive.code, "\(error)")
        }
    }

    /// Any damage of an archive is an error or harmless, never a crash.
    @Test func damageIsSurvived() throws {
        let good = try GZip.compress(TarWriter.archive([ArchiveEntry(path: "a/data.json", bytes: Array("{\"a\": 1}".utf8)), ArchiveEntry(path: "p.rego", bytes: Array("package p".utf8))]))
        let plain = TarWriter.archive([ArchiveEntry(path: "a/data.json", bytes: Array("{\"a\": 1}".utf8))])
        for archive in [good, plain] {
            for position in archive.indices {
                var damaged = archive
                damaged[position] ^= 0x55
                _ = try? TarReader.entries(of: damaged)
            }
            for length in archive.indices { _ = try? TarReader.entries(of: Array(archive.prefix(length))) }
        }
    }

    @Test func aBombIsRefusedBeforeItIsUnpacked() throws {
        let bomb = try GZip.compress([UInt8](repeating: 0, count: 50_000_000))
        #expect(bomb.count < 100_000)
        do {
            _ = try TarReader.entries(of: bomb, limits: ArchiveLimits(file: 1000, total: 1_000_000))
            Issue.record("the bomb was read")
        } catch {
            #expect(error.code == .tooLarge)
        }
    }
}
