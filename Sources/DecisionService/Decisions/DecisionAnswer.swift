import Governance
import Rego
import Resilience

/// Makes the bodies that the Data API answers decisions with.
struct DecisionAnswer {
    let decisions: Decisions
    let parameters: RequestParameters
    let start: ContinuousClock.Instant

    /// The body of `/v1/data`: `{"result": …}` with what the parameters asked for, members in OPA's order.
    func envelope(_ decision: Decision, warnsOfMissingInput: Bool) -> [UInt8] {
        guard parameters.isEmpty, decision.fallback == nil else { return text(.object(members(decision, warnsOfMissingInput: warnsOfMissingInput))) }
        return plain(decision, warnsOfMissingInput: warnsOfMissingInput)
    }

    /// What `members` gives where nothing is asked for, written at once: most answers are of this kind.
    private func plain(_ decision: Decision, warnsOfMissingInput: Bool) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(decision.output.count + 80)
        if let identifier = decision.identifier {
            text += "{\"decision_id\":\"".utf8
            identifier.write(to: &text)
            text.append(UInt8(ascii: "\""))
        }
        if decision.report.isDefined {
            text += (text.isEmpty ? "{\"result\":" : ",\"result\":").utf8
            text += decision.output
        }
        if warnsOfMissingInput, !decision.report.hasInput {
            text += (text.isEmpty ? "{\"warning\":" : ",\"warning\":").utf8
            text += Self.missingInput.json()
        }
        if text.isEmpty { text.append(UInt8(ascii: "{")) }
        text.append(UInt8(ascii: "}"))
        return text
    }

    private static let missingInput: Value = ["code": "api_usage_warning", "message": "'input' key missing from the request"]

    func members(_ decision: Decision, warnsOfMissingInput: Bool) -> [(name: String, value: Envelope)] {
        var members: [(name: String, value: Envelope)] = []
        if let identifier = decision.identifier { members.append(("decision_id", .value(.string(identifier.description)))) }
        if parameters.isOn("provenance") { members.append(("provenance", .value(decisions.configuration.provenance(of: decision.generation.bundles)))) }
        if let fallback = decision.fallback { members.append(("fallback", .value(fallback.document))) }
        if let explanation = decision.explanation { members.append(("explanation", explanation)) }
        let isInstrumented = parameters.isOn("instrument")
        if isInstrumented || parameters.isOn("metrics") { members.append(("metrics", .value(decision.metrics(since: start, countsSteps: isInstrumented)))) }
        if decision.report.isDefined { members.append(("result", .text(decision.output))) }
        if warnsOfMissingInput, !decision.report.hasInput {
            members.append(("warning", .value(Self.missingInput)))
        }
        return members
    }

    /// The body of `/v0/data` and `/`: the bare value.
    ///
    /// - Throws: `undefinedDocument` where there is none.
    func bare(_ decision: Decision, at path: DocumentPath) throws(ServiceError) -> [UInt8] {
        guard decision.report.isDefined else {
            let hasRule = decision.generation.snapshot.hasRule(at: path.keys)
            throw ServiceError(.undefinedDocument, "document \(hasRule ? "undefined" : "missing"): \(path.description)")
        }
        return text(.text(decision.output))
    }

    private func text(_ envelope: Envelope) -> [UInt8] {
        parameters.isOn("pretty") ? envelope.prettyText() : envelope.compactText()
    }
}

extension DecisionFallbacks.Use {
    /// The member `fallback` of answers.
    fileprivate var document: Value {
        var members: [(Value, Value)] = [("source", .string(source.rawValue)), ("reason", .string(cause.rawValue))]
        if let age { members.append(("age_seconds", .seconds(age))) }
        return .makeObject(members)
    }
}
