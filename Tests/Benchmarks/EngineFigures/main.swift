import Foundation
import Rego

// Figures of the engine beside the time of a decision; each line says what it did and how long that took.
//
//     swift build -c release --product engine-figures && .build/release/engine-figures

let clock = ContinuousClock()

func measured<Result>(_ work: () throws -> Result) rethrows -> (seconds: Double, result: Result) {
    let start = clock.now
    let result = try work()
    return ((clock.now - start) / .seconds(1), result)
}

/// Bytes of memory that are in use by the process.
func residentBytes() -> Int {
    let fields = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ") ?? []
    return fields.count > 1 ? (Int(fields[1]) ?? 0) * 4096 : 0
}

func line(_ what: String, _ figure: String) { print("\(what): \(figure)") }

func rounded(_ value: Double, _ digits: Int = 2) -> String { String(format: "%.\(digits)f", value) }

/// The least of several runs.
func microseconds(of query: PreparedQuery, _ input: [UInt8], count: Int = 2000) throws -> Double {
    var output: [UInt8] = [], best = Double.infinity
    for _ in 0..<5 {
        let (seconds, _) = try measured {
            for _ in 0..<count {
                output.removeAll(keepingCapacity: true)
                _ = try input.withUnsafeBytes { try query.decide(inputJSON: $0, appendingTo: &output) }
            }
        }
        best = min(best, seconds / Double(count) * 1e6)
    }
    return best
}

// MARK: Compiling

func compiling() throws {
    let rules = (0..<10_000).map { """
        allow if {
        \tinput.user == "user\($0)"
        \tinput.action in {"read", "write"}
        \tstartswith(input.path, "/p\($0 % 97)/")
        \tdata.roles[input.user][_] == "r\($0 % 13)"
        }
        """ }
    let text = "package big\n\n" + rules.joined(separator: "\n\n")
    line("compile 10,000 rules of one name", rounded(try measured { try PolicySnapshot(policies: [PolicySource(file: "a.rego", text: text)]).prepare("data.big.allow") }.seconds) + " s")
    let names = (0..<10_000).map { """
        rule_\($0) := x if {
        \tx := input.n + \($0)
        \tinput.kind == "k\($0 % 50)"
        \tcount(input.items) > \($0 % 7)
        }
        """ }
    let many = "package many\n\n" + names.joined(separator: "\n\n")
    line("compile 10,000 rules of as many names", rounded(try measured { try PolicySnapshot(policies: [PolicySource(file: "b.rego", text: many)]).prepare("data.many.rule_7") }.seconds) + " s")
}

// MARK: Data

func person(_ number: Int) -> String {
    """
    {"id": \(number), "name": "user-\(number)", "email": "user\(number)@example.com", "age": \(number % 90), "score": \(number % 1000).\(number % 7), \
    "active": \(number % 2 == 0), "roles": ["admin", "dev", "qa"], "address": {"street": "\(number % 999) Main Street", "city": "Berlin", "zip": "\(10_000 + number % 90_000)"}, \
    "note": "Some text é with \\"quotes\\" and more words to read"}
    """
}

func reading() throws {
    var text = Array("{\"users\": {".utf8)
    var number = 0
    while text.count < 100_000_000 {
        text += "\(number == 0 ? "" : ",")\"u\(number)\": \(person(number))".utf8
        number += 1
    }
    text += "}}".utf8
    let before = residentBytes()
    let (seconds, snapshot) = try measured { try PolicySnapshot(policies: [], data: .json(text)) }
    line("read \(text.count / 1_000_000) MB of data", "\(rounded(seconds)) s, \(rounded(Double(text.count) / 1e6 / seconds, 0)) MB/s, \(rounded(Double(residentBytes() - before) / Double(text.count))) times its size in memory")
    withExtendedLifetime(snapshot) {}
}

func writing() throws {
    let entries = (0..<1_000_000).map { "\"u\($0)\": {\"role\": \($0 % 7)}" }
    let text = Array(("{\"users\": {" + entries.joined(separator: ",") + "}}").utf8)
    let policy = PolicySource(file: "p.rego", text: "package app\n\nrole := data.users[input].role\n")
    var snapshot = try PolicySnapshot(policies: [policy], data: .json(text))
    var role = try snapshot.prepare("data.app.role")
    var output: [UInt8] = []
    var samples: [Double] = []
    for number in 0..<5000 {
        let (seconds, _) = try measured {
            snapshot = try snapshot.applying([DataOperation(.replace, at: ["users", "u\(number * 199 % 1_000_000)", "role"], .json(Array("\(number)".utf8)))])
            guard let moved = role.moved(to: snapshot) else { throw CocoaError(.featureUnsupported) }
            role = moved
        }
        samples.append(seconds * 1e6)
    }
    samples.sort()
    output.removeAll()
    _ = try Array("\"u199\"".utf8).withUnsafeBytes { try role.decide(inputJSON: $0, appendingTo: &output) }
    line("replace one of 1,000,000 entries", "median \(rounded(samples[2500], 1)) µs, 99 of 100 within \(rounded(samples[4950], 1)) µs (reads back \(String(decoding: output, as: UTF8.self)))")
}

// MARK: Shape

func routes(_ count: Int) throws -> Double {
    let rules = (0..<count).map { "allow if {\n\tinput.method == \"\(["GET", "POST", "PUT"][$0 % 3])\"\n\tinput.path == [\"v1\", \"r\($0)\"]\n\t\"role\($0 % 40)\" in input.roles\n}" }
    let snapshot = try PolicySnapshot(policies: [PolicySource(file: "r.rego", text: "package routes\n\ndefault allow := false\n\n" + rules.joined(separator: "\n\n"))])
    let chosen = count * 7 / 9
    let input = Array("{\"method\": \"\(["GET", "POST", "PUT"][chosen % 3])\", \"path\": [\"v1\", \"r\(chosen)\"], \"roles\": [\"x\", \"role\(chosen % 40)\"]}".utf8)
    return try microseconds(of: snapshot.prepare("data.routes.allow"), input, count: 20_000)
}

func flatness() throws {
    let times = try [100, 1000, 10_000].map(routes)
    line("routes of 100, 1,000, 10,000 rules", times.map { rounded($0) }.joined(separator: ", ") + " µs, \(rounded((times.max() ?? 0) / (times.min() ?? 1))) times apart")
}

/// Decisions a second of some threads together.
func throughput(_ query: PreparedQuery, _ input: [UInt8], threads: Int) -> Double {
    let count = 1_000_000
    let (seconds, _) = measured {
        DispatchQueue.concurrentPerform(iterations: threads) { _ in
            var output: [UInt8] = []
            for _ in 0..<count {
                output.removeAll(keepingCapacity: true)
                _ = try? input.withUnsafeBytes { try query.decide(inputJSON: $0, appendingTo: &output) }
            }
        }
    }
    return Double(count * threads) / seconds
}

func scaling() throws {
    let policy = """
        package rbac

        allow if {
        \tsome role in data.users[input.user]
        \tsome grant in data.grants[role]
        \tgrant == {"action": input.action, "type": input.type}
        }
        """
    let data = #"{"users": {"ada": ["dev", "ops"]}, "grants": {"dev": [{"action": "read", "type": "a"}, {"action": "read", "type": "b"}], "ops": [{"action": "write", "type": "c"}]}}"#
    let query = try PolicySnapshot(policies: [PolicySource(file: "p.rego", text: policy)], data: .json(Array(data.utf8))).prepare("data.rbac.allow")
    let input = Array(#"{"user": "ada", "action": "write", "type": "c"}"#.utf8)
    _ = throughput(query, input, threads: 1)
    let one = (0..<3).map { _ in throughput(query, input, threads: 1) }.max() ?? 0, two = (0..<3).map { _ in throughput(query, input, threads: 2) }.max() ?? 0
    line("two threads beside one", "\(rounded(two / one)) times as many decisions (\(Int(one)) a second on one)")
}

let figures: [(String, () throws -> Void)] = [("compiling", compiling), ("reading", reading), ("writing", writing), ("flatness", flatness), ("scaling", scaling)]
for (name, figure) in figures where CommandLine.arguments.count == 1 || CommandLine.arguments.contains(name) { try figure() }
