/// Waits for what is to happen, without a guess at how long it takes.
package enum Waiting {
    package struct Patience: Error, CustomStringConvertible {
        package var limit: Duration
        package var description: String { "it did not happen within \(limit)" }
    }

    /// - Throws: `Patience` where the condition does not come to hold.
    package static func until(within limit: Duration = .seconds(60), _ isReached: () async throws -> Bool) async throws {
        let end = ContinuousClock.now + limit
        while try await !isReached() {
            guard ContinuousClock.now < end else { throw Patience(limit: limit) }
            try await Task.sleep(for: .milliseconds(20))
        }
    }
}
