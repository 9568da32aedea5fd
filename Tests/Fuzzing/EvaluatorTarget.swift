import Foundation
import Rego

/// A generated policy, its query and what another engine answered: one line of JSON.
package struct EvaluatorCase: Sendable {
    package var module: String
    package var data: Value
    package var input: Value
    /// What OPA answered, where the case keeps it.
    package var expected: Value?
    package static let query = "data.t = x"

    init(module: String, data: Value, input: Value) {
        self.module = module
        self.data = data
        self.input = input
    }

    /// Reads a case as it was written; nil where the text is none.
    package init?(_ text: [UInt8]) {
        guard let fields = try? Value(json: text), case .array(let modules)? = fields["modules"], case .string(let module)? = modules.first else { return nil }
        self.init(module: module, data: fields["data"] ?? [:], input: fields["input"] ?? [:])
        expected = fields["expected"]
    }

    package var line: [UInt8] {
        let fields: Value = ["modules": [.string(module)], "data": data, "input": input, "query": .string(Self.query)]
        return fields.json(escapesHTML: false)
    }

    /// `{"result": […]}` or `{"error": "…"}`, as the other engine writes it.
    package func answer(strict: Bool = true) -> Value {
        do {
            let snapshot = try PolicySnapshot(policies: [PolicySource(file: "m0.rego", text: module)], data: .value(data))
            var options = EvaluationOptions()
            options.strictBuiltinErrors = strict
            let result = try snapshot.prepare(Self.query).evaluate(input: .value(input), options: options)
            return ["result": .array(result.solutions.map { solution in .makeObject(solution.bindings.map { (.string($0.name), $0.value) }) })]
        } catch let list as DiagnosticList {
            return ["error": .string(list.diagnostics.map(\.description).joined(separator: "; "))]
        } catch {
            return ["error": .string("\(error)")]
        }
    }
}

/// Generated policies, evaluated here and by another engine: equal results, or errors of the same kind.
package struct EvaluatorTarget: FuzzTarget {
    package static let name = "evaluator"
    package static let vocabulary: [String] = []
    private let oracle: Oracle

    /// - Parameter command: reads a case a line and answers each with a line, such as `{"result": [{"x": 1}]}` or `{"error": "text"}`.
    package init(oracle command: [String]) throws { oracle = try Oracle(command: command) }

    package mutating func next(after corpus: [[UInt8]], _ random: inout SeededRandom) -> [UInt8] {
        var generator = PolicyGenerator(random: SeededRandom(seed: random.next()))
        let module = generator.module()
        guard let data = try? Value(json: Array(PolicyGenerator.data.utf8)), let input = try? Value(json: Array(generator.input().utf8)) else { return [] }
        return EvaluatorCase(module: module, data: data, input: input).line
    }

    package mutating func problem(with input: [UInt8]) -> String? {
        guard let item = EvaluatorCase(input) else { return "not a case" }
        guard let theirs = oracle.ask(input) else { return "the other engine ended" }
        return Self.problem(with: item, expected: theirs)
    }

    /// How this engine's answer to a case differs from the expected one, or nil.
    package static func problem(with item: EvaluatorCase, expected: Value) -> String? {
        let ours = item.answer()
        guard let difference = difference(ours, expected) else { return nil }
        // OPA's rule index leaves out bodies whose references into the input are undefined, and with them the conflicts they would meet.
        if expected["result"] != nil, case .string(let text)? = ours["error"], errorKind(text) == "eval_conflict_error" { return nil }
        // Which of several failing built-ins is reached first, or at all, depends on how an engine orders rules and literals.
        guard isBuiltinError(ours) || isBuiltinError(expected) else { return difference }
        return expected["result"] == nil ? nil : Self.difference(item.answer(strict: false), expected)
    }

    private static func isBuiltinError(_ answer: Value) -> Bool {
        guard case .string(let text)? = answer["error"], let kind = errorKind(text) else { return false }
        return kind == "eval_type_error" || kind == "eval_builtin_error"
    }

    /// What differs, or nil. Of errors only the kind counts.
    package static func difference(_ ours: Value, _ theirs: Value) -> String? {
        if let expected = theirs["result"], let got = ours["result"] {
            return plain(got) == plain(expected) ? nil : "wanted \(expected.regoText)\n   got \(plain(got).regoText)"
        }
        if case .string(let expected)? = theirs["error"], case .string(let got)? = ours["error"] {
            guard let kind = errorKind(expected) else { return nil }
            return got.contains(kind) ? nil : "wanted \(expected)\n   got \(got)"
        }
        return "wanted \(theirs.regoText)\n   got \(ours.regoText)"
    }

    private static func errorKind(_ text: String) -> String? {
        text.split { !($0.isLetter || $0 == "_") }.map(String.init).first { ($0.hasPrefix("rego_") || $0.hasPrefix("eval_")) && $0.hasSuffix("_error") && $0 != "eval_error" }
    }

    /// As JSON has it: sets as arrays, keys as text; fractions as doubles, which is what other engines' bindings may make of them.
    private static func plain(_ value: Value) -> Value { rounded((try? Value(json: value.json())) ?? value) }

    private static func rounded(_ value: Value) -> Value {
        switch value {
        case .number(let number): number.integer == nil ? .number(Number(literal: "\(Double(number.text) ?? 0)") ?? number) : value
        case .array(let elements): .array(elements.map(rounded))
        case .object(let entries): .makeObject(entries.map { ($0.key, rounded($0.value)) })
        default: value
        }
    }
}

/// Another engine in a process of its own, asked line by line.
private final class Oracle {
    private let process = Process()
    private let questions = Pipe()
    private let answers = Pipe()
    private var waiting: [UInt8] = []

    init(command: [String]) throws {
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = command
        process.standardInput = questions
        process.standardOutput = answers
        try process.run()
    }

    deinit { process.terminate() }

    /// Nil where the process has ended or says nothing sensible.
    func ask(_ line: [UInt8]) -> Value? {
        questions.fileHandleForWriting.write(Data(line + [UInt8(ascii: "\n")]))
        while true {
            if let end = waiting.firstIndex(of: UInt8(ascii: "\n")) {
                let answer = Array(waiting[..<end])
                waiting.removeSubrange(...end)
                return try? Value(json: answer)
            }
            let more = answers.fileHandleForReading.availableData
            if more.isEmpty { return nil }
            waiting += more
        }
    }
}
