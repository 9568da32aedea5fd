/// The same numbers for the same seed.
///
/// Source: SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014).
public struct SeededRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    public init(seed: UInt64) { state = seed }

    /// The generator that belongs to a name, whatever others of the seed have drawn.
    public init(seed: UInt64, stream: String) { state = Self.start(seed, stream) }

    public mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        return Self.mixed(state)
    }

    private static func mixed(_ value: UInt64) -> UInt64 {
        var value = value
        value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return value ^ (value >> 31)
    }

    /// The number at a place of the stream that belongs to a name, whatever was drawn before: calls at other points, and the order in which
    /// threads come, change nothing.
    static func number(seed: UInt64, stream: String, at position: Int) -> UInt64 {
        mixed(start(seed, stream) &+ UInt64(truncatingIfNeeded: position) &* 0x9e37_79b9_7f4a_7c15)
    }

    private static func start(_ seed: UInt64, _ stream: String) -> UInt64 {
        // FNV-1a: Swift's own hash differs from process to process.
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in stream.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        return mixed(seed ^ hash)
    }

    /// 0 to 1, without 1.
    static func unit(_ number: UInt64) -> Double { Double(number >> 11) / 9_007_199_254_740_992 }
}
