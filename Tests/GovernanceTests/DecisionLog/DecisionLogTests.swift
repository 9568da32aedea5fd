import Archives
import Foundation
import Logging
import Observability
import Rego
import ServiceLifecycle
import Support
import Synchronization
import Testing

@testable import Governance

/// What the log keeps, and what it counts where it cannot.
@Suite struct DecisionLogTests {
    /// Keeps events; says nothing about speed.
    private final class Memory: EventSink {
        let events = Mutex<[[UInt8]]>([])
        let isClosed = Mutex(false)
        func write(_ events: [[UInt8]]) async { self.events.withLock { $0 += events } }
        func close() async { isClosed.withLock { $0 = true } }
    }

    private static func record(_ request: String = #"{"input": 1}"#) throws -> DecisionRecord {
        try DecisionRecord.sample(snapshot: PolicySnapshot(policies: []), request: request)
    }

    /// Runs the log while something happens, then shuts it down as the service does.
    private static func run(_ log: DecisionLog, while body: @escaping @Sendable () async throws -> Void) async throws {
        let group = ServiceGroup(configuration: .init(services: [.init(service: log, successTerminationBehavior: .ignore)], logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            try await body()
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    @Test func everythingTakenIsWrittenBeforeTheEnd() async throws {
        let sink = Memory()
        let log = DecisionLog(.init(), labels: .object([]), logger: RecordedLog().logger, sinks: [sink], counters: .init())
        let record = try Self.record()
        try await Self.run(log) {
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<4 { group.addTask { for _ in 0..<500 { log.append(record) } } }
            }
        }
        #expect(sink.events.withLock { $0.count } == 2000)
        #expect(log.counters.written.value == 2000)
        #expect(sink.isClosed.withLock { $0 })
    }

    @Test func whatDoesNotFitIsCounted() async throws {
        let sink = Memory()
        var settings = DecisionLogSettings()
        settings.queueSizeLimitBytes = 2000
        let log = DecisionLog(settings, labels: .object([]), logger: RecordedLog().logger, sinks: [sink], counters: .init())
        let record = try Self.record()
        for _ in 0..<100 { log.append(record) }
        try await Self.run(log) {}
        let written = sink.events.withLock { $0.count }
        #expect(written > 0 && written < 100)
        #expect(written + log.counters.droppedByBuffer.value == 100)
    }

    @Test func moreThanTheRateIsCounted() async throws {
        var settings = DecisionLogSettings()
        settings.maximumDecisionsPerSecond = 10
        let sink = Memory()
        let log = DecisionLog(settings, labels: .object([]), logger: RecordedLog().logger, sinks: [sink], counters: .init())
        var record = try Self.record()
        for step in 0..<30 {
            // Ten at once, then twenty within a second: ten of these have a token.
            record.time = step < 10 ? 0 : Int64(step - 9) * 50_000_000
            log.append(record)
        }
        try await Self.run(log) {}
        #expect(sink.events.withLock { $0.count } == 20)
        #expect(log.counters.droppedByRate.value == 10)
    }

    @Test func identifiersAreVersionFourAndDiffer() {
        let identifiers = (0..<1000).map { _ in DecisionIdentifier.random().description }
        #expect(Set(identifiers).count == 1000)
        for identifier in identifiers { #expect(identifier.wholeMatch(of: /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/) != nil) }
    }

    @Test func filesRotate() async throws {
        let folder = try TemporaryFolder()
        var file = DecisionLogSettings.File(path: folder.url.appendingPathComponent("decisions.log").path)
        file.sizeLimit = 100
        file.fileLimit = 2
        let sink = try FileSink(file, dropped: .init(), logger: RecordedLog().logger)
        for number in 0..<10 { await sink.write([Array("{\"n\":\(number),\"pad\":\"\(String(repeating: "x", count: 30))\"}".utf8)]) }
        await sink.close()
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted()
        #expect(names == ["decisions.log", "decisions.log.1", "decisions.log.2"])
        let lines = try ["decisions.log.2", "decisions.log.1", "decisions.log"].flatMap { name in
            try String(contentsOf: folder.url.appendingPathComponent(name), encoding: .utf8).split(separator: "\n").map(String.init)
        }
        #expect(lines.map { $0.prefix(6) } == ["{\"n\":4", "{\"n\":5", "{\"n\":6", "{\"n\":7", "{\"n\":8", "{\"n\":9"])
    }

    /// An event that is too large for an upload goes without what built-ins answered; one that is too large even so is counted.
    @Test func whatBuiltinsAnsweredIsLeftOutWhereItIsTooMuch() async throws {
        var settings = DecisionLogSettings()
        settings.uploadSizeLimitBytes = 400
        let bodies = Mutex<[[UInt8]]>([])
        let counters = DecisionLogCounters()
        let sink = UploadSink(settings, counters: counters, logger: RecordedLog().logger) { body in bodies.withLock { $0.append(body) } }
        // Nothing that compression helps with.
        let noise = (0..<200).map { _ in String(UInt64.random(in: .min ... .max), radix: 36) }.joined()
        await sink.write([
            Array(#"{"decision_id":"a","input":{"n":1.50},"nd_builtin_cache":{"http.send":{"[]":"\#(noise)"}}}"#.utf8), Array(#"{"decision_id":"b","input":"\#(noise)"}"#.utf8),
            Array(#"{"decision_id":"c","nd_builtin_cache":{}}"#.utf8),
        ])
        await sink.close()
        let sent = try bodies.withLock { $0 }.map { String(decoding: try GZip.decompress($0, limit: 1 << 20), as: UTF8.self) }
        #expect(sent == [#"[{"decision_id":"a","input":{"n":1.50}}]"#, #"[{"decision_id":"c","nd_builtin_cache":{}}]"#])
        #expect(counters.withoutAnswers.value == 1 && counters.failed.value == 1 && counters.uploaded.value == 2)
    }

    @Test func aFileGoesOnWhereItEnded() async throws {
        let folder = try TemporaryFolder(files: ["decisions.log": "{}\n"])
        let path = folder.url.appendingPathComponent("decisions.log").path
        let sink = try FileSink(.init(path: path), dropped: .init(), logger: RecordedLog().logger)
        await sink.write([Array("{\"n\":1}".utf8)])
        await sink.close()
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "{}\n{\"n\":1}\n")
    }

    @Test func aFileThatCannotBeOpenedIsSaid() throws {
        #expect(throws: DecisionLogError.self) { try FileSink(.init(path: "/nowhere/at/all.log"), dropped: .init(), logger: RecordedLog().logger) }
    }

    @Test func aFileThatCannotBeWrittenCountsAndDoesNotStop() async throws {
        let log = RecordedLog()
        let sink = try FileSink(.init(path: "/dev/full"), dropped: .init(), logger: log.logger)
        await sink.write([Array("{}".utf8)])
        await sink.write([Array("{}".utf8)])
        #expect(log.text.components(separatedBy: "cannot be written").count == 2)
    }
}
