import FaultInjection
import Foundation
import Logging
import Observability

/// Events in a file, one a line. A file that has grown to its limit becomes `<path>.1`, that `<path>.2`, and the oldest goes.
///
/// A file that cannot be written is opened anew for each piece, so that writing goes on by itself once there is room, and begins with a whole
/// line; a file that was deleted or moved away is made anew.
actor FileSink: EventSink {
    private let configuration: DecisionLogSettings.File
    private let dropped: Counter
    private let logger: Logger
    private var handle: FileHandle?
    /// Which file `handle` writes to, and when it was last seen under its name.
    private var identity: FileIdentity?
    private var lastSeen = ContinuousClock.now
    private static let checkPeriod = Duration.milliseconds(250)
    private var size = 0
    /// Since when writing fails, and events that were lost since; said once, until it works again.
    private var failure: (since: ContinuousClock.Instant, lost: Int, reason: String)?
    private let healing: HealingLog?
    private let health: HealthBoard?
    private static let component = "decision_log_file"

    /// - Throws: `DecisionLogError` where the file cannot be opened.
    init(
        _ configuration: DecisionLogSettings.File, dropped: Counter, healing: HealingLog? = nil, health: HealthBoard? = nil, logger: Logger
    ) throws(DecisionLogError) {
        self.configuration = configuration
        self.dropped = dropped
        self.healing = healing
        self.health = health
        self.logger = logger
        (handle, size) = try Self.open(configuration.path)
        identity = FileIdentity(configuration.path)
    }

    /// What stays the same while a file is written and renamed.
    private struct FileIdentity: Equatable {
        var device: Int
        var number: Int

        /// Nil where there is no file.
        init?(_ path: String) {
            guard let attributes = try? FileManager.default.attributesOfItem(atPath: path), let device = attributes[.systemNumber] as? Int,
                let number = attributes[.systemFileNumber] as? Int
            else { return nil }
            (self.device, self.number) = (device, number)
        }
    }

    private static func open(_ path: String) throws(DecisionLogError) -> (FileHandle, Int) {
        do {
            if !FileManager.default.fileExists(atPath: path) {
                // Decisions may hold what not everybody on the machine may read.
                guard FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600]) else {
                    throw DecisionLogError(.sink, "\(path) cannot be created; check that its folder is there and may be written")
                }
            }
            try Chaos.installed?.operating(.open, on: path)
            let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
            return (handle, Int(try handle.seekToEnd()))
        } catch let error as DecisionLogError {
            throw error
        } catch {
            let reason = (error as? FaultFailure)?.description ?? error.localizedDescription
            throw DecisionLogError(.sink, "\(path) cannot be opened for writing: \(reason)")
        }
    }

    func write(_ events: [[UInt8]]) {
        var text: [UInt8] = []
        var count = 0
        for event in events {
            if size + text.count > 0, size + text.count + event.count + 1 > configuration.sizeLimit {
                append(text, count: count)
                (text, count) = ([], 0)
                rotate()
            }
            text += event
            text.append(UInt8(ascii: "\n"))
            count += 1
        }
        append(text, count: count)
    }

    private func append(_ text: [UInt8], count: Int) {
        guard count > 0 else { return }
        do {
            reopenIfGone()
            if handle == nil {
                (handle, size) = try Self.open(configuration.path)
                identity = FileIdentity(configuration.path)
            }
            try write(text)
            size += text.count
            recover()
        } catch {
            fail(error, lost: count)
        }
    }

    private func fail(_ error: any Error, lost count: Int) {
        dropped.increment(by: count)
        let reason = (error as? DecisionLogError)?.message ?? (error as? FaultFailure)?.description ?? error.localizedDescription
        // Half a line may have found room.
        try? handle?.truncate(atOffset: UInt64(size))
        try? handle?.close()
        handle = nil
        if failure == nil {
            logger.error("The decision log's file cannot be written; events are dropped until it can.", metadata: ["reason": "\(reason)"])
            health?.report(Self.component, .degraded, "\(configuration.path) cannot be written: \(reason)")
        }
        failure = (failure?.since ?? .now, (failure?.lost ?? 0) + count, reason)
    }

    private func recover() {
        guard let failure else { return }
        self.failure = nil
        logger.info("The decision log's file is written again.", metadata: ["lost": "\(failure.lost)"])
        healing?.record(.reopen, of: Self.component, cause: "\(failure.reason); \(failure.lost) events were lost", duration: .now - failure.since)
        health?.report(Self.component, .ok)
    }

    /// Whoever deleted or moved the file expects a new one; what is written to the old one nobody finds.
    private func reopenIfGone() {
        guard handle != nil, .now - lastSeen > Self.checkPeriod else { return }
        lastSeen = .now
        guard FileIdentity(configuration.path) != identity else { return }
        try? handle?.close()
        handle = nil
        logger.error("The decision log's file is gone; a new one is made.", metadata: ["path": "\(configuration.path)"])
        healing?.record(.reopen, of: Self.component, cause: "\(configuration.path) was deleted or moved away")
    }

    private func write(_ text: [UInt8]) throws {
        do {
            try handle?.write(contentsOf: Data(try Chaos.installed?.writing(text, to: configuration.path) ?? text))
        } catch let torn as TornWrite {
            try handle?.write(contentsOf: Data(torn.written))
            throw torn.failure
        }
    }

    private func rotate() {
        try? handle?.close()
        handle = nil
        size = 0
        let files = FileManager.default
        let path = configuration.path
        guard configuration.fileLimit > 0 else {
            try? files.removeItem(atPath: path)
            return
        }
        try? files.removeItem(atPath: "\(path).\(configuration.fileLimit)")
        for number in stride(from: configuration.fileLimit - 1, through: 1, by: -1) {
            try? files.moveItem(atPath: "\(path).\(number)", toPath: "\(path).\(number + 1)")
        }
        try? files.moveItem(atPath: path, toPath: "\(path).1")
    }

    func close() {
        try? handle?.synchronize()
        try? handle?.close()
        handle = nil
    }
}
