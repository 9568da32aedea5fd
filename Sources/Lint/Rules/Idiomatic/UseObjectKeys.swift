import Rego

extension LintRule {
    static let useObjectKeys = LintRule(
        .idiomatic, "Keys of an object collected by hand",
        why: "`object.keys(x)` is the set of the keys.",
        finds: ["names := ↓{key | some key, _ in input.users}", "names := ↓{key | input.users[key]}"],
        accepts: ["names := object.keys(input.users)", "names := {key | some key, user in input.users; user.active}"]
    ) { file, report in
        for site in file.bodies where site.kind == .set && site.body.count == 1 {
            guard let term = site.term, let name = site.heads.first?.localName else { continue }
            switch site.body[0].kind {
            // A call that is undefined leaves the set empty, but not `object.keys`.
            case .someIn(let key?, let value, let domain) where key.localName == name && value.isWildcard && domain.call == nil: report(term.location)
            case .term(let literal):
                guard let ref = literal.ref, ref.path.last?.localName == name, !ref.path.dropLast().contains(where: { $0.localName != nil || $0.isWildcard }) else { continue }
                report(term.location)
            default: break
            }
        }
    }
}
