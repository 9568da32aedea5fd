import Foundation
import Support
import Testing

@testable import Fuzzing
@testable import Rego

/// Policies, a decision, and what is said of it, as data in `Cases/Explanations`.
struct ExplanationCase: Decodable, CustomTestStringConvertible {
    var note: String
    var policies: [String: String]
    var data: JSON?
    var input: JSON?
    var decision: String
    /// Masked places of the input, with slashes.
    var masked: [String]?
    /// The outcome, then the rules, `+` where one holds, each with its conditions and their values, and the nearest change.
    var explanation: [String]

    var testDescription: String { note }

    func explain() throws -> Explanation {
        let sources = policies.map { PolicySource(file: $0.key, text: $0.value) }
        let snapshot = try PolicySnapshot(policies: sources, data: data.map { .json(try JSONEncoder().encode($0).bytes) } ?? .empty)
        let mask = masked.map { MaskedInput(document: nil, places: $0.map { $0.split(separator: "/").map(String.init) }) }
        return try snapshot.explain(decision, input: try input.map { try Value(json: JSONEncoder().encode($0).bytes) }, mask: mask)
    }
}

extension Data {
    fileprivate var bytes: [UInt8] { Array(self) }
}

extension Explanation {
    /// As the cases have it.
    fileprivate var lines: [String] {
        [outcome.rawValue + (value.map { ": " + $0.text } ?? "")] + reasons.flatMap { $0.lines(indent: "") } + [nearest.line]
    }
}

extension Explanation.Reason {
    fileprivate func lines(indent: String) -> [String] {
        [indent + (holds ? "+ " : "- ") + rule] + conditions.flatMap { condition in
            let values = condition.values.map { value in
                var parts = value.values.map(\.text)
                if value.others > 0 { parts.append("\(value.others) more") }
                if value.isUndefined { parts.append("undefined") }
                if value.isMasked { parts.append("masked") }
                return "\(value.text) = \(parts.joined(separator: " | "))"
            }
            let text = condition.text.replacing("\n", with: " ").replacing("\t", with: "")
            let place = "\(condition.location.file):\(condition.location.row):\(condition.location.column)"
            return ["\(indent)  \(place) \(text)\(values.isEmpty ? "" : " {\(values.joined(separator: "; "))}")"] + condition.reasons.flatMap { $0.lines(indent: indent + "  ") }
        }
    }
}

extension Explanation.NearestChange {
    fileprivate var line: String {
        switch self {
        case .notFound(let tried): return "nearest: none\(tried == 0 ? "" : " of the tried")"
        case .found(let changes, let value):
            let texts = changes.map { $0.isMasked ? "\($0.reference) masked" : "\($0.reference): \($0.before?.text ?? "none") to \($0.after?.text ?? "none")" }
            return "nearest: \(texts.joined(separator: "; ")) gives \(value?.text ?? "undefined")"
        }
    }
}

extension Value {
    fileprivate var text: String { String(decoding: json(escapesHTML: false), as: UTF8.self) }
}

@Suite(.ownThread) struct ExplanationTests {
    static let cases = Result { try CaseFiles.load(ExplanationCase.self, beside: #filePath, folder: "Cases/Explanations") }

    @Test func casesAreThere() throws { #expect(try Self.cases.get().count >= 50) }

    @Test(arguments: (try? cases.get()) ?? [])
    func explanation(_ item: ExplanationCase) throws {
        let lines = try item.explain().lines
        #expect(lines == item.explanation)
    }

    @Test(arguments: ["data.p.allow == true", "input.x", "data", "not data.p.allow", "data.p[x]", "1 +"])
    func whatIsNoDecisionIsRefused(_ text: String) throws {
        let snapshot = try PolicySnapshot(policies: [PolicySource(file: "p.rego", text: "package p\n\nallow if input.x")])
        #expect { try snapshot.explain(text) } throws: { ($0 as? ExplanationError)?.code == .invalidDecision }
        #expect { try snapshot.explain("data.p") } throws: { ($0 as? ExplanationError)?.message == "no rule defines data.p; below it there is data.p.allow" }
    }

    /// An explanation of a decision that is endless ends with its steps.
    @Test func stepsHaveAnEnd() throws {
        let snapshot = try PolicySnapshot(policies: [PolicySource(file: "p.rego", text: "package p\n\nallow if {\n\tsome i in numbers.range(1, 3000)\n\tsome j in numbers.range(1, 3000)\n\ti + j == input.x\n}")])
        var options = EvaluationOptions()
        options.stepBudget = 10_000
        #expect { try snapshot.explain("data.p.allow", options: options) } throws: { ($0 as? EvaluationError)?.code == .cancel }
    }
}

/// Of inputs made at random for the policies of this repository: whatever change is named turns the decision over.
@Suite(.ownThread) struct NearestChangeTests {
    struct Subject: CustomTestStringConvertible {
        var policy: String
        var decision: String
        var inputs: [String]
        var testDescription: String { decision }
    }

    static let subjects = [
        Subject(policy: "rbac", decision: "data.rbac.allow", inputs: ["rbac-update-document"]),
        Subject(policy: "rbac", decision: "data.rbac.reasons", inputs: ["rbac-update-document"]),
        Subject(policy: "api", decision: "data.api.allow", inputs: ["api-cancel-order", "api-read-order"]),
        Subject(policy: "network", decision: "data.network.allow", inputs: ["network-blocked-source"]),
        Subject(policy: "tenants", decision: "data.tenants.allow", inputs: ["tenants-member"]),
        Subject(policy: "kubernetes", decision: "data.kubernetes.allow", inputs: ["kubernetes-privileged-pod"]),
    ]

    @Test(arguments: subjects)
    func changesTurnTheDecisionOver(_ subject: Subject) throws {
        func contents(_ path: String) throws -> [UInt8] { Array(try Data(contentsOf: Command.repository.appendingPathComponent(path))) }
        let policy = PolicySource(file: "policy.rego", text: String(decoding: try contents("policies/\(subject.policy)/policy.rego"), as: UTF8.self))
        let data = Value.makeObject([(.string(subject.policy), try Value(json: contents("policies/\(subject.policy)/data.json")))])
        let snapshot = try PolicySnapshot(policies: [policy], data: .value(data))
        let query = try snapshot.prepare(subject.decision)
        let inputs = try subject.inputs.map { try Value(json: contents("examples/inputs/\($0).json")) }
        var random = SeededGenerator(state: 7), options = EvaluationOptions(), found = 0
        options.now = 1_700_000_000_000_000_000
        var limits = ExplanationLimits()
        (limits.decisions, limits.queries) = (120, 120)
        for round in 0..<8 {
            let input = round == 0 ? inputs[0] : Self.disturbed(inputs[round % inputs.count], &random)
            let explanation = try snapshot.explain(subject.decision, input: input, limits: limits, options: options)
            guard case .found(let changes, let value) = explanation.nearest else { continue }
            found += 1
            let decided = try Self.decided(query, input, changes, options)
            #expect(decided == value)
            #expect(explanation.outcome.isTurnedOver(from: explanation.value, to: decided), "\(changes)")
        }
        #expect(found >= 2)
    }

    /// Policies of any kind are explained, or the decision itself has an error.
    @Test(arguments: 0..<10)
    func anyPolicyIsExplained(_ seed: UInt64) throws {
        let cases = try DifferentialCases(seed: seed)
        let item = cases[0].item
        let policies = item.modules.enumerated().map { PolicySource(file: "\($0.offset).rego", text: $0.element) }, input = item.input ?? [:]
        guard let snapshot = try? PolicySnapshot(policies: policies, data: .value(item.data)) else { return }
        var limits = ExplanationLimits(), options = EvaluationOptions()
        (limits.decisions, limits.queries) = (20, 30)
        options.now = 1_700_000_000_000_000_000
        options.seed = 0
        for name in snapshot.decisionTrees(at: ["t"]).filter({ $0.kind != "function" }).map(\.reference) {
            let query = try snapshot.prepare(name)
            guard (try? query.evaluate(input: .value(input), options: options)) != nil else { continue }
            let explanation = try snapshot.explain(name, input: input, limits: limits, options: options)
            guard case .found(let changes, let value) = explanation.nearest else { continue }
            #expect(try Self.decided(query, input, changes, options) == value, "\(item.modules.joined(separator: "\n"))\n\(name): \(changes)")
        }
    }

    /// The decision about a changed input.
    private static func decided(_ query: PreparedQuery, _ input: Value, _ changes: [InputChange], _ options: EvaluationOptions) throws -> Value? {
        var changed = ChangedInput(input)
        for change in changes { changed = try #require(changed.setting(change.path, to: change.after, isMasked: false)) }
        return try query.evaluate(input: changed.document.map { .value($0) } ?? .none, options: options).solutions.first?.expressions.first?.value
    }

    /// With some fields gone and some values others.
    private static func disturbed(_ value: Value, _ random: inout SeededGenerator) -> Value {
        switch value {
        case .object(let entries):
            return .makeObject(entries.compactMap { entry in Int.random(in: 0..<12, using: &random) == 0 ? nil : (entry.key, disturbed(entry.value, &random)) })
        case .array(let elements): return .array(elements.compactMap { Int.random(in: 0..<8, using: &random) == 0 ? nil : disturbed($0, &random) })
        default:
            guard Int.random(in: 0..<6, using: &random) == 0 else { return value }
            return [.string("x"), .number(Number(3)), .boolean(true), .boolean(false), .null].randomElement(using: &random) ?? .null
        }
    }

    private struct SeededGenerator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 29)
        }
    }
}
