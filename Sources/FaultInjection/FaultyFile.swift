#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

extension Chaos {
    /// Lets bytes on their way to a file through, changed or not at all. Waits on the calling thread.
    ///
    /// - Throws: `TornWrite` with the part that is to be written before the write fails; `FaultFailure` where nothing is.
    public func writing(_ bytes: [UInt8], to file: String) throws -> [UInt8] {
        guard let fault = fault(at: .write, ["file": file]) else { return bytes }
        fault.waitOnThread()
        if case .tornWrite = fault.fault, let failure = fault.failure { throw TornWrite(written: fault.altered(bytes), failure: failure) }
        if let failure = fault.failure { throw failure }
        return fault.altered(bytes)
    }

    /// Lets bytes that were read from a file through, changed or not at all. Waits on the calling thread.
    public func reading(_ bytes: [UInt8], from file: String) throws(FaultFailure) -> [UInt8] {
        guard let fault = fault(at: .load, ["file": file]) else { return bytes }
        fault.waitOnThread()
        if let failure = fault.failure { throw failure }
        return fault.altered(bytes)
    }

    /// Lets another operation on a file through, late or not at all. Waits on the calling thread.
    ///
    /// - Returns: false where the operation is to be left out and said to be done.
    @discardableResult
    public func operating(_ point: HookPoint, on file: String) throws(FaultFailure) -> Bool {
        guard let fault = fault(at: point, ["file": file]) else { return true }
        fault.waitOnThread()
        if let failure = fault.failure { throw failure }
        return fault.fault != .drop
    }

    /// Lets a computation through, late or not at all. Waits on the calling thread.
    public func computing(_ point: HookPoint, _ tags: [String: String] = [:]) throws(FaultFailure) {
        guard let fault = fault(at: point, tags) else { return }
        fault.waitOnThread()
        if let failure = fault.failure { throw failure }
    }
}

/// A write that is to end half-way.
public struct TornWrite: Error, Sendable {
    public var written: [UInt8]
    public var failure: FaultFailure
}

extension InjectedFault {
    fileprivate func waitOnThread() {
        guard let delay else { return }
        var time = timespec(tv_sec: Int(delay.components.seconds), tv_nsec: Int(delay.components.attoseconds / 1_000_000_000))
        nanosleep(&time, nil)
    }
}
