import Foundation

#if canImport(Glibc)
import Glibc
#endif

/// A connection whose bytes the test chooses one by one, as clients that break rules do.
package final class RawConnection: Sendable {
    package struct Failure: Error {
        package var operation: String
        package var code: Int32
    }

    private let descriptor: Int32

    /// Connects to `127.0.0.1:PORT`. Reading gives up after `patience` seconds.
    package init(_ address: String, patience: Int = 60) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw Failure(operation: "socket", code: errno) }
        var place = sockaddr_in()
        place.sin_family = sa_family_t(AF_INET)
        place.sin_port = (address.split(separator: ":").last.flatMap { in_port_t($0) } ?? 0).bigEndian
        place.sin_addr.s_addr = inet_addr("127.0.0.1")
        let result = withUnsafePointer(to: &place) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
        guard result == 0 else { throw Failure(operation: "connect", code: errno) }
        var timeout = timeval(tv_sec: patience, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(descriptor) }

    /// Sends what the other side takes; false where it has closed.
    @discardableResult
    package func send(_ text: String) -> Bool { send(Array(text.utf8)) }

    @discardableResult
    package func send(_ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    /// Says that nothing more will be sent.
    package func finishSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Reads until the other side closes, or until what was read satisfies a condition.
    package func receive(until isEnough: @escaping @Sendable (String) -> Bool = { _ in false }) async -> String {
        await onThreadOfItsOwn { [descriptor] in
            var received: [UInt8] = []
            var chunk = [UInt8](repeating: 0, count: 65_536)
            while true {
                let count = recv(descriptor, &chunk, chunk.count, 0)
                guard count > 0 else { break }
                received += chunk[..<count]
                if isEnough(String(decoding: received, as: UTF8.self)) { break }
            }
            return String(decoding: received, as: UTF8.self)
        }
    }

    /// Whether the other side has closed, waiting for that as long as the connection is patient.
    package func isClosed() async -> Bool {
        await onThreadOfItsOwn { [descriptor] in
            var byte: UInt8 = 0
            return recv(descriptor, &byte, 1, 0) <= 0 && errno != EAGAIN
        }
    }

    /// Waits without keeping a thread from other tests.
    private func onThreadOfItsOwn<Result: Sendable>(_ wait: @escaping @Sendable () -> Result) async -> Result {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                // The connection stays open until it has been read.
                withExtendedLifetime(self) { continuation.resume(returning: wait()) }
            }
        }
    }
}
