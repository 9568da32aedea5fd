import ArgumentParser
import Rego

/// How long something may take: seconds, or a duration as Go writes it, `1m30s`.
struct TimeLimit: ExpressibleByArgument {
    let seconds: Double

    init(seconds: Double) { self.seconds = seconds }

    init?(argument: String) {
        guard let seconds = Double(argument) ?? GoDuration.parse(argument).map({ Double($0) / 1e9 }), seconds.isFinite else { return nil }
        self.seconds = seconds
    }

    var defaultValueDescription: String { seconds == seconds.rounded() ? String(Int(seconds)) : String(seconds) }
}
