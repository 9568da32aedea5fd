import Rego

/// Policies, data and input that are evaluated here and by another engine.
package struct DifferentialCase: Sendable {
    package var modules: [String]
    package var data: Value
    /// None where nil.
    package var input: Value?
    /// Only one built-in is called, so that which error comes first is settled.
    package var isSingleCall = false

    /// Everything the package gives, as text: nothing is lost on the way through JSON, neither sets nor digits.
    package static let query = "text = sprintf(\"%v\", [data.t])"

    package init(modules: [String], data: Value, input: Value?, isSingleCall: Bool) {
        self.modules = modules
        self.data = Self.passedOn(data)
        self.input = input.map(Self.passedOn)
        self.isSingleCall = isSingleCall
    }

    /// The value with the digits that are left of its numbers where JSON is read and written with doubles, as a program around an engine may.
    private static func passedOn(_ value: Value) -> Value {
        switch value {
        case .number(let number):
            guard number.text.contains(where: { ".eE".contains($0) }) else { return value }
            return .number(number.double.isFinite ? Number(literal: "\(number.double)") ?? Number(0) : Number(0))
        case .array(let elements): return .array(elements.map(passedOn))
        case .set(let members): return .makeSet(members.map(passedOn))
        case .object(let entries): return .makeObject(entries.map { ($0.key, passedOn($0.value)) })
        default: return value
        }
    }

    /// The case as a line of JSON.
    package var line: [UInt8] { Value.makeObject(fields).json(escapesHTML: false) }

    private var fields: [(Value, Value)] {
        var fields: [(Value, Value)] = [("modules", .array(modules.map { .string($0) })), ("data", data), ("query", .string(Self.query))]
        if let input { fields.append(("input", input)) }
        return fields
    }

    /// The case in OPA's conformance format, with the answer that is right.
    func conformanceCase(note: String, wanted: Answer) -> Value {
        var all = fields + [("note", .string(note)), ("strict_error", true)]
        switch wanted {
        case .result(let solutions): all.append(("want_result", solutions))
        case .error(let codes, let text):
            all.append(("want_error_code", .string(codes.sorted().first ?? text)))
        }
        return .makeObject(all)
    }

    /// What this engine gives.
    package func answer(strict: Bool = true) -> Answer {
        do {
            let policies = modules.enumerated().map { PolicySource(file: "m\($0.offset).rego", text: $0.element) }
            let snapshot = try PolicySnapshot(policies: policies, data: .value(data))
            var options = EvaluationOptions()
            options.strictBuiltinErrors = strict
            options.stepBudget = 20_000_000
            let result = try snapshot.prepare(Self.query).evaluate(input: input.map { .value($0) } ?? .none, options: options)
            return .result(.array(result.solutions.map { solution in .makeObject(solution.bindings.map { (.string($0.name), $0.value) }) }))
        } catch let list as DiagnosticList {
            return .error(codes: Set(list.diagnostics.map(\.code.rawValue)), text: list.diagnostics.map(\.description).joined(separator: "; "))
        } catch let error as EvaluationError {
            return .error(codes: [error.code.rawValue], text: "\(error)")
        } catch {
            return .error(codes: [], text: "\(error)")
        }
    }
}

/// What an engine says to a case.
package enum Answer: Sendable {
    case result(Value)
    /// Codes such as `rego_type_error` and `eval_conflict_error`, and the whole text.
    case error(codes: Set<String>, text: String)

    /// Reads `{"result": […]}` or `{"error": "text"}`; nil for anything else.
    package init?(_ document: Value) {
        if let result = document["result"] {
            self = .result(result)
        } else if case .string(let text)? = document["error"] {
            let words = text.split { !($0.isLetter || $0 == "_") }.map(String.init)
            let codes = words.filter { ($0.hasPrefix("rego_") || $0.hasPrefix("eval_")) && $0.hasSuffix("_error") && $0 != "eval_error" }
            // After the code of an error of evaluation come texts of the policy.
            self = .error(codes: text.hasPrefix("prepare_error") || codes.isEmpty ? Set(codes) : [codes[0]], text: text)
        } else {
            return nil
        }
    }

    var isBuiltinError: Bool {
        if case .error(let codes, _) = self { codes == ["eval_type_error"] || codes == ["eval_builtin_error"] } else { false }
    }

    var isConflict: Bool { if case .error(let codes, _) = self { codes == ["eval_conflict_error"] } else { false } }

    /// The text of everything the package gives.
    var resultText: String? {
        guard case .result(.array(let list)) = self, case .string(let text)? = list.first?["text"] else { return nil }
        return text
    }

    var errorText: String? { if case .error(_, let text) = self { text } else { nil } }

    package var description: String {
        switch self {
        case .result(let solutions): solutions.regoText
        case .error(let codes, let text): "\(codes.sorted().joined(separator: ", ")): \(text)"
        }
    }
}
