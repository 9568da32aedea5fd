import Rego
import Synchronization

/// Decides in this process. Policies are replaced whole, and the next request is decided by the new ones.
public final class EmbeddedDecisionPoint: DecisionPoint {
    private struct Active {
        var query: PreparedQuery
        var number: Int
    }

    private let path: [String]
    private let stepBudget: UInt64
    private let active: Mutex<Active>

    /// - Parameters:
    ///   - path: of the document below `data`, such as `["orders", "allow"]`.
    ///   - stepBudget: loop iterations and calls that a decision may take.
    /// - Throws: `DiagnosticList` where the document cannot be asked for.
    public init(_ snapshot: PolicySnapshot, path: [String], stepBudget: UInt64 = 1_000_000) throws(DiagnosticList) {
        self.path = path
        self.stepBudget = stepBudget
        active = Mutex(Active(query: try snapshot.document(path), number: 1))
    }

    /// Lets other policies decide from the next request on.
    ///
    /// - Throws: `DiagnosticList` where the document cannot be asked for; those before go on.
    public func replace(with snapshot: PolicySnapshot) throws(DiagnosticList) {
        let query = try snapshot.document(path)
        active.withLock { $0 = Active(query: query, number: $0.number + 1) }
    }

    public var revision: String? { String(active.withLock { $0.number }) }

    public func answer(to input: Value) async throws(DecisionPointError) -> PolicyAnswer {
        let active = active.withLock { $0 }
        var options = EvaluationOptions()
        options.stepBudget = stepBudget
        // A request waits for this; what would wait for the network is no decision.
        options.mayWait = false
        do throws(EvaluationError) {
            let value = try active.query.evaluate(input: .value(input), options: options).solutions.first?.expressions.first?.value
            return PolicyAnswer(value: value, revision: String(active.number))
        } catch {
            throw DecisionPointError("\(error.code.rawValue): \(error.message)")
        }
    }
}
