/// What a rule's `# METADATA` says of its use as a filter, under `compile`.
package struct FilterAnnotations: Sendable {
    package var unknowns: [String]?
    /// The name of the rule that gives masks.
    package var maskRule: String?
}

/// A reference into the input in the text of a policy.
package struct InputReference: Sendable {
    /// The keys up to the first that is not constant, `input` first.
    package var path: [String]
    package var location: SourceLocation
}

extension PolicySnapshot {
    /// What is said nearest to a rule counts: at the rule, at one of its document, its package, a package above.
    package func filterAnnotations(ofRuleAt path: [String]) -> FilterAnnotations {
        var result = FilterAnnotations()
        for fields in compileFields(ofRuleAt: path) {
            if result.unknowns == nil, case .array(let texts)? = fields["unknowns"] {
                result.unknowns = texts.compactMap { if case .string(let text) = $0 { text } else { nil } }
            }
            if result.maskRule == nil, case .string(let rule)? = fields["mask_rule"] { result.maskRule = rule }
        }
        return result
    }

    private func compileFields(ofRuleAt path: [String]) -> [Value] {
        let package = Array(path.dropLast())
        let own = modules.filter { $0.package.path == package }
        let rules = own.flatMap(\.rules).filter { $0.head.name == path.last }.flatMap(\.annotations)
        let above = modules.filter { package.starts(with: $0.package.path) }.sorted { $0.package.path.count > $1.package.path.count }
        return (rules.filter { $0.scope == .rule } + rules.filter { $0.scope == .document } + own.flatMap(\.annotations).filter { $0.scope == .package }
            + above.flatMap(\.annotations).filter { $0.scope == .subpackages }).compactMap(\.compileFields)
    }

    /// Every reference into the input in a rule and in those of its package that it asks for.
    package func inputReferences(ofRuleAt path: [String]) -> [InputReference] {
        let package = Array(path.dropLast())
        let rules = Dictionary(grouping: modules.filter { $0.package.path == package }.flatMap(\.rules), by: \.head.name)
        var found: [InputReference] = []
        var waiting = path.suffix(1), seen = Set(waiting)
        while let name = waiting.popLast() {
            for expression in (rules[name] ?? []).flatMap({ [$0] + $0.elseRule }).flatMap(\.body) {
                expression.walkDeep { term in
                    if let reference = InputReference(term) { return found.append(reference) }
                    let asked: String? = switch term.kind {
                    case .variable(let name): name
                    case .call(let call): call.function.first
                    default: nil
                    }
                    if let asked, rules[asked] != nil, seen.insert(asked).inserted { waiting.append(asked) }
                }
            }
        }
        return found
    }
}

extension InputReference {
    fileprivate init?(_ term: Term) {
        guard case .ref(let ref) = term.kind, case .variable("input") = ref.head.kind else { return nil }
        let keys = ref.path.prefix { if case .string = $0.kind { true } else { false } }
        self.init(path: ["input"] + keys.compactMap { if case .string(let key) = $0.kind { key } else { nil } }, location: term.location)
    }
}
