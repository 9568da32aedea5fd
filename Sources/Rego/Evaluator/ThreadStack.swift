import CThreadStack

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The stack of the current thread, of which calls of rules and functions take a piece each.
struct ThreadStack: BitwiseCopyable {
    /// Kept free for built-ins and for what the host does after evaluation.
    private static let reserve: UInt = 160 * 1024

    private let thread: pthread_t
    /// Below this address evaluation must not go deeper; stacks grow downwards.
    private let limit: UInt

    /// Asks the system, which takes some microseconds.
    init() {
        thread = pthread_self()
        limit = UInt(verdict_stack_bottom()) + ThreadStack.reserve
    }

    /// Whether this is the stack of the thread that asks.
    var isCurrent: Bool { pthread_equal(thread, pthread_self()) != 0 }

    /// Whether the caller's frame leaves no room for another call.
    @inline(__always)
    var isExhausted: Bool {
        var marker: UInt8 = 0
        return withUnsafeMutablePointer(to: &marker) { UInt(bitPattern: $0) } < limit
    }
}
