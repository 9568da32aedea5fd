import Foundation
import Support
import Testing

/// Every call of another server leaves through `Upstream`: the sources themselves are read.
@Suite struct OutgoingCallTests {
    /// What opens a connection, and where it may stand.
    private static let patterns = [
        "AsyncHTTPClient", "HTTPClient(", "ClientBootstrap", "DatagramBootstrap", "NIOTSConnectionBootstrap", "URLSession", "FoundationNetworking", "NWConnection", "Network.NW",
        "CFStreamCreate", " connect(", "String(contentsOf: URL(string", "Data(contentsOf: URL(string",
    ]

    @Test func nothingGoesAroundUpstream() throws {
        let sources = Command.repository.appendingPathComponent("Sources")
        let files = (FileManager.default.enumerator(atPath: sources.path)?.compactMap { $0 as? String } ?? []).filter { $0.hasSuffix(".swift") }
        #expect(files.count > 300)
        var found: [String] = []
        for file in files where !file.hasPrefix("Discovery/") {
            let text = try String(contentsOf: sources.appendingPathComponent(file), encoding: .utf8)
            for pattern in Self.patterns where text.contains(pattern) { found.append("\(file): \(pattern)") }
        }
        #expect(found.isEmpty, "these open connections by themselves; send through Upstream: \(found)")
    }

    /// The patterns do find what they are for.
    @Test func theGateIsSeenWhereItIs() throws {
        let exchange = Command.repository.appendingPathComponent("Sources/Discovery/HTTPExchange.swift")
        #expect(try String(contentsOf: exchange, encoding: .utf8).contains("import AsyncHTTPClient"))
    }

    @Test func onlyDiscoveryDependsOnTheClient() throws {
        let manifest = try String(contentsOf: Command.repository.appendingPathComponent("Package.swift"), encoding: .utf8)
        #expect(manifest.components(separatedBy: "\"AsyncHTTPClient\"").count == 2)
    }
}
