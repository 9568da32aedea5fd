/// What goes wrong at a hook point.
public enum Fault: Sendable, Hashable {
    /// The operation takes longer.
    case latency(LatencyDistribution)
    /// The operation fails, with words of its own. Where a client waits, its connection is closed.
    case error(String)
    /// The operation is not done, and nobody says so: a client waits for nothing, bytes never reach the disk.
    case drop
    /// An answer with this HTTP status stands in for the real one.
    case status(Int)
    /// The connection breaks after a share of the body, 0 to 1.
    case abort(after: Double)
    /// Only a share of the bytes is there, 0 to 1, and nobody says so.
    case truncate(to: Double)
    /// The bytes take as long as a line of so many bytes a second needs for them.
    case bandwidth(Int)
    /// Bytes are changed: so many, at places that the seed chooses.
    case corrupt(bytes: Int)
    /// The clock is off by so much.
    case clockSkew(Duration)
    /// The disk is full (`ENOSPC`).
    case noSpace
    /// The disk fails (`EIO`).
    case inputOutput
    /// A share of the bytes is written, 0 to 1, and then the write fails.
    case tornWrite(after: Double)

    /// The points that the fault means something at.
    public var points: Set<HookPoint> {
        switch self {
        case .latency: Set(HookPoint.all).subtracting([.clock])
        case .error: Set(HookPoint.all).subtracting([.clock])
        case .drop: [.accept, .handshake, .receive, .send, .synchronize]
        case .status, .abort, .bandwidth: [.response, .send]
        case .truncate, .corrupt: [.response, .send, .load, .write]
        case .clockSkew: [.clock]
        case .noSpace: [.open, .write, .synchronize, .rename]
        case .inputOutput: [.open, .load, .write, .synchronize, .rename]
        case .tornWrite: [.write]
        }
    }
}

/// How long an injected wait is.
public enum LatencyDistribution: Sendable, Hashable {
    case fixed(Duration)
    case uniform(Duration, Duration)
    /// Many short waits and few long ones, as queues have them.
    case exponential(mean: Duration)

    /// - Parameter random: 0 to 1, without 1.
    func sample(_ random: Double) -> Duration {
        switch self {
        case .fixed(let duration): duration
        case .uniform(let shortest, let longest): shortest + (longest - shortest) * random
        case .exponential(let mean): mean * -Self.naturalLogarithm(1 - random)
        }
    }

    /// Of a number above 0 and not above 1: the series of the inverse hyperbolic tangent, after halving the way to 1.
    private static func naturalLogarithm(_ number: Double) -> Double {
        let logarithmOfTwo = 0.693_147_180_559_945_3
        let exponent = Double(number.exponent), fraction = number.significand
        let ratio = (fraction - 1) / (fraction + 1), square = ratio * ratio
        var term = ratio, sum = 0.0
        for divisor in stride(from: 1.0, through: 31, by: 2) {
            sum += term / divisor
            term *= square
        }
        return exponent * logarithmOfTwo + 2 * sum
    }
}

/// A fault that was drawn for one call.
public struct InjectedFault: Sendable, Hashable {
    public var experiment: String
    public var point: HookPoint
    public var fault: Fault
    /// Drawn with it, for what the fault has to choose.
    var random: UInt64

    /// How long the call is to wait; nil where the fault is another.
    public var delay: Duration? {
        guard case .latency(let distribution) = fault else { return nil }
        return distribution.sample(SeededRandom.unit(random))
    }

    /// How long the call is to wait for the sake of its bytes.
    public func delay(for bytes: Int) -> Duration? {
        guard case .bandwidth(let rate) = fault else { return delay }
        return .seconds(Double(bytes) / Double(rate))
    }

    /// What the call fails with; nil where the fault does not make it fail by itself.
    public var failure: FaultFailure? {
        switch fault {
        case .error(let reason): FaultFailure(experiment: experiment, point: point, reason: reason)
        case .noSpace: FaultFailure(experiment: experiment, point: point, reason: "No space left on device")
        case .inputOutput: FaultFailure(experiment: experiment, point: point, reason: "Input/output error")
        case .tornWrite: FaultFailure(experiment: experiment, point: point, reason: "the write stopped half-way")
        case .abort: FaultFailure(experiment: experiment, point: point, reason: "the connection broke")
        case .drop, .latency, .status, .truncate, .corrupt, .bandwidth, .clockSkew: nil
        }
    }

    /// The bytes as the fault leaves them.
    public func altered(_ bytes: [UInt8]) -> [UInt8] {
        switch fault {
        case .truncate(let share), .tornWrite(let share), .abort(let share): return Array(bytes.prefix(Int(Double(bytes.count) * share)))
        case .corrupt(let count):
            var bytes = bytes
            var generator = SeededRandom(seed: random)
            for _ in 0..<count where !bytes.isEmpty { bytes[Int.random(in: bytes.indices, using: &generator)] ^= UInt8.random(in: 1...255, using: &generator) }
            return bytes
        case .latency, .error, .drop, .status, .bandwidth, .clockSkew, .noSpace, .inputOutput: return bytes
        }
    }
}

/// An operation failed because an experiment wanted it to.
public struct FaultFailure: Error, Sendable, Hashable, CustomStringConvertible {
    public var experiment: String
    public var point: HookPoint
    public var reason: String

    public var description: String { "\(reason) (injected at \(point) by the experiment '\(experiment)')" }
}
