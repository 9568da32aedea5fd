/// The way back from compiled terms to what was written, for messages.
struct OriginalTerms: Sendable {
    /// The names that renamed locals had.
    var localNames: [String: String] = [:]
    /// The terms that locals made by the compiler stand for.
    var terms: [String: Term] = [:]

    func original(_ ref: Ref) -> Ref {
        Ref(head: original(ref.head), path: ref.path.map { original($0) })
    }

    func original(_ term: Term) -> Term {
        if case .variable(let name) = term.kind {
            if let written = localNames[name] { return Term(.variable(written), at: term.location) }
            if let origin = terms[name] { return original(origin) }
            return term
        }
        var result = term.mapParts({ original($0) }, bodies: { body, heads in (body.renaming(localNames), heads.map { original($0) }) })
        if case .call(var call) = result.kind, let written = localNames[call.function[0]] {
            call.function[0] = written
            result.kind = .call(call)
        }
        return result
    }
}
