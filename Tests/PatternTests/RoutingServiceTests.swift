import Foundation
import Support
import Testing

/// What requests say they want, and where they go, in a running service.
@Suite(.serialized) struct RoutingServiceTests {
    private static let policy = """
        package app

        allow := true

        who := input.identity

        slow := count([1 | some i in numbers.range(1, input.n); some j in numbers.range(1, 100); i * j > 0])
        """

    private static func started(_ configuration: String, files: [String: String] = [:], _ arguments: [String] = [], turnsAwayLate: Bool = false) async throws -> RunningService {
        let folder = try TemporaryFolder(files: ["p.rego": policy, "c.yaml": configuration].merging(files) { _, new in new })
        // Everything is read before the folder goes.
        let policies = ["p.rego"] + files.keys.filter { $0.hasSuffix(".rego") && !$0.contains("/") }
        return try await RunningService.started(["-c", "c.yaml"] + arguments + policies, in: folder.url, turnsAwayLate: turnsAwayLate)
    }

    private static func ask(_ client: Client, _ document: String = "allow", _ headers: [String: String] = [:], input: String = "{}") async throws -> Client.Answer {
        try await client.ask("POST", "/v1/data/app/\(document)", body: Data("{\"input\": \(input)}".utf8), headers: headers)
    }

    @Test func whatIsNotUnderstoodIsNotAnswered() async throws {
        let service = try await Self.started("routing: {}\n")
        let client = service.client
        for intent in ["guess", "enforced", "enforce,audit", ""] {
            for (method, path) in [("POST", "/v1/data/app/allow"), ("GET", "/v1/data/app/allow"), ("POST", "/v0/data/app/allow"), ("POST", "/v1/batch/data/app/allow"), ("POST", "/v1/query"), ("POST", "/")] {
                let answer = try await client.ask(method, path, body: method == "POST" ? Data("{}".utf8) : nil, headers: ["Verdict-Intent": intent])
                #expect(answer.status == 400 && answer.body.contains("invalid_intent") && answer.body.contains("one of enforce, advise, audit, simulate, explain"), "\(method) \(path): \(answer)")
            }
        }
        let simulated = try await Self.ask(client, "allow", ["Verdict-Intent": "simulate"])
        #expect(simulated.status == 400 && simulated.body.contains("needs a revision"))
        #expect(try await Self.ask(client, "allow", ["Verdict-Intent": "simulate", "Verdict-Revision": "nowhere"]).body.contains("there is no revision 'nowhere'"))
        #expect(try await Self.ask(client, "allow", ["Verdict-Revision": "stable"]).status == 400)
        #expect(try await Self.ask(client, "allow", ["Verdict-Intent": "simulate", "Verdict-Revision": "stable"]).status == 200)
        for intent in ["enforce", "advise", "audit", "explain"] {
            let answer = try await Self.ask(client, "allow", ["Verdict-Intent": intent])
            #expect(answer.status == 200 && answer.headers["verdict-intent"] == intent && answer.body.contains("\"result\":true"))
            #expect(answer.body.contains("explanation") == (intent == "explain"))
        }
        #expect(try await client.ask("GET", "/metrics").body.contains("routing_refused_total"))
        #expect(await service.stop() == 0)
    }

    @Test func aTableThatIsWrongChangesNothing() async throws {
        let service = try await Self.started("routing: {routes: [{name: first}]}\n")
        let client = service.client
        for table in ["[]", "{\"routes\": [{}]}", #"{"routes": [{"name": "x", "revision": {"pinned": "nowhere"}}]}"#, #"{"routes": [{"name": "x", "pool": {"services": ["nowhere"]}}]}"#, "{\"route\": []}"] {
            let answer = try await client.ask("PUT", "/v1/routes", body: Data(table.utf8))
            #expect(answer.status == 400 && answer.body.contains("invalid_parameter"), "\(table): \(answer.body)")
        }
        #expect(try await Self.ask(client).headers["verdict-route"] == "first")
        #expect(await service.stop() == 0)
    }

    @Test func routesFollowTheConfigurationWhereItChanges() async throws {
        let folder = try TemporaryFolder(files: ["p.rego": Self.policy, "c.yaml": "routing: {routes: [{name: first}]}\n"])
        let service = try await RunningService.started(["-c", "c.yaml", "p.rego"], in: folder.url), client = service.client
        func configure(_ routing: String) throws {
            try folder.write("c.yaml", "routing: \(routing)\n")
            service.hangUp()
        }
        try configure("{routes: [{name: second}]}")
        #expect(try await service.waitForLog("Configuration reloaded"))
        #expect(try await Self.ask(client).headers["verdict-route"] == "second")
        #expect(try await client.ask("PUT", "/v1/routes", body: Data(#"{"routes": [{"name": "third"}]}"#.utf8)).status == 204)
        try configure("{routes: [{name: second}]}")
        #expect(try await service.waitForLog("Configuration reloaded", count: 2))
        #expect(try await Self.ask(client).headers["verdict-route"] == "third", "what a client put there stays while the configuration says the same")
        try configure("{routes: [{name: wrong, shadow: nowhere}]}")
        #expect(try await service.waitForLog("there is no revision 'nowhere'"))
        #expect(try await Self.ask(client).headers["verdict-route"] == "third")
        #expect(await service.stop() == 0)
    }

    /// Tables are exchanged under load; every answer is one of a table as a whole, and none fails.
    @Test func tablesAreReplacedWhole() async throws {
        let service = try await Self.started("routing: {routes: [{name: a, intents: [enforce], maximum_age_seconds: 5}]}\n")
        let client = service.client, isOver = Shared(false)
        let seen = try await withThrowingTaskGroup(of: Set<String>.self) { group in
            for _ in 0..<3 {
                group.addTask {
                    var seen: Set<String> = []
                    while !isOver.withLock({ $0 }) {
                        let answer = try await Self.ask(client)
                        #expect(answer.status == 200)
                        seen.insert(answer.headers["verdict-route"] ?? "none")
                    }
                    return seen
                }
            }
            for number in 0..<40 {
                let table = number % 2 == 0 ? #"{"routes": [{"name": "b"}]}"# : #"{"routes": [{"name": "c", "intents": ["audit"]}, {"name": "a", "maximum_age_seconds": 5}]}"#
                #expect(try await client.ask("PUT", "/v1/routes", body: Data(table.utf8)).status == 204)
            }
            isOver.withLock { $0 = true }
            return try await group.reduce(into: Set<String>()) { $0.formUnion($1) }
        }
        #expect(seen.isSubset(of: ["a", "b"]) && seen.contains("a"), "\(seen)")
        #expect(try await client.ask("GET", "/v1/routes").body.contains("\"version\":41"))
        #expect(await service.stop() == 0)
    }

    @Test func anAnswerIsGivenAgainUntilItIsTooOldOrThePoliciesChange() async throws {
        let service = try await Self.started("routing: {routes: [{name: kept, maximum_age_seconds: 60}]}\n", files: ["data.rego": "package app\n\nnumber := data.number\n"])
        let client = service.client
        #expect(try await client.ask("PUT", "/v1/data/number", body: Data("1".utf8)).status == 204)
        let first = try await Self.ask(client, "number"), second = try await Self.ask(client, "number")
        #expect(first.body == "{\"result\":1}\n" && first.headers["age"] == nil)
        #expect(second.body == first.body && second.headers["age"] != nil)
        #expect(try await Self.ask(client, "number", input: "{\"x\": 1}").headers["age"] == nil)
        #expect(try await client.ask("PUT", "/v1/data/number", body: Data("2".utf8)).status == 204)
        #expect(try await Self.ask(client, "number").body == "{\"result\":2}\n")
        #expect(await service.stop() == 0)
    }

    @Test func aPolicyDerivesTheIntent() async throws {
        let intent = "package system\n\nintent := \"audit\" if input.path[0] == \"reports\"\n\nintent := \"nonsense\" if input.path[0] == \"odd\"\n\nintent := \"advise\" if {\n\tinput.path[1] == \"allow\"\n\tnot input.requested\n}\n"
        let configuration = "routing: {usual_intents: [{path: app/who, intent: explain}], routes: [{name: large, match: {minimum_bytes: 100}, budget: {steps: 1000}}]}\n"
        let service = try await Self.started(configuration, files: ["intent.rego": intent, "reports.rego": "package reports\n\nx := 1\n", "odd.rego": "package odd\n\nx := 1\n"])
        let client = service.client
        #expect(try await client.ask("POST", "/v1/data/reports/x", body: Data("{}".utf8)).headers["verdict-intent"] == "audit")
        #expect(try await Self.ask(client).headers["verdict-intent"] == "advise")
        #expect(try await Self.ask(client, "allow", ["Verdict-Intent": "enforce"]).headers["verdict-intent"] == "enforce")
        #expect(try await Self.ask(client, "who").headers["verdict-intent"] == "explain")
        let odd = try await client.ask("POST", "/v1/data/odd/x", body: Data("{}".utf8))
        #expect(odd.status == 500 && odd.body.contains("data.system.intent"))
        // A route's budget ends a decision that is within the service's own.
        #expect(try await Self.ask(client, "slow", input: "{\"n\": 1000}").status == 200)
        #expect(try await Self.ask(client, "slow", input: "{\"n\": 1000, \"pad\": \"\(String(repeating: "x", count: 100))\"}").body.contains("eval_cancel_error"))
        #expect(await service.stop() == 0)
    }

    @Test func decisionsGoToOtherInstances() async throws {
        let one = try await Self.started("{}\n", files: ["name.rego": "package app\n\nname := \"one\"\n"])
        let two = try await Self.started("{}\n", files: ["name.rego": "package app\n\nname := \"two\"\n"])
        let configuration = """
            services:
              one: {url: 'http://\(one.address)', breaker: {minimum_calls: 2, open_seconds: 60}}
              two: {url: 'http://\(two.address)', breaker: {minimum_calls: 2, open_seconds: 60}}
            routing:
              key: [header.X-User]
              routes:
                - {name: nearest, match: {headers: {X-Route: nearest}}, pool: {services: [one, two], otherwise: local}}
                - {name: hash, match: {headers: {X-Route: hash}}, pool: {services: [one, two], by: hash}}
            """
        let front = try await Self.started(configuration, files: ["name.rego": "package app\n\nname := \"front\"\n"])
        func name(_ route: String, _ user: Int = 0) async throws -> String {
            let answer = try await Self.ask(front.client, "name", ["X-Route": route, "X-User": "\(user)"])
            return answer.status == 200 ? answer.body.split(separator: "\"").dropFirst(2).first.map { _ in String(answer.body.split(separator: "\"")[3]) } ?? "" : "\(answer.status)"
        }
        #expect(try await name("none") == "front")
        #expect(try await name("nearest") == "one")
        var owners: [Int: String] = [:]
        for user in 0..<20 { owners[user] = try await name("hash", user) }
        #expect(Set(owners.values) == ["one", "two"])
        for user in 0..<20 { #expect(try await name("hash", user) == owners[user]) }
        // What was forwarded is not forwarded again.
        #expect(try await Self.ask(front.client, "name", ["X-Route": "nearest", "Verdict-Forwarded": "1"]).body == "{\"result\":\"front\"}\n")
        #expect(await one.stop() == 0)
        for user in 0..<20 { #expect(try await name("hash", user) == "two") }
        #expect(try await name("nearest") == "two")
        #expect(await two.stop() == 0)
        #expect(try await name("nearest") == "front")
        #expect(try await name("hash") == "503")
        #expect(try await front.client.ask("GET", "/metrics").body.contains("routing_forwarded_total{service=\"one\",outcome=\"answered\"}"))
        #expect(await front.stop() == 0)
    }

    /// Twenty clients audit what takes long; who enforces is answered, and waits for none of them.
    @Test func auditsDoNotHoldUpWhoEnforces() async throws {
        let service = try await Self.started("routing: {}\n", turnsAwayLate: true)
        let client = service.client, isOver = Shared(false), answered = Shared(0), turnedAway = Shared(0)
        func p99(_ count: Int) async throws -> Duration {
            var durations: [Duration] = []
            for _ in 0..<count {
                let start = ContinuousClock.now
                #expect(try await Self.ask(client).status == 200)
                durations.append(.now - start)
            }
            durations.sort()
            return durations[count * 99 / 100]
        }
        let quiet = try await p99(100)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<20 {
                let own = client.apart
                group.addTask {
                    while !isOver.withLock({ $0 }) {
                        let answer = try await Self.ask(own, "slow", ["Verdict-Intent": "audit"], input: "{\"n\": 200}")
                        // Turned away or answered, but never left hanging.
                        #expect(answer.status == 200 || answer.status == 503)
                        (answer.status == 200 ? answered : turnedAway).withLock { $0 += 1 }
                    }
                }
            }
            try await Waiting.until { answered.withLock { $0 } + turnedAway.withLock { $0 } > 0 }
            let before = answered.withLock { $0 }, busy = try await p99(100), meanwhile = answered.withLock { $0 } - before
            isOver.withLock { $0 = true }
            try await group.waitForAll()
            // Behind all that waited, each would have seen twenty audits answered before it.
            #expect(meanwhile < 100 * 10, "\(meanwhile)")
            Measurement.note(
                "p99 of enforce without and with 20 clients that audit",
                "\(quiet), \(busy); audits answered \(answered.withLock { $0 }), \(meanwhile) of them meanwhile, turned away \(turnedAway.withLock { $0 })")
        }
        #expect(await service.stop() == 0)
    }
}
