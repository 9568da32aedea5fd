import Governance
import Rego

/// Why a decision is what it is, as the member `explanation` of its answer: `?explain=why`.
struct WhyExplanation {
    let isPretty: Bool

    /// Nil where the parameters do not ask for it.
    init?(_ parameters: RequestParameters) {
        guard parameters.values(of: "explain").contains("why") else { return nil }
        isPretty = parameters.isOn("pretty")
    }

    /// Lines of text where the answer is for people, else a document. What the decision log masks of the input is not shown.
    ///
    /// - Parameter record: the decision as the log would have it.
    /// - Throws: `ServiceError` where no rule defines the document, `EvaluationError` where the explanation takes too long.
    func envelope(_ query: String, _ record: DecisionRecord, _ masking: InputMasking, _ options: EvaluationOptions) throws -> Envelope {
        let snapshot = record.snapshot
        do {
            let explanation = try snapshot.explain(query, input: try record.inputValue(), mask: masking.mask(record), options: options)
            guard isPretty else { return .value(explanation.document) }
            let lines = ExplanationText(explanation, of: snapshot).text.split(separator: "\n", omittingEmptySubsequences: false)
            return .value(.array(lines.map { .string(String($0)) }))
        } catch let error as ExplanationError {
            throw ServiceError(.invalidParameter, "explain=why: \(error.message)")
        }
    }
}
