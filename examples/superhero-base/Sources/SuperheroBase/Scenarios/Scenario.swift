import Support
import Synchronization

/// A fault in the base, and what stays true meanwhile.
public struct Scenario: Sendable {
    /// As the command and the README call it.
    public var name: String
    public var hypothesis: String
    /// Injects the fault, looks, and ends with the base as it was.
    let play: @Sendable (Base, Scene) async throws -> Void

    /// In an order in which they tell a story.
    public static let all: [Scenario] = [
        issuerAway, paymentsSlow, paymentsDown, auditDown, collectorAway, verdictKilled, wrongCanary, clockSkew, stolenToken,
    ]

    /// Plays it on a base that is well.
    public func run(on base: Base) async -> Scene {
        let scene = Scene(self)
        do {
            try await Caller.ada(of: base).orderEventually()
            try await play(base, scene)
            try await Caller.ada(of: base).orderEventually()
            scene.saw("the base is well again: an order is taken", true)
        } catch {
            scene.saw("it could not be played to its end: \(error)", false)
        }
        return scene
    }
}

/// What was done to the base and what was seen.
public final class Scene: Sendable {
    private struct Line {
        var text: String
        /// Nil for what was done.
        var isExpected: Bool?
    }

    private let scenario: Scenario
    private let lines = Mutex<[Line]>([])

    init(_ scenario: Scenario) { self.scenario = scenario }

    func did(_ text: String) { lines.withLock { $0.append(Line(text: text)) } }

    /// - Parameter isExpected: whether the hypothesis holds, as far as this goes.
    func saw(_ text: String, _ isExpected: Bool) { lines.withLock { $0.append(Line(text: text, isExpected: isExpected)) } }

    /// The statuses of answers, in words.
    func saw(_ what: String, _ answers: [Client.Answer], _ status: Int) {
        let counts = Dictionary(grouping: answers, by: \.status).sorted { $0.key < $1.key }.map { "\($0.value.count) × \($0.key)" }.joined(separator: ", ")
        saw("\(what): \(counts)", answers.allSatisfy { $0.status == status })
    }

    public var isPassed: Bool { lines.withLock { $0.allSatisfy { $0.isExpected != false } } }

    public var text: String {
        let steps = lines.withLock { $0 }.map { line in
            switch line.isExpected {
            case nil: "  did   \(line.text)\n"
            case true?: "  saw   \(line.text)\n"
            case false?: "  SAW   \(line.text)  ← not expected\n"
            }
        }
        return "\(scenario.name)\n  hypothesis: \(scenario.hypothesis)\n\(steps.joined())  \(isPassed ? "PASS" : "FAIL")\n"
    }
}
