import Foundation
import Logging
import Observability

/// Events in a file, one a line. A file that has grown to its limit becomes `<path>.1`, that `<path>.2`, and the oldest goes.
actor FileSink: EventSink {
    private let configuration: DecisionLogSettings.File
    private let dropped: Counter
    private let logger: Logger
    private var handle: FileHandle?
    private var size = 0
    /// Said once, until writing works again.
    private var hasComplained = false

    /// - Throws: `DecisionLogError` where the file cannot be opened.
    init(_ configuration: DecisionLogSettings.File, dropped: Counter, logger: Logger) throws(DecisionLogError) {
        self.configuration = configuration
        self.dropped = dropped
        self.logger = logger
        (handle, size) = try Self.open(configuration.path)
    }

    private static func open(_ path: String) throws(DecisionLogError) -> (FileHandle, Int) {
        do {
            if !FileManager.default.fileExists(atPath: path) {
                // Decisions may hold what not everybody on the machine may read.
                guard FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600]) else {
                    throw DecisionLogError(.sink, "\(path) cannot be created; check that its folder is there and may be written")
                }
            }
            let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
            return (handle, Int(try handle.seekToEnd()))
        } catch let error as DecisionLogError {
            throw error
        } catch {
            throw DecisionLogError(.sink, "\(path) cannot be opened for writing: \(error.localizedDescription)")
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
            if handle == nil { (handle, size) = try Self.open(configuration.path) }
            try handle?.write(contentsOf: Data(text))
            size += text.count
            hasComplained = false
        } catch {
            dropped.increment(by: count)
            if !hasComplained { logger.error("The decision log's file cannot be written; events are dropped until it can.", metadata: ["reason": "\(error)"]) }
            hasComplained = true
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
