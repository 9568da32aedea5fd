import Foundation

/// Keeps a second process from writing to a folder, as long as this one runs.
package final class FolderLock: Sendable {
    private let descriptor: Int32

    /// - Throws: `EventLogError` with the code `closed` where another process holds the lock.
    init(_ folder: URL) throws(EventLogError) {
        let path = folder.appendingPathComponent("lock").path
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw EventLogError(.storage, "\(path) cannot be opened: \(String(cString: strerror(errno)))") }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            Foundation.close(descriptor)
            throw EventLogError(.closed, "\(folder.path) is in use by another process")
        }
    }

    func release() { flock(descriptor, LOCK_UN) }

    deinit { Foundation.close(descriptor) }
}
