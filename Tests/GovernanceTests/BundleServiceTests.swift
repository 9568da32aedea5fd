import Archives
import Foundation
import Governance
import Logging
import Rego
import Support
import Synchronization
import Testing

/// Bundles from a server that answers well, badly, and not at all.
@Suite struct BundleServiceTests {
    /// Activates in memory, with the compiler as the judge.
    private actor Target: BundleTarget {
        private(set) var active = BundleActivation(policies: [:], data: .object([]), bundles: [:])

        func activate(_ bundle: Governance.Bundle, name: String, etag: String?) throws(BundleError) {
            var next = active
            try next.activate([(name, bundle, etag)])
            do throws(DiagnosticList) { _ = try PolicySnapshot(policies: Array(next.policies.values), data: .value(next.data)) } catch { throw BundleError(error) }
            active = next
        }

        func remove(_ name: String) throws(BundleError) { active.remove(name) }

        var revision: String? { active.bundles["b"]?.revision }
    }

    static func archive(_ revision: String, policy: String = "package p\n\nallow := true") throws -> [UInt8] {
        try BundleWriter.archive([
            ArchiveEntry(path: ".manifest", bytes: Array("{\"revision\": \"\(revision)\", \"roots\": [\"p\"]}".utf8)), ArchiveEntry(path: "p.rego", bytes: Array(policy.utf8)),
        ])
    }

    private final class Running {
        let target = Target()
        var statuses: BundleStatuses { service.statuses }
        private let task: Task<Void, Never>
        let service: BundleService
        let log = RecordedLog()

        init(_ text: String) throws {
            service = BundleService(try Configuration(text: text, environment: [:]), target: target, logger: log.logger)
            task = Task { [service] in try? await service.run() }
        }

        deinit { task.cancel() }

        /// Waits until the bundle is as a test wants it; false after ten seconds.
        func wait(_ isReached: (BundleStatus) -> Bool) async throws -> Bool {
            for _ in 0..<1000 {
                if let status = statuses.all.first(where: { $0.name == "b" }), isReached(status) { return true }
                try await Task.sleep(for: .milliseconds(10))
            }
            return false
        }
    }

    private static func configuration(_ url: String, _ more: String = "", polling: String = "min_delay_seconds: 0.02, max_delay_seconds: 0.03") -> String {
        "services: {s: {url: '\(url)', response_header_timeout_seconds: 1}}\nbundles: {b: {polling: {\(polling)}\(more)}}\n"
    }

    @Test func versionsAreTakenUpAndUnchangedOnesAreNotFetchedAgain() async throws {
        let revision = Mutex(0)
        let server = try await LoopbackServer { request in
            let current = revision.withLock { $0 }
            if current == 0 { return .text("", status: 503) }
            if request.header("If-None-Match") == "\"\(current)\"" { return .response(status: 304) }
            return .response(status: 200, headers: [("ETag", "\"\(current)\"")], body: try Self.archive("r\(current)"))
        }
        let running = try Running(Self.configuration(server.url))
        #expect(!running.statuses.areAllActive)
        revision.withLock { $0 = 1 }
        #expect(try await running.wait { $0.activeRevision == "r1" })
        #expect(running.statuses.areAllActive)
        #expect(server.requests[0].target == "/bundles/b")
        #expect(server.requests[0].header("Prefer") == "modes=snapshot,delta")
        #expect(server.requests[0].header("If-None-Match") == nil)
        while server.requests.filter({ $0.header("If-None-Match") == "\"1\"" }).count < 2 { try await Task.sleep(for: .milliseconds(5)) }
        revision.withLock { $0 = 2 }
        #expect(try await running.wait { $0.activeRevision == "r2" })
        #expect(await running.target.revision == "r2")
    }

    @Test(arguments: ["silence", "close", "truncated", "500", "text", "half", "flipped", "policy", "roots"])
    func theLastGoodVersionGoesOn(_ fault: String) async throws {
        let isBroken = Mutex(false)
        let requests = Mutex(0)
        let good = try Self.archive("good")
        let answers: [String: LoopbackServer.Answer] = [
            "silence": .silence, "close": .close, "truncated": .truncated(body: Array(good.prefix(100))), "500": .text("no", status: 500),
            "text": .text("this is no bundle"), "half": .response(status: 200, body: Array(good.prefix(good.count / 2))),
            "flipped": .response(status: 200, body: good.enumerated().map { $0.offset == good.count - 30 ? $0.element ^ 0xff : $0.element }),
            "policy": .response(status: 200, body: try Self.archive("bad", policy: "package p\n\nallow if x")),
            "roots": .response(status: 200, body: try Self.archive("bad", policy: "package q")),
        ]
        let server = try await LoopbackServer { _ in
            guard isBroken.withLock({ $0 }) else {
                let number = requests.withLock { $0 += 1; return $0 }
                return .response(status: 200, body: try Self.archive("good\(number)"))
            }
            return answers[fault] ?? .close
        }
        let running = try Running(Self.configuration(server.url))
        #expect(try await running.wait { $0.activeRevision != nil })
        isBroken.withLock { $0 = true }
        #expect(try await running.wait { $0.problem != nil })
        let problem = running.statuses.all.first?.problem
        #expect(problem?.code == "bundle_error")
        if fault == "500" { #expect(problem?.httpStatus == 500 && problem?.message == "request failed: server replied with Internal Server Error") }
        if fault == "policy" { #expect(problem?.diagnostics.first?.code == .unsafeVariable) }
        #expect(await running.target.revision?.hasPrefix("good") == true)
        isBroken.withLock { $0 = false }
        #expect(try await running.wait { $0.problem == nil })
    }

    @Test func longPollsFollowEachOtherAtOnce() async throws {
        let server = try await LoopbackServer { request in
            request.header("If-None-Match") == nil
                ? .response(status: 200, headers: [("ETag", "\"1\""), ("Content-Type", "application/vnd.openpolicyagent.bundles")], body: try Self.archive("r")) : .silence
        }
        let running = try Running(Self.configuration(server.url, polling: "min_delay_seconds: 100, max_delay_seconds: 200, long_polling_timeout_seconds: 30"))
        #expect(try await running.wait { $0.activeRevision == "r" })
        while server.requests.count < 2 { try await Task.sleep(for: .milliseconds(5)) }
        #expect(server.requests[1].header("Prefer") == "modes=snapshot,delta;wait=30")
    }

    @Test func aKeptCopyServesWhileTheServerIsAway() async throws {
        let folder = try TemporaryFolder()
        let directory = "persistence_directory: \(folder.url.path)\n"
        let server = try await LoopbackServer { _ in .response(status: 200, body: try Self.archive("kept")) }
        let first = try Running(Self.configuration(server.url, ", persist: true") + directory)
        #expect(try await first.wait { $0.activeRevision == "kept" })
        let copy = folder.url.appendingPathComponent("bundles/b/bundle.tar.gz")
        while !FileManager.default.fileExists(atPath: copy.path) { try await Task.sleep(for: .milliseconds(5)) }
        let second = try Running(Self.configuration("http://127.0.0.1:1", ", persist: true") + directory)
        #expect(try await second.wait { $0.activeRevision == "kept" && $0.problem != nil })
        // A copy that a stop or a disk damaged is not used, and does no harm.
        try Data(Data(contentsOf: copy).prefix(50)).write(to: copy)
        let third = try Running(Self.configuration(server.url, ", persist: true") + directory)
        #expect(try await third.wait { $0.activeRevision == "kept" && $0.lastSuccessfulDownload != nil })
    }

    @Test func changedConfigurationIsTakenUp() async throws {
        let server = try await LoopbackServer { request in .response(status: 200, body: try Self.archive(request.target)) }
        let running = try Running(Self.configuration(server.url))
        #expect(try await running.wait { $0.activeRevision == "/bundles/b" })
        try await running.service.apply(Configuration(text: Self.configuration(server.url, ", resource: other"), environment: [:]))
        #expect(try await running.wait { $0.activeRevision == "/other" })
        try await running.service.apply(Configuration(text: "services: {}", environment: [:]))
        #expect(running.statuses.all.isEmpty)
        #expect(await running.target.active.bundles.isEmpty)
        #expect(await running.target.active.policies.isEmpty)
    }

    @Test func discoveryFindsBundles() async throws {
        let name = Mutex("b")
        let server = try await LoopbackServer { request in
            guard request.target == "/config" else { return .response(status: 200, body: try Self.archive(request.target)) }
            let policy = "package cfg\n\nlabels.region := \"north\"\n\nbundles[\"\(name.withLock { $0 })\"] := {\"polling\": {\"min_delay_seconds\": 1, \"max_delay_seconds\": 2}}"
            return .response(status: 200, body: try BundleWriter.archive([ArchiveEntry(path: "c.rego", bytes: Array(policy.utf8))]))
        }
        let running = try Running("services: {s: {url: '\(server.url)'}}\ndiscovery: {resource: config, decision: cfg, polling: {min_delay_seconds: 0.02, max_delay_seconds: 0.03}}")
        #expect(try await running.wait { $0.activeRevision == "/bundles/b" })
        #expect(running.service.discoveryStatuses.areAllActive)
        #expect(running.log.text.contains("sections that are not taken from there") && running.log.text.contains("sections=labels"))
        name.withLock { $0 = "other" }
        while running.statuses.all.map(\.name) != ["other"] || !running.statuses.areAllActive { try await Task.sleep(for: .milliseconds(5)) }
        #expect(await running.target.active.bundles.keys.sorted() == ["other"])
    }

    @Test func filesAreLoadedOnce() async throws {
        let folder = try TemporaryFolder(files: [".manifest": "{\"revision\": \"disk\"}", "p.rego": "package p"])
        let running = try Running("bundles: {b: {resource: 'file://\(folder.url.path)'}}")
        #expect(try await running.wait { $0.activeRevision == "disk" })
        let missing = try Running("bundles: {b: {resource: 'file:///nowhere', polling: {min_delay_seconds: 1, max_delay_seconds: 1}}}")
        #expect(try await missing.wait { $0.problem?.message == "stat /nowhere: no such file or directory" })
    }

    @Test func sizesAreLimited() async throws {
        let server = try await LoopbackServer { _ in .response(status: 200, body: try Self.archive("r", policy: "package p\n#" + String(repeating: "x", count: 2000))) }
        let running = try Running(Self.configuration(server.url, ", size_limit_bytes: 1000"))
        #expect(try await running.wait { $0.problem?.message == "bundle file 'p.rego' size (2011 bytes) exceeded max size (1000 bytes)" })
    }
}
