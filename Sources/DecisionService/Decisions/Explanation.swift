import Rego

/// How the trace of a decision is put into an answer.
struct Explanation {
    let mode: ExplanationMode
    let isPretty: Bool

    /// Nil where the parameters ask for none: the first mode that is known counts.
    init?(_ parameters: RequestParameters) {
        guard let mode = parameters.values(of: "explain").lazy.compactMap({ ExplanationMode(rawValue: $0) }).first else { return nil }
        self.mode = mode
        isPretty = parameters.isOn("pretty")
    }

    /// An observer that keeps what the explanation shows.
    func observer() -> Observer { Observer(isPretty ? .trace : [.trace, .variables]) }

    /// The member `explanation`: lines of text where the answer is for people, else events.
    func envelope(_ events: [TraceEvent], of snapshot: PolicySnapshot, query: String) -> Envelope {
        let trace = Trace(mode.filtered(events), of: snapshot, query: query)
        guard isPretty else { return .value(trace.document) }
        let lines = trace.lines()
        return .value(.array((lines.isEmpty ? [""] : lines).map { .string($0) }))
    }
}
