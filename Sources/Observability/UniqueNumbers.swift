import Synchronization

/// Numbers for identifiers: no two alike, in this process or between processes, as far as 128 bits can be told apart. They can be guessed, so they are no secrets.
///
/// Two SplitMix64 sequences (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014) from random starts. The system's own
/// random numbers would cost a system call for each identifier.
public final class UniqueNumbers: Sendable {
    public static let shared = UniqueNumbers()

    private let first: Atomic<UInt64>
    private let second: Atomic<UInt64>

    public init() {
        first = Atomic(.random(in: .min ... .max))
        second = Atomic(.random(in: .min ... .max))
    }

    /// Numbers that are the same again for the same start.
    public init(from start: UInt64) {
        first = Atomic(start)
        second = Atomic(~start)
    }

    public func next() -> (high: UInt64, low: UInt64) { (Self.step(first), Self.step(second)) }

    /// One that is not zero.
    public func nextNonZero() -> UInt64 { max(Self.step(first), 1) }

    private static func step(_ state: borrowing Atomic<UInt64>) -> UInt64 {
        var word = state.wrappingAdd(0x9e37_79b9_7f4a_7c15, ordering: .relaxed).newValue
        word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
        word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
        return word ^ (word >> 31)
    }
}
