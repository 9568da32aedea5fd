/// Which of several loops no longer turns, judged by when each last answered.
///
/// A value without clock or thread. A watcher that was itself held up, such as by SIGSTOP or a machine that slept, accuses nobody.
public struct Heartbeats: Sendable {
    public enum Finding: Sendable, Hashable {
        /// Said once, until the loop turns again.
        case silent(loop: Int, for: Duration)
        case resumed(loop: Int, after: Duration)
        /// Silent for so long that only a restart helps.
        case dead(loop: Int, for: Duration)
    }

    private let warning: Duration
    private let death: Duration
    private var beats: [Duration]
    /// When silence began that was already said.
    private var silences: [Int: Duration] = [:]
    private var lastCheck: Duration

    /// - Parameters:
    ///   - warning: silence from which on it is said.
    ///   - death: silence from which on the process is to end.
    public init(loops: Int, warning: Duration, death: Duration, at time: Duration) {
        self.warning = warning
        self.death = death
        beats = Array(repeating: time, count: loops)
        lastCheck = time
    }

    public mutating func beat(_ loop: Int, at time: Duration) { beats[loop] = max(beats[loop], time) }

    public mutating func check(at time: Duration) -> [Finding] {
        let pause = time - lastCheck
        lastCheck = time
        if pause > warning / 2 {
            for loop in beats.indices { beats[loop] += pause }
            return []
        }
        return beats.indices.compactMap { loop in
            let silence = time - beats[loop]
            if let start = silences[loop], silence < warning {
                silences[loop] = nil
                return .resumed(loop: loop, after: beats[loop] - start)
            }
            if silence >= death { return .dead(loop: loop, for: silence) }
            guard silence >= warning, silences[loop] == nil else { return nil }
            silences[loop] = beats[loop]
            return .silent(loop: loop, for: silence)
        }
    }

    /// The longest silence there is.
    public func longestSilence(at time: Duration) -> Duration { beats.map { time - $0 }.max() ?? .zero }
}
