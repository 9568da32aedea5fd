import Foundation

/// What a test saw, for the table in docs/patterns.md: printed where the variable `VERDICT_MEASUREMENTS` is set.
package enum Measurement {
    private static let isWanted = ProcessInfo.processInfo.environment["VERDICT_MEASUREMENTS"] != nil

    package static func note(_ name: String, _ value: @autoclosure () -> String) {
        guard isWanted else { return }
        FileHandle.standardError.write(Data("measured \(name): \(value())\n".utf8))
    }
}
