/// Annotations by what they say something about.
struct AnnotationSet {
    private var ofPackage: [[String]: Annotations] = [:]
    /// Of documents and of packages with everything below them, by their paths.
    private var ofPath: [[String]: (annotations: Annotations, path: [String])] = [:]
    /// Errors: two blocks about one thing.
    private(set) var diagnostics: [Diagnostic] = []

    init(_ modules: [Module]) {
        for module in modules {
            for annotations in module.annotations { add(annotations, module) }
        }
    }

    private mutating func add(_ annotations: Annotations, _ module: Module) {
        let package = module.package.path
        switch annotations.scope {
        case .rule: break
        case .package:
            if let earlier = ofPackage[package] { report(annotations, earlier) } else { ofPackage[package] = annotations }
        case .document:
            guard let rule = module.rules.first(where: { $0.location.row == annotations.targetRow }) else { break }
            insert(annotations, at: package + [rule.head.name] + rule.head.constantNames)
        case .subpackages: insert(annotations, at: package)
        }
    }

    private mutating func insert(_ annotations: Annotations, at path: [String]) {
        if let earlier = ofPath[path] { report(annotations, earlier.annotations) } else { ofPath[path] = (annotations, path) }
    }

    private mutating func report(_ annotations: Annotations, _ earlier: Annotations) {
        let place = "\(earlier.location.file):\(earlier.location.row)"
        diagnostics.append(Diagnostic(.type, "\(annotations.scope.rawValue) annotation redeclared: \(place)", at: annotations.location))
    }

    /// From a rule outwards: its own annotations, those of its document, of its package, and of the packages around it.
    func chain(of rule: CompiledRule, own: [Annotations], package: [String]) -> Value {
        var links = own.reversed().map { link(rule.path, $0) }
        if links.isEmpty { links = [link(rule.path, nil)] }
        if let document = ofPath[rule.path] { links.append(link(document.path, document.annotations)) }
        if let annotations = ofPackage[package] { links.append(link(package, annotations)) }
        for count in stride(from: package.count, to: 0, by: -1) {
            if let around = ofPath[Array(package.prefix(count))] { links.append(link(around.path, around.annotations)) }
        }
        return .array(links)
    }

    private func link(_ path: [String], _ annotations: Annotations?) -> Value {
        var pairs: [(Value, Value)] = [(.string("path"), .array(path.map { .string($0) }))]
        if let annotations { pairs.append((.string("annotations"), annotations.fields)) }
        return .makeObject(pairs)
    }
}

extension Head {
    /// The strings that follow the name before anything else does.
    fileprivate var constantNames: [String] {
        path.map { if case .string(let name) = $0.kind { name } else { nil } }.prefix { $0 != nil }.compactMap(\.self)
    }
}

/// Replaces calls of `rego.metadata.rule` and `rego.metadata.chain` by what the annotations say.
enum MetadataRewriting {
    static func rewrite(_ policies: inout CompiledPolicies, _ used: UsedSyntax) throws(DiagnosticList) {
        let annotations = AnnotationSet(policies.modules)
        if !annotations.diagnostics.isEmpty { throw DiagnosticList(annotations.diagnostics) }
        guard used.contains(.metadata) else { return }
        for position in policies.rules.indices {
            let rule = policies.rules[position]
            guard ([rule] + rule.elseBranches).contains(where: uses) else { continue }
            let module = policies.modules[rule.moduleIndex]
            let own = module.rules.first { $0.location == rule.location }?.annotations ?? []
            policies.rules[position] = rewritten(rule, own, annotations, module.package.path)
        }
    }

    private static func rewritten(_ rule: CompiledRule, _ own: [Annotations], _ annotations: AnnotationSet, _ package: [String]) -> CompiledRule {
        var result = rule
        if uses(rule) {
            let rules = own.filter { $0.scope == .rule }
            let chain = annotations.chain(of: rule, own: rules, package: package)
            let replacements = ["rego.metadata.chain": chain, "rego.metadata.rule": rules.last?.fields ?? .object([])].mapValues { Term(literal: $0) }
            result.body = replacing(rule.body, replacements)
            result.key = rule.key.map { replacing($0, replacements) }
            result.value = rule.value.map { replacing($0, replacements) }
            result.dynamicPath = rule.dynamicPath.map { replacing($0, replacements) }
        }
        result.elseBranches = rule.elseBranches.map { rewritten($0, [], annotations, package) }
        return result
    }

    private static func uses(_ rule: CompiledRule) -> Bool {
        var found = false
        func visit(_ term: Term) {
            if case .call(let call) = term.kind, call.name.hasPrefix("rego.metadata.") { found = true }
        }
        for expression in rule.body { expression.walkDeep(visit) }
        for term in rule.dynamicPath + [rule.key, rule.value].compactMap(\.self) { term.walkDeep(visit) }
        return found
    }

    private static func replacing(_ body: Body, _ replacements: [String: Term]) -> Body {
        body.map { $0.mapTerms({ replacing($0, replacements) }, body: { replacing($0, replacements) }) }
    }

    private static func replacing(_ term: Term, _ replacements: [String: Term]) -> Term {
        if case .call(let call) = term.kind, call.arguments.isEmpty, let replacement = replacements[call.name] {
            return Term(replacement.kind, at: term.location)
        }
        return term.mapParts({ replacing($0, replacements) }, bodies: { body, heads in (replacing(body, replacements), heads.map { replacing($0, replacements) }) })
    }
}

extension Term {
    /// The literal for a value.
    init(literal value: Value) {
        switch value {
        case .null: self.init(.null)
        case .boolean(let boolean): self.init(.boolean(boolean))
        case .number(let number): self.init(.number(number.text))
        case .string(let text): self.init(.string(text))
        case .array(let elements): self.init(.array(elements.map { Term(literal: $0) }))
        case .set(let members): self.init(.set(members.map { Term(literal: $0) }))
        case .object(let entries): self.init(.object(entries.map { ObjectEntry(key: Term(literal: $0.key), value: Term(literal: $0.value)) }))
        }
    }
}
