import DataConsistency
import Foundation
import Rego
import Support
import Testing

@Suite(.ownThread) struct ReplayTests {
    private static let old = """
        package app

        default allow := false

        allow if {
        \tinput.role == "admin"
        }

        allow if {
        \tinput.role == "editor"
        \tinput.action in {"read", "write"}
        }

        limits := {"level": input.level} if input.level > 3

        """
    private static let new = old.replacing("{\"read\", \"write\"}", with: "{\"read\"}").replacing("> 3", with: "> 5")

    private static func snapshot(_ text: String) throws -> PolicySnapshot {
        try PolicySnapshot(policies: [PolicySource(file: "app.rego", text: text)])
    }

    /// A log of decisions that the old policy made, and some lines that are none.
    private static func log(_ count: Int, _ folder: TemporaryFolder) throws -> URL {
        var random = SeededRandom(seed: 5)
        let policy = try snapshot(old)
        let queries = try ["allow", "limits"].map { ($0, try policy.document(["app", $0])) }
        var text: [UInt8] = []
        for number in 0..<count {
            let role = ["admin", "editor", "guest"].randomElement(using: &random) ?? "", action = ["read", "write", "delete"].randomElement(using: &random) ?? ""
            let input = Array("{\"role\": \"\(role)\", \"action\":\"\(action)\",\"level\":\(Int.random(in: 0..<9, using: &random)),\"note\":\"é \\\" \\\\ {}[]\"}".utf8)
            let (name, query) = queries[number % 2]
            var output: [UInt8] = []
            let isDefined = try input.withUnsafeBytes { try query.decide(inputJSON: $0, appendingTo: &output) }.isDefined
            text += "{\"labels\":{\"path\":\"not this\"},\"decision_id\":\"d\(number)\",\"path\":\"app/\(name)\",\"input\":".utf8 + input
            if isDefined { text += ",\"result\": ".utf8 + output }
            text += ",\"timestamp\":\"2026-01-01T00:00:00Z\",\"metrics\":{\"x\":1}}\n".utf8
        }
        text += Array("{\"msg\":\"a line of the service\"}\nnonsense\n".utf8)
        text += Array("{\"decision_id\":\"m\",\"path\":\"app/allow\",\"input\":{},\"erased\":[\"/input/role\"],\"result\":true}\n".utf8)
        text += Array("{\"decision_id\":\"q\",\"query\":\"data.app.allow\",\"result\":[]}\n".utf8)
        let url = folder.url.appendingPathComponent("decisions.log")
        try Data(text).write(to: url)
        return url
    }

    /// What deciding one record after the other gives, by the plainest means.
    private static func oneByOne(_ url: URL, _ candidate: PolicySnapshot) throws -> [String] {
        try String(contentsOf: url, encoding: .utf8).split(separator: "\n").compactMap { line in
            guard let record = try? Value(json: Array(line.utf8)), case .string(let id)? = record["decision_id"], case .string(let path)? = record["path"], record["erased"] == nil
            else { return nil }
            let result = try candidate.document(path.split(separator: "/").map(String.init)).evaluate(input: record["input"].map { .value($0) } ?? .none)
            return result.solutions.first?.expressions.last?.value == record["result"] ? nil : id
        }
    }

    // MARK: Chance, time and other servers

    private static let lottery = """
        package lottery

        draw := {"number": rand.intn(input.label, 1000000), "ticket": uuid.rfc4122(input.label), "late": time.now_ns() > 1}

        """

    /// Decisions of `lottery` with all that they rest on, or without.
    private static func draws(_ count: Int, recording isRecorded: Bool, _ folder: TemporaryFolder) throws -> URL {
        let query = try snapshot(lottery).document(["lottery", "draw"])
        var options = EvaluationOptions()
        options.recordsNondeterminism = true
        var text: [UInt8] = []
        for number in 0..<count {
            let input = Array("{\"label\":\"<\(number)> \\\"&\\\"\"}".utf8)
            var output: [UInt8] = []
            let report = try input.withUnsafeBytes { try query.decide(inputJSON: $0, options: options, appendingTo: &output) }
            text += "{\"decision_id\":\"d\(number)\",\"path\":\"lottery/draw\",\"input\":".utf8 + input + ",\"result\":".utf8 + output
            if isRecorded, let answers = report.nondeterminism { text += ",\"nd_builtin_cache\":".utf8 + answers.json() }
            text += "}\n".utf8
        }
        let url = folder.url.appendingPathComponent("draws.log")
        try Data(text).write(to: url)
        return url
    }

    @Test func recordedAnswersAreGivenAgain() throws {
        let folder = try TemporaryFolder()
        let url = try Self.draws(50, recording: true, folder)
        let same = try DecisionReplay(Self.snapshot(Self.lottery)).run(DecisionFile(url))
        #expect(same.replayed == 50 && same.flipCount == 0 && same.omitted.isEmpty)
        let other = try DecisionReplay(Self.snapshot(Self.lottery.replacing("> 1", with: "> 2e18"))).run(DecisionFile(url))
        #expect(other.replayed == 50 && other.flipCount == 50)
    }

    @Test func whatRestsOnAnswersThatAreNotKnownIsNoFlip() throws {
        let folder = try TemporaryFolder()
        let recorded = try Self.draws(50, recording: true, folder)
        let asksAnew = try DecisionReplay(Self.snapshot(Self.lottery.replacing("1000000", with: "10"))).run(DecisionFile(recorded))
        #expect(asksAnew.replayed == 0 && asksAnew.omitted == [.unrecorded: 50])
        let unrecorded = try Self.draws(50, recording: false, folder)
        let report = try DecisionReplay(Self.snapshot(Self.lottery)).run(DecisionFile(unrecorded))
        #expect(report.replayed == 0 && report.omitted == [.unrecorded: 50])
    }

    // MARK: Flips

    @Test(arguments: [1, 2, 7])
    func flipsAreThoseOfDecidingOneByOne(_ threads: Int) throws {
        let folder = try TemporaryFolder()
        let url = try Self.log(1000, folder)
        let candidate = try Self.snapshot(Self.new)
        var options = DecisionReplay.Options()
        options.limit = .max
        options.threadCount = threads
        let report = try DecisionReplay(candidate, options: options).run(DecisionFile(url, pieceSize: 10_000))
        let expected = try Self.oneByOne(url, candidate)
        #expect(report.flips.map(\.identifier) == expected)
        #expect(report.flipCount == expected.count && expected.count > 50)
        #expect(report.replayed == 1000)
        #expect(report.omitted == [.masked: 1, .query: 1, .unreadable: 2])
        options.limit = 5
        let few = try DecisionReplay(candidate, options: options).run(DecisionFile(url, pieceSize: 10_000))
        #expect(few.flips.map(\.identifier) == Array(expected.prefix(5)) && few.flipCount == expected.count)
        #expect(few.byRule == report.byRule)
        options.path = "app/limits"
        let limited = try DecisionReplay(candidate, options: options).run(DecisionFile(url))
        #expect(limited.flips.allSatisfy { $0.path == "app/limits" } && limited.replayed == 500)
    }

    @Test func samePoliciesFlipNothing() throws {
        let folder = try TemporaryFolder()
        let report = try DecisionReplay(Self.snapshot(Self.old)).run(DecisionFile(Self.log(500, folder)))
        #expect(report.flipCount == 0 && report.replayed == 500)
    }

    @Test func aFlipNamesRulesAndLines() throws {
        let folder = try TemporaryFolder()
        let old = try Self.snapshot(Self.old)
        let report = try DecisionReplay(Self.snapshot(Self.new), baseline: { _ in old }).run(DecisionFile(Self.log(500, folder)))
        let flip = try #require(report.flips.first { $0.path == "app/allow" })
        #expect(flip.old == .result(Array("true".utf8)) && flip.new == .result(Array("false".utf8)))
        #expect(flip.oldReasons?.held.map(\.row) == [9] && flip.oldReasons?.isReproduced == true)
        #expect(flip.newReasons.held.map(\.row) == [3], "the default")
        #expect(flip.newReasons.failed.map(\.row).contains(11), "the literal that does not hold any more")
        #expect(report.rules.contains { $0.place == .init(rule: "data.app.allow", file: "app.rego", row: 9) })
    }

    /// A segment of a path that looks like an integer is an index first, as it was when the decision was made.
    @Test func indicesAreIndices() throws {
        let folder = try TemporaryFolder(files: ["log": "{\"decision_id\":\"1\",\"path\":\"p/list/1\",\"result\":\"b\"}\n{\"decision_id\":\"2\",\"path\":\"p/map/1\",\"result\":7}\n"])
        let policy = try PolicySnapshot(policies: [PolicySource(file: "p.rego", text: "package p\n\nlist := [\"a\", \"b\"]\n\nmap := {\"1\": 7}\n")])
        let report = try DecisionReplay(policy).run(DecisionFile(folder.url.appendingPathComponent("log")))
        #expect(report.replayed == 2 && report.flipCount == 0)
    }

    /// A policy that asks for the time is decided with the time of then.
    @Test func timeIsThatOfTheRecord() throws {
        let folder = try TemporaryFolder(files: ["log": "{\"decision_id\":\"1\",\"path\":\"t/day\",\"result\":\"Thursday\",\"timestamp\":\"2026-01-01T12:00:00Z\"}\n"])
        let policy = try PolicySnapshot(policies: [PolicySource(file: "t.rego", text: "package t\n\nday := time.weekday(time.now_ns())\n")])
        let report = try DecisionReplay(policy).run(DecisionFile(folder.url.appendingPathComponent("log")))
        #expect(report.replayed == 1 && report.flipCount == 0)
    }
}
