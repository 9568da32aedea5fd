import Foundation
import NetworkAccess
import Rego

/// One case in OPA's conformance format: policies, data, input and query, and what must come out.
package struct ConformanceCase: Sendable, CustomStringConvertible {
    private let fields: Value
    package init(_ fields: Value) { self.fields = fields }

    /// All cases of a folder's JSON files.
    package static func load(directory: String) throws -> [ConformanceCase] {
        try FileManager.default.contentsOfDirectory(atPath: directory).filter { $0.hasSuffix(".json") }.sorted().flatMap { file in
            guard let data = FileManager.default.contents(atPath: "\(directory)/\(file)"), case .array(let cases) = try Value(json: Array(data)) else { return [ConformanceCase]() }
            return cases.map { ConformanceCase($0) }
        }
    }

    package var description: String { note }

    package var note: String { text("note") ?? "?" }

    /// The case with each of its modules changed.
    package func withModules(_ change: (String) throws -> String) rethrows -> ConformanceCase {
        guard case .object(let entries) = fields, case .array(let modules)? = fields["modules"] else { return self }
        let changed = try modules.map { module in if case .string(let text) = module { Value.string(try change(text)) } else { module } }
        return ConformanceCase(.makeObject(entries.map { ($0.key, $0.key == .string("modules") ? .array(changed) : $0.value) }))
    }

    private func text(_ name: String) -> String? {
        if case .string(let text)? = fields[name] { text } else { nil }
    }

    private var isStrict: Bool { fields["strict_error"] == .boolean(true) }

    /// What is wrong, or nil where the case passes.
    ///
    /// - Parameter compiler: what policies are compiled with.
    package func problem(compiler: CompilerOptions = .init()) -> String? {
        let wanted = fields["want_result"], wantedCode = text("want_error_code"), wantedError = text("want_error")
        do {
            let solutions = try solutions(compiler: compiler)
            if wantedCode != nil || wantedError != nil { return "wanted error \(wantedCode ?? "") \(wantedError ?? ""), got \(describe(solutions))" }
            guard case .array(let expected)? = wanted else { return solutions.isEmpty ? nil : "wanted nothing, got \(describe(solutions))" }
            let want = expected.map(Self.plain), got = solutions.map { Self.plain(.makeObject($0.bindings.map { (.string($0.name), $0.value) })) }
            // The order of solutions means nothing; where a case says so, neither does the order of a binding's elements (a set in JSON).
            let sorts = fields["sort_bindings"] == .boolean(true)
            if want.map({ sorts ? Self.sorted($0) : $0 }).sorted() == got.map({ sorts ? Self.sorted($0) : $0 }).sorted() { return nil }
            return "wanted \(Value.array(want).regoText)\n  got    \(Value.array(got).regoText)"
        } catch let error as DiagnosticList {
            return compare(error.diagnostics.map { ($0.code.rawValue, $0.description) }, wantedCode, wantedError)
        } catch let error as EvaluationError {
            return compare([(error.code.rawValue, error.description)], wantedCode, wantedError)
        } catch {
            return "unexpected \(error)"
        }
    }

    private func compare(_ got: [(code: String, message: String)], _ code: String?, _ message: String?) -> String? {
        let shown = got.map(\.message).joined(separator: "; ")
        if code == nil && message == nil { return "got error \(shown)" }
        if let code, !got.contains(where: { $0.code == code }) { return "wanted code \(code), got \(shown)" }
        if let message, !message.isEmpty, !shown.contains(message) { return "wanted message \(message), got \(shown)" }
        return nil
    }

    /// What is wrong with what is left after the query was evaluated without what is unknown; cases that want an error are passed over.
    package func problem(unknowns: [String]) -> String? {
        guard fields["want_error_code"] == nil, fields["want_error"] == nil, case .array(let expected)? = fields["want_result"] else { return nil }
        do {
            let want = Set(expected.map { Self.sorted(Self.plain($0)) })
            var names: Set<Value> = []
            for case .object(let entries) in want { names.formUnion(entries.map(\.key)) }
            let got = Set(try solutions(unknowns: unknowns).map { solution in
                Self.sorted(Self.plain(.makeObject(solution.bindings.map { (.string($0.name), $0.value) }.filter { names.contains($0.0) })))
            })
            return want == got ? nil : "wanted \(Value.array(want.sorted()).regoText)\n  got    \(Value.array(got.sorted()).regoText)"
        } catch let error as DiagnosticList {
            return error.diagnostics.map(\.description).joined(separator: "; ")
        } catch {
            return "\(error)"
        }
    }

    /// With `unknowns` the query is evaluated without these first, and then what is left of it with them.
    private func solutions(unknowns: [String]? = nil, compiler: CompilerOptions = .init()) throws -> [QueryResult.Solution] {
        var policies: [PolicySource] = []
        if case .array(let modules)? = fields["modules"] {
            for (number, module) in modules.enumerated() {
                if case .string(let text) = module { policies.append(PolicySource(file: "test-\(number).rego", text: text)) }
            }
        }
        var compilerOptions = compiler
        compilerOptions.capabilities = EngineCapabilities(builtins: BuiltinRegistry(BuiltinRegistry.standard.builtins + Builtin.testing))
        let snapshot = try PolicySnapshot(policies: policies, data: fields["data"].map { DataSource.value($0) } ?? .empty, options: compilerOptions)
        var input = fields["input"].map { InputSource.value($0) } ?? .none
        if let term = text("input_term") {
            let empty = try PolicySnapshot(policies: [])
            let result = try empty.prepare("x = \(term)").evaluate()
            if let value = result.solutions.first?.bindings.first?.value { input = .value(value) }
        }
        var options = EvaluationOptions()
        options.strictBuiltinErrors = isStrict
        options.network = ProcessNetwork()
        guard let unknowns else { return try snapshot.prepare(text("query") ?? "").evaluate(input: input, options: options).solutions }
        var partial = PartialEvaluationOptions()
        partial.unknowns = unknowns
        partial.evaluation = options
        let rest = try snapshot.partiallyEvaluate(text("query") ?? "", input: input, options: partial)
        let support = rest.supportTexts.enumerated().map { PolicySource(file: "support-\($0.offset).rego", text: $0.element) }
        let whole = try PolicySnapshot(policies: policies + support, data: fields["data"].map { DataSource.value($0) } ?? .empty, options: compilerOptions)
        return try rest.queryTexts.flatMap { try whole.prepare($0.isEmpty ? "true" : $0).evaluate(input: input, options: options).solutions }
    }

    private func describe(_ solutions: [QueryResult.Solution]) -> String {
        "[" + solutions.map { "{" + $0.bindings.map { "\($0.name): \($0.value.regoText)" }.joined(separator: ", ") + "}" }.joined(separator: ", ") + "]"
    }

    private static func sorted(_ value: Value) -> Value {
        switch value {
        case .array(let elements): .array(elements.map(sorted).sorted())
        case .object(let entries): .makeObject(entries.map { ($0.key, sorted($0.value)) })
        default: value
        }
    }

    /// As JSON has it: sets as arrays, keys as text.
    private static func plain(_ value: Value) -> Value {
        switch value {
        case .array(let elements), .set(let elements): .array(elements.map(plain))
        case .object(let entries):
            .makeObject(entries.map { entry in
                if case .string = entry.key { return (entry.key, plain(entry.value)) }
                return (.string(String(decoding: entry.key.json(escapesHTML: false), as: UTF8.self)), plain(entry.value))
            })
        default: value
        }
    }
}
