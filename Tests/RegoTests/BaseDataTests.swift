import Rego
import Support
import Testing

/// Base data as writes leave it, compared with the same operations on plain values.
@Suite(.ownThread) struct BaseDataTests {
    /// A small generator, so that a failure can be repeated.
    private struct Generator: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 29)
        }
    }

    private static let policy = PolicySource(file: "p.rego", text: """
        package app

        names := [name | some name, _ in data.users]

        role := data.users[input].role

        first if data.mode == "on"

        """)

    /// From 8,192 entries on objects are patched, and copied after 2,048 changes.
    @Test(arguments: [(0, 40), (5, 40), (9, 40), (300, 40), (5000, 40), (8200, 64)])
    func writesAgreeWithPlainValues(_ size: Int, _ rounds: Int) throws {
        var generator = Generator(state: UInt64(size) + 7)
        var users: [String: Int] = [:]
        for number in 0..<size { users["u\(number * 2)"] = number }
        var snapshot = try PolicySnapshot(policies: [Self.policy], data: .value(Self.document(users)))
        let whole = try snapshot.prepare("data.users"), names = try snapshot.prepare("data.app.names"), role = try snapshot.prepare("data.app.role")
        let oldUsers = users, old = snapshot
        for round in 0..<rounds {
            var operations: [DataOperation] = []
            for _ in 0..<Int.random(in: 1...100, using: &generator) where operations.count < 100 {
                let name = "u\(Int.random(in: 0..<(size * 2 + 4), using: &generator))", number = Int.random(in: 0..<1000, using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0 where users[name] != nil:
                    operations.append(DataOperation(.remove, at: ["users", name]))
                    users[name] = nil
                case 1 where users[name] != nil:
                    operations.append(DataOperation(.replace, at: ["users", name, "role"], .json(Array("\(number)".utf8))))
                    users[name] = number
                default:
                    operations.append(DataOperation(.put, at: ["users", name, "role"], .value(.number(Number(number)))))
                    users[name] = number
                }
            }
            snapshot = try snapshot.applying(operations)
            let asked = try #require(role.moved(to: snapshot))
            for name in ["u0", "u1", "u7", "u\(size)"] {
                #expect(try Self.value(asked, .value(.string(name))) == users[name].map { .number(Number($0)) })
            }
            // Most versions are never looked at as a whole.
            guard size < 8192 || round % 8 == 7 else { continue }
            #expect(try Self.value(#require(whole.moved(to: snapshot))) == Self.document(users)["users"])
            #expect(try Self.value(#require(names.moved(to: snapshot))) == .array(users.keys.sorted().map { .string($0) }))
        }
        #expect(try Self.value(try old.prepare("data.users")) == Self.document(oldUsers)["users"])
    }

    /// Many threads need all of a patched version at once, while others make the next versions.
    @Test func aPatchedObjectIsPutTogetherOnce() async throws {
        let users = Dictionary(uniqueKeysWithValues: (0..<9000).map { ("u\($0)", $0) })
        let first = try PolicySnapshot(policies: [Self.policy], data: .value(Self.document(users)))
        var snapshot = first
        for round in 0..<8 {
            snapshot = try snapshot.applying([DataOperation(.put, at: ["users", "new\(round)"], .value(["role": 1])), DataOperation(.remove, at: ["users", "u\(round)"])])
            let names = try snapshot.prepare("count(data.app.names)"), next = snapshot
            try await withThrowingTaskGroup(of: Value?.self) { group in
                for _ in 0..<4 { group.addTask { try Self.value(names) } }
                group.addTask { try Self.value(next.applying([DataOperation(.put, at: ["users", "other"], .value(1))]).prepare("count(data.users)")) }
                let counts = try await group.reduce(into: []) { $0.append($1) }
                #expect(counts.filter { $0 == 9000 }.count == 4 && counts.filter { $0 == 9001 }.count == 1)
            }
        }
        #expect(try Self.value(first.prepare("count(data.users)")) == 9000)
    }

    private static func document(_ users: [String: Int]) -> Value {
        ["users": .makeObject(users.map { (.string($0.key), ["role": .number(Number($0.value))]) })]
    }

    private static func value(_ query: PreparedQuery, _ input: InputSource = .none) throws -> Value? {
        try query.evaluate(input: input).solutions.first?.expressions.first?.value
    }

    @Test func whatTheDecisionTreeTestsIsLinkedAnew() throws {
        let snapshot = try PolicySnapshot(policies: [Self.policy])
        let first = try snapshot.prepare("data.app.first")
        #expect(try Self.value(first) == nil)
        let on = try snapshot.applying([DataOperation(.put, at: ["mode"], .value("on"))])
        #expect(try Self.value(#require(first.moved(to: on))) == true)
        let off = try on.applying([DataOperation(.replace, at: ["mode"], .value("off"))])
        #expect(try Self.value(#require(first.moved(to: off))) == nil)
        #expect(try Self.value(#require(first.moved(to: on))) == true)
    }

    @Test func aQueryStaysWithItsPolicies() throws {
        let query = try PolicySnapshot(policies: [Self.policy]).prepare("data.app.first")
        #expect(query.moved(to: try PolicySnapshot(policies: [Self.policy])) == nil)
    }

    @Test func aSnapshotTakesOverTheDataOfAnother() throws {
        let written = try PolicySnapshot(policies: [Self.policy]).applying([DataOperation(.put, at: ["mode"], .value("on"))])
        let other = try PolicySnapshot(policies: [Self.policy], data: .snapshot(written))
        #expect(try Self.value(other.prepare("data.app.first")) == true)
    }
}
