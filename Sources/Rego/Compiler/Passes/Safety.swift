import Synchronization

/// Orders the literals of flat bodies so that each variable is bound before it is needed, and finds those that nothing binds.
///
/// As in OPA, literals keep their order where that is safe, and others move behind the first that make them so.
struct Safety {
    let outputs: OutputVariables
    let localNames: [String: String]
    var rows = RuleRows()

    /// Literals and the variables that nothing binds for them.
    private typealias Unsafe = [(expression: Expression, names: Set<String>)]

    // MARK: Heads

    /// Variables of a head that are neither arguments nor in the body, each where it stands last.
    func headProblems(_ rule: CompiledRule) -> [Diagnostic] {
        ([rule] + rule.elseBranches).flatMap { branch in
            let known = branch.body.variables(.safety).union(Self.argumentVariables(branch))
            var places: [String: SourceLocation] = [:]
            for term in [branch.key, branch.value].compactMap(\.self) + branch.dynamicPath { Self.locate(term, &places) }
            let missing = places.filter { !known.contains($0.key) }.map { (name: localNames[$0.key] ?? $0.key, location: $0.value) }
            return missing.filter { !LocalNames.isGenerated($0.name) }.sorted { $0.name < $1.name }
                .map { Diagnostic(.unsafeVariable, "var \(Self.shown($0.name)) is unsafe\(rows.suffix(for: branch))", at: $0.location) }
        }
    }

    /// Notes where each variable stands; objects are walked in the order of their keys.
    private static func locate(_ term: Term, _ places: inout [String: SourceLocation]) {
        switch term.kind {
        case .variable(let name): if VariableCollection.isVariable(name) { places[name] = term.location }
        case .array(let terms), .set(let terms): for term in terms { locate(term, &places) }
        case .object(let entries):
            for entry in entries.sorted(by: { $0.key.description < $1.key.description }) {
                locate(entry.key, &places)
                locate(entry.value, &places)
            }
        case .templateString(let template): for case .term(let term) in template.parts { locate(term, &places) }
        default: break
        }
    }

    static func argumentVariables(_ rule: CompiledRule) -> Set<String> {
        rule.arguments?.reduce(into: []) { $0.formUnion($1.variables()) } ?? []
    }

    private static func shown(_ name: String) -> String { name.hasPrefix("$") ? "_" : name }

    // MARK: Bodies

    func rule(_ rule: CompiledRule) -> (rule: CompiledRule, diagnostics: [Diagnostic]) {
        var result = rule
        let (body, problems) = ordered(rule.body, bound: Self.argumentVariables(rule))
        result.body = body
        var diagnostics = problems
        let suffix = problems.isEmpty ? "" : rows.suffix(for: rule)
        for position in diagnostics.indices where diagnostics[position].message.hasPrefix("var ") { diagnostics[position].message += suffix }
        for position in rule.elseBranches.indices {
            let (branch, found) = self.rule(rule.elseBranches[position])
            result.elseBranches[position] = branch
            diagnostics += found
        }
        return (result, diagnostics)
    }

    func ordered(_ body: Body, bound: Set<String>) -> (body: Body, diagnostics: [Diagnostic]) {
        let (ordered, unsafe) = order(body, bound)
        return (ordered, problems(unsafe))
    }

    private func order(_ body: Body, _ globals: Set<String>) -> (Body, Unsafe) {
        let bodyVariables = body.variables(.safety)
        var safe = bodyVariables.intersection(globals)
        var missing = body.map { $0.variables(.safety).subtracting(safe) }
        let captured = body.map { $0.hasClosure ? $0.closureVariables.intersection(bodyVariables).subtracting(globals) : [] }
        var waiting = Array(body.indices)
        var ordered: Body = []
        var hasProgress = true
        while hasProgress {
            hasProgress = false
            for position in waiting {
                let given = outputs.of(body[position], safe: safe)
                if !captured[position].isEmpty {
                    // A closure that uses just what its own literal binds waits for another to bind it.
                    if captured[position] == given { continue }
                    missing[position] = captured[position]
                }
                missing[position].subtract(given)
                missing[position].subtract(safe)
                guard missing[position].isEmpty else { continue }
                ordered.append(body[position])
                safe.formUnion(given)
                waiting.removeAll { $0 == position }
                hasProgress = true
            }
        }
        // What is equal to a template string is known as soon as its variables are; those are what is missing.
        let derived = waiting.filter { body[$0].hasTemplateString }.reduce(into: Set<String>()) { $0.formUnion(outputs.of(body[$1], safe: safe)) }
        var unsafe: Unsafe = waiting.map { (body[$0], missing[$0].subtracting(derived)) }.filter { !$0.1.isEmpty }
        closures(of: &ordered, globals, &unsafe)
        return (unsafe.isEmpty ? ordered : body, unsafe)
    }

    // MARK: Closures

    /// Orders the bodies inside literals; each sees the variables of the literals before it.
    private func closures(of body: inout Body, _ globals: Set<String>, _ unsafe: inout Unsafe) {
        guard body.contains(where: \.hasClosure) else { return }
        var known = globals
        for position in body.indices {
            if position > 0 { known.formUnion(body[position - 1].variables(.safety)) }
            let literal = body[position]
            if case .every(var every) = literal.kind {
                known.formUnion(every.value.variables().union(every.key?.variables() ?? []))
                every.body = closure([], every.body, literal, known, &unsafe)
                body[position].kind = .every(every)
            } else {
                body[position] = literal.mapTerms({ term($0, literal, known, &unsafe) }, body: { $0 })
            }
        }
    }

    private func term(_ term: Term, _ literal: Expression, _ known: Set<String>, _ unsafe: inout Unsafe) -> Term {
        term.mapParts({ self.term($0, literal, known, &unsafe) }, bodies: { body, heads in (closure(heads, body, literal, known, &unsafe), heads) })
    }

    private func closure(_ heads: [Term], _ body: Body, _ literal: Expression, _ known: Set<String>, _ unsafe: inout Unsafe) -> Body {
        let inner = body.variables(.safety).union(known)
        let missing = heads.reduce(into: Set<String>()) { $0.formUnion($1.variables()) }.subtracting(inner)
        if !missing.isEmpty { unsafe.append((literal, missing)) }
        let (ordered, found) = order(body, known)
        unsafe += found
        return ordered
    }

    // MARK: Errors

    /// One error for each variable, at the first literal that needs it; for locals made by the compiler, one for the literal.
    private func problems(_ unsafe: Unsafe) -> [Diagnostic] {
        var places: [String: SourceLocation] = [:]
        for (expression, names) in unsafe {
            for name in names where places[name].map({ expression.location.isBefore($0) }) ?? true { places[name] = expression.location }
        }
        let named = places.map { (name: localNames[$0] ?? $0, location: $1) }.filter { !LocalNames.isGenerated($0.name) }
            .sorted { $0.location == $1.location ? $0.name < $1.name : $0.location.isBefore($1.location) }
        if !named.isEmpty {
            return named.map { Diagnostic(.unsafeVariable, "var \(Self.shown($0.name)) is unsafe\(Self.hint($0.name))", at: $0.location) }
        }
        var seen: Set<String> = []
        return unsafe.sorted { $0.expression.location.isBefore($1.expression.location) }.filter { entry in
            let before = seen.count
            seen.formUnion(entry.names.filter(LocalNames.isGenerated))
            return seen.count > before
        }.map { Diagnostic(.unsafeVariable, "expression is unsafe", at: $0.expression.location) }
    }

    private static func hint(_ name: String) -> String {
        let keywords = Token.Keyword.future.map(\.rawValue) + ["and", "not", "or"]
        return keywords.contains(name) ? " (hint: `import future.keywords.\(name)` to import a future keyword)" : ""
    }
}

/// Rules that begin on one line: their errors say which of them they are in.
final class RuleRows: Sendable {
    private struct Row: Hashable {
        let module: Int
        let row: Int
    }

    private let rules: [CompiledRule]
    private let modules: [Module]
    /// Made for the first error.
    private let names = Mutex<[Row: Set<String>]?>(nil)

    init(_ rules: [CompiledRule] = [], _ modules: [Module] = []) {
        self.rules = rules
        self.modules = modules
    }

    private func namesByRow() -> [Row: Set<String>] {
        names.withLock { known in
            if let known { return known }
            var names: [Row: Set<String>] = [:]
            for rule in rules {
                for branch in [rule] + rule.elseBranches {
                    names[Row(module: branch.moduleIndex, row: branch.location.row), default: []].insert(Self.name(of: branch, modules[branch.moduleIndex]))
                }
            }
            known = names
            return names
        }
    }

    private static func name(of rule: CompiledRule, _ module: Module) -> String {
        let path = Array(rule.path.dropFirst(module.package.path.count))
        return RuleConflicts.text(Array(path.dropFirst()), root: path.first)
    }

    func suffix(for rule: CompiledRule) -> String {
        guard modules.indices.contains(rule.moduleIndex), let others = namesByRow()[Row(module: rule.moduleIndex, row: rule.location.row)], others.count > 1 else { return "" }
        return " in rule \(Self.name(of: rule, modules[rule.moduleIndex]))"
    }
}

extension Expression {
    fileprivate var hasTemplateString: Bool {
        var found = false
        for term in terms {
            term.walk({ part in
                if case .templateString = part.kind { found = true }
                return !found
            }, closure: { _, _ in })
        }
        return found
    }
}

extension SourceLocation {
    /// Earlier in the text, or in a file whose name comes earlier.
    func isBefore(_ other: SourceLocation) -> Bool {
        if fileName != other.fileName { return Value.order(file, other.file) < 0 }
        return (row, column) < (other.row, other.column)
    }
}
