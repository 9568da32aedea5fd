import Foundation
import Rego

/// Operands for every built-in: those of the test cases and of `Operands.json`, and values made for the types that a built-in declares.
///
/// A built-in that is new has operands by its types alone; a case that is added to `Tests/RegoTests/Cases/Builtins` is drawn on from then on.
struct OperandLibrary: Sendable {
    /// Built-ins whose results are the same each time, but for deprecated ones, which Rego v1 refuses; in the order of their names.
    let builtins: [Builtin]
    /// Lists of operands that belong together, by built-in.
    private var tuples: [String: [[Value]]] = [:]
    /// Those of them that give a value.
    private var accepted: [String: [[Value]]] = [:]
    /// Values by the name of the parameter and its type: what is a pattern here is one there.
    private var parameters: [String: [Value]] = [:]
    /// Built-ins that could take very long or much memory with other operands than those listed.
    private var bounded: Set<String> = []

    init() throws {
        builtins = BuiltinRegistry.standard.builtins.filter(Self.isComparable).sorted { $0.name < $1.name }
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        for folder in ["Builtins", "Arithmetic"] { try readCases(tests.appendingPathComponent("RegoTests/Cases/\(folder)")) }
        try readOperands(URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Operands.json"))
        for builtin in builtins {
            for tuple in tuples[builtin.name] ?? [] {
                for (parameter, value) in zip(builtin.parameters, tuple) { parameters[Self.key(parameter), default: []].append(value) }
            }
            accepted[builtin.name] = (tuples[builtin.name] ?? []).filter { Self.gives(builtin, $0) }
        }
    }

    private static func isComparable(_ builtin: Builtin) -> Bool {
        !builtin.isNondeterministic && !builtin.isDeprecated && !builtin.isVoid && !builtin.isRelation && !builtin.traits.contains(.compilerInternal)
    }

    /// Operands for a call on its own: right ones, nearly right ones, and others.
    func operands(for builtin: Builtin, _ random: inout SeededRandom) -> [Value] {
        let known = tuples[builtin.name] ?? []
        if bounded.contains(builtin.name), let operands = known.randomElement(using: &random) { return operands }
        var operands = Int.random(in: 0..<3, using: &random) > 0 ? known.randomElement(using: &random) : nil
        if operands == nil { operands = builtin.parameters.map { value(for: $0, &random) } }
        guard var operands, !operands.isEmpty, Bool.random(using: &random) else { return operands ?? [] }
        let position = operands.indices.randomElement(using: &random) ?? 0
        operands[position] = Bool.random(using: &random) ? value(for: builtin.parameters[position], &random) : ValueMaker.changed(operands[position], &random)
        return operands
    }

    /// Operands with which a built-in gives a value and which have its types; nil where none are known.
    func acceptedOperands(for builtin: Builtin, _ random: inout SeededRandom) -> [Value]? {
        accepted[builtin.name]?.randomElement(using: &random).flatMap { tuple in
            zip(builtin.parameters, tuple).allSatisfy { ValueMaker.fits($1, $0.type) } ? tuple : nil
        }
    }

    func isBounded(_ builtin: Builtin) -> Bool { bounded.contains(builtin.name) }

    private func value(for parameter: Builtin.Parameter, _ random: inout SeededRandom) -> Value {
        if let known = parameters[Self.key(parameter)]?.randomElement(using: &random), Int.random(in: 0..<2, using: &random) == 0 { return known }
        return ValueMaker.value(of: parameter.type, &random)
    }

    private static func key(_ parameter: Builtin.Parameter) -> String { "\(parameter.name) \(parameter.type)" }

    private static func gives(_ builtin: Builtin, _ operands: [Value]) -> Bool {
        let call = "x := \(builtin.name)(\(operands.map(\.sourceText).joined(separator: ", ")))"
        guard let result = try? PolicySnapshot(policies: []).prepare(call).evaluate() else { return false }
        return !result.solutions.isEmpty
    }

    // MARK: Files

    struct Problem: Error, CustomStringConvertible {
        let description: String
    }

    /// `{"bounded": ["name", …], "operands": {"name": [["term", …], …]}}`: operands are Rego's terms.
    private mutating func readOperands(_ file: URL) throws {
        let document = try Value(json: Array(try Data(contentsOf: file)))
        if case .array(let names)? = document["bounded"] { for case .string(let name) in names { bounded.insert(name) } }
        guard case .object(let entries)? = document["operands"] else { return }
        for entry in entries {
            guard case .string(let name) = entry.key, case .array(let lists) = entry.value else { continue }
            for case .array(let terms) in lists {
                let values = terms.compactMap { term -> Value? in
                    guard case .string(let text) = term, case .term(let parsed)? = Parser.parseQuery(text).body?.first?.kind else { return nil }
                    return parsed.constant
                }
                guard values.count == terms.count, values.count == BuiltinRegistry.standard[name]?.arity else {
                    throw Problem(description: "Operands.json: \(name) needs constants, one for each operand, not \(terms.map(\.regoText))")
                }
                tuples[name, default: []].append(values)
            }
        }
    }

    private mutating func readCases(_ folder: URL) throws {
        for file in try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() where file.hasSuffix(".json") {
            guard case .array(let cases) = try Value(json: Array(try Data(contentsOf: folder.appendingPathComponent(file)))) else { continue }
            for item in cases {
                guard case .array(let modules)? = item["modules"] else { continue }
                for case .string(let text) in modules { readCalls(text) }
            }
        }
    }

    /// Finds calls of built-ins with constant operands, those which a variable holds and which pass a function `opaque` included.
    private mutating func readCalls(_ text: String) {
        guard let module = Parser.parse(PolicySource(file: "", text: text)).module else { return }
        var constants: [String: Value] = [:], found: [Call] = []
        for rule in module.rules {
            for expression in rule.body {
                expression.walkDeep { term in
                    guard case .call(let call) = term.kind else { return }
                    if call.function == ["assign"], case .variable(let name) = call.arguments[0].kind { constants[name] = Self.hidden(call.arguments[1]) }
                    found.append(call)
                }
            }
        }
        for call in found {
            let operands = call.arguments.compactMap { argument -> Value? in
                if case .variable(let name) = argument.kind { constants[name] } else { argument.constant }
            }
            let name = call.function.joined(separator: ".")
            guard let builtin = BuiltinRegistry.standard[name], Self.isComparable(builtin), operands.count == builtin.arity else { continue }
            tuples[name, default: []].append(operands)
        }
    }

    /// The constant in `opaque(constant)`, or the constant itself.
    private static func hidden(_ term: Term) -> Value? {
        guard case .call(let call) = term.kind, call.function == ["opaque"] else { return term.constant }
        return call.arguments.first?.constant
    }
}
