/// What a program does not decide itself: what time it is, how long to wait, and chance. The system's, or those of a simulation, which a seed repeats.
///
/// Whatever waits or draws by itself is given one. What only decides is told times, and is given a generator.
public protocol TimeAndChance: Sendable {
    var now: ContinuousClock.Instant { get }

    /// - Throws: `CancellationError` where the task is cancelled meanwhile.
    func sleep(for duration: Duration) async throws

    /// Calls a function later, whoever is cancelled meanwhile.
    func call(after duration: Duration, _ function: @escaping @Sendable () -> Void)

    /// Draws a number, any as likely as any other.
    func number() -> UInt64
}

extension TimeAndChance {
    /// Draws numbers for what is given a generator.
    public var generator: ChanceGenerator { ChanceGenerator(source: self) }

    /// 0 to 1.
    public func share() -> Double {
        var generator = generator
        return Double.random(in: 0...1, using: &generator)
    }
}

public struct ChanceGenerator: RandomNumberGenerator, Sendable {
    fileprivate let source: any TimeAndChance

    public func next() -> UInt64 { source.number() }
}

/// The system's clock and its random numbers.
public struct SystemTimeAndChance: TimeAndChance {
    public init() {}

    public var now: ContinuousClock.Instant { .now }

    public func sleep(for duration: Duration) async throws { try await Task.sleep(for: duration) }

    public func call(after duration: Duration, _ function: @escaping @Sendable () -> Void) {
        Task {
            try? await Task.sleep(for: duration)
            function()
        }
    }

    public func number() -> UInt64 { UInt64.random(in: .min ... .max) }
}

extension TimeAndChance where Self == SystemTimeAndChance {
    public static var system: SystemTimeAndChance { SystemTimeAndChance() }
}
