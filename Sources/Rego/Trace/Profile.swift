/// What one literal or rule took.
public struct ProfileEntry: Sendable {
    public var location: SourceLocation
    public var evaluations: Int
    /// How often another solution was looked for.
    public var redos: Int
    public var time: Duration
}

/// Adds up times: what passes between two moments counts for the first.
struct Profiler {
    private var known: [SourceLocation: ProfileEntry] = [:]
    private var current: SourceLocation?
    private var since = ContinuousClock.now

    var entries: [ProfileEntry] { Array(known.values) }

    mutating func record(_ moment: Observer.Moment, _ location: SourceLocation) {
        charge()
        current = location
        var entry = known[location] ?? ProfileEntry(location: location, evaluations: 0, redos: 0, time: .zero)
        switch moment {
        case .evaluate, .exit: entry.evaluations += 1
        case .redo: entry.redos += 1
        case .enter, .fail, .hold: break
        }
        known[location] = entry
        since = .now
    }

    private mutating func charge() {
        guard let current else { return }
        known[current]?.time += ContinuousClock.now - since
    }

    mutating func end() {
        charge()
        current = nil
    }
}
