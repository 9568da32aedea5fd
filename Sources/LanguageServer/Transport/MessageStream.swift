import Foundation
import Synchronization

/// What comes to the server's loop, in order: messages of the client, and results of its own background work.
final class EventQueue: Sendable {
    enum Event: Sendable {
        case message([UInt8])
        case problem(MessageFraming.Problem)
        case finished(BackgroundWork.Result)
        /// The client has closed its end.
        case end
    }

    private let events = Mutex<[Event]>([])
    private let arrived = DispatchSemaphore(value: 0)

    func add(_ event: Event) {
        events.withLock { $0.append(event) }
        arrived.signal()
    }

    /// Everything that came since the last time.
    ///
    /// - Parameter waits: whether to wait for something where nothing came.
    func take(waits: Bool) -> [Event] {
        while true {
            let taken = events.withLock { events in
                defer { events = [] }
                return events
            }
            if !taken.isEmpty || !waits { return taken }
            arrived.wait()
        }
    }
}

/// Reads messages from a file descriptor on a thread of its own.
enum MessageReader {
    private static let chunk = 64 << 10

    static func start(_ descriptor: Int32, into queue: EventQueue) {
        Thread.detachNewThread {
            var framing = MessageFraming()
            var chunk = [UInt8](repeating: 0, count: Self.chunk)
            while let count = read(descriptor, into: &chunk) {
                framing.append(chunk[..<count])
                deliver(&framing, to: queue)
            }
            queue.add(.end)
        }
    }

    /// How many bytes came; nil at the end, or where nothing can be read any more.
    private static func read(_ descriptor: Int32, into chunk: inout [UInt8]) -> Int? {
        while true {
            let count = chunk.withUnsafeMutableBytes { Foundation.read(descriptor, $0.baseAddress, $0.count) }
            if count > 0 { return count }
            if count == 0 || errno != EINTR { return nil }
        }
    }

    private static func deliver(_ framing: inout MessageFraming, to queue: EventQueue) {
        while true {
            do throws(MessageFraming.Problem) {
                guard let message = try framing.next() else { return }
                queue.add(.message(message))
            } catch {
                queue.add(.problem(error))
            }
        }
    }
}

/// Writes messages to a file descriptor. A client that has gone is not an error: reading tells that it has.
struct MessageWriter {
    let descriptor: Int32

    func write(_ message: some Encodable) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
        guard let body = try? encoder.encode(message) else { return }
        write(Data("Content-Length: \(body.count)\r\n\r\n".utf8) + body)
    }

    private func write(_ bytes: Data) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 { rest = rest.dropFirst(count) } else if errno != EINTR { return }
        }
    }
}
