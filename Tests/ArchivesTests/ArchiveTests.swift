import Archives
import Foundation
import Support
import Testing

@Suite struct ArchiveTests {
    private static let long = String(repeating: "folder/", count: 30) + "data.json"
    private static let files = [
        ArchiveEntry(path: ".manifest", bytes: Array("{}".utf8)), ArchiveEntry(path: "a/data.json", bytes: Array(repeating: 32, count: 1500)),
        ArchiveEntry(path: long, bytes: []), ArchiveEntry(path: "ü/policy.rego", bytes: Array("package p".utf8)),
    ]

    @Test func whatIsWrittenIsReadAgain() throws {
        let archive = TarWriter.archive(Self.files)
        #expect(try TarReader.entries(of: archive) == Self.files)
        #expect(try TarReader.entries(of: try GZip.compress(archive)) == Self.files)
    }

    @Test func otherProgramsReadIt() throws {
        let folder = try TemporaryFolder()
        try Data(try GZip.compress(TarWriter.archive(Self.files))).write(to: folder.url.appendingPathComponent("b.tar.gz"))
        let outcome = try Command.shell("tar xzf b.tar.gz && cat \(Self.long) && cat ü/policy.rego", in: folder.url)
        #expect(outcome.output == "package p")
        #expect(outcome.code == 0, "\(outcome.error)")
    }

    @Test(arguments: ["gnu", "pax", "ustar", "v7", "oldgnu"])
    func archivesOfOtherProgramsAreRead(_ format: String) throws {
        let name = format == "v7" || format == "ustar" ? "short/data.json" : Self.long
        let folder = try TemporaryFolder(files: ["in/\(name)": "{\"a\": 1}", "in/.manifest": "{}"])
        let outcome = try Command.shell("tar --format=\(format) -czf b.tar.gz -C in .", in: folder.url)
        #expect(outcome.code == 0, "\(outcome.error)")
        let entries = try TarReader.entries(of: Array(Data(contentsOf: folder.url.appendingPathComponent("b.tar.gz"))))
        #expect(entries.sorted { $0.path < $1.path } == [ArchiveEntry(path: ".manifest", bytes: Array("{}".utf8)), ArchiveEntry(path: name, bytes: Array("{\"a\": 1}".utf8))])
    }

    @Test func membersInARowAreOne() throws {
        let joined = try GZip.compress(Array("one ".utf8)) + GZip.compress(Array("two".utf8))
        #expect(try GZip.decompress(joined, limit: 100) == Array("one two".utf8))
        #expect(try GZip.decompress(GZip.compress([]), limit: 0) == [])
        let large = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
        #expect(try GZip.decompress(GZip.compress(large, level: 1), limit: large.count) == large)
    }
}
