import DataConsistency
import Observability

/// What put policies or data in place, as the spans of decisions that rest on them point back to it: so a decision can be followed to the change that
/// made it what it is, and to who made that change.
struct PolicyActivation: Sendable {
    let link: Span.Link

    /// - Parameters:
    ///   - event: the change in the event log; nil where none is kept, or it could not be written.
    ///   - bundles: revisions by name.
    init(_ cause: StateChange.Cause, in span: ActiveSpan, event: EventRecorder.Reference?, bundles: [String: String]) {
        var attributes: [(name: String, value: Span.Attribute)] = [("verdict.activation", .text(cause.rawValue))]
        if let event {
            attributes.append(("verdict.event_id", .text(event.id.description)))
            attributes.append(("verdict.event_sequence", .integer(event.sequence)))
        }
        for (name, revision) in bundles.sorted(by: { $0.key < $1.key }) { attributes.append(("verdict.bundle.\(name)", .text(revision))) }
        link = Span.Link(to: span.context, attributes: attributes)
    }
}

/// Where a generation comes from: what activated its policies, and what wrote its data since.
struct GenerationOrigin: Sendable {
    let policies: PolicyActivation?
    let data: PolicyActivation?
    /// For the spans of decisions.
    let links: [Span.Link]

    init(policies: PolicyActivation? = nil, data: PolicyActivation? = nil) {
        self.policies = policies
        self.data = data
        links = [policies, data].compactMap { $0?.link }
    }
}
