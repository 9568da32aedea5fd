import DecisionService
import Foundation
import Logging
import Rego
import Support
import Testing

/// What the service does when something goes wrong around it.
@Suite struct FaultTests {
    static let policy = "package app\n\nallow if input.user == \"ada\"\n"
    static let request = Data(#"{"input": {"user": "ada"}}"#.utf8)

    @Test func aBrokenVersionIsRefusedAndTheOldOneGoesOn() async throws {
        let folder = try TemporaryFolder(files: ["p.rego": Self.policy])
        let service = try await RunningService.started(["--watch", "."], in: folder.url)
        let client = service.client
        #expect(try await client.ask("POST", "/v1/data/app/allow", body: Self.request).body == "{\"result\":true}\n")
        try folder.write("p.rego", "package app\n\nallow if user == 1\n")
        #expect(try await service.waitForLog("rego_unsafe_var_error"))
        #expect(try await client.ask("POST", "/v1/data/app/allow", body: Self.request).body == "{\"result\":true}\n")
        // Half a file, as a copy under way leaves it.
        try folder.write("p.rego", "package app\n\nallow if {")
        #expect(try await service.waitForLog("rego_parse_error"))
        try folder.write("p.rego", Self.policy)
        try folder.write("data.json", "{\"a\": ")
        #expect(try await service.waitForLog("data is not valid JSON"))
        #expect(try await client.ask("POST", "/v1/data/app/allow", body: Self.request).body == "{\"result\":true}\n")
        try folder.write("data.json", "{\"a\": 1}")
        try folder.write("p.rego", "package app\n\nallow if data.a == 1\n")
        #expect(try await service.waitForLog("Policies reloaded."))
        #expect(try await client.ask("POST", "/v1/data/app", body: Self.request).body == "{\"result\":{\"allow\":true}}\n")
        #expect(await service.stop() == 0)
    }

    @Test func aChangeBeforeTheFilesAreWatchedIsSeen() async throws {
        let folder = try TemporaryFolder(files: ["p.rego": Self.policy])
        let stamps = FileStamps(of: [folder.url.path])
        let store = try PolicyStore(PolicyStore.Contents(policies: [], data: .empty))
        try folder.write("p.rego", "package app\n")
        let watcher = PolicyWatcher(paths: [folder.url.path], since: stamps, store: store, logger: Logger(label: "test")) {
            PolicyStore.Contents(policies: [PolicySource(file: "p.rego", text: "package app\n")], data: .empty)
        }
        let watching = Task { try await watcher.run() }
        try await Waiting.until { store.contents.policies.count == 1 }
        watching.cancel()
    }

    @Test func reloadingDropsNoRequest() async throws {
        let folder = try TemporaryFolder(files: ["p.rego": Self.policy])
        let service = try await RunningService.started(["--watch", "."], in: folder.url)
        let client = service.client
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    var good = 0
                    for _ in 0..<150 {
                        let answer = try await client.ask("POST", "/v1/data/app/allow", body: Self.request)
                        if answer.status == 200, answer.body == "{\"result\":true}\n" { good += 1 }
                        try await Task.sleep(for: .milliseconds(5))
                    }
                    return good
                }
            }
            for version in 1...3 {
                try folder.write("p.rego", Self.policy + "\nversion := \(version)\n")
                #expect(try await service.waitForLog("Policies reloaded.", count: version))
            }
            var good = 0
            for try await count in group { good += count }
            #expect(good == 600)
        }
    }

    @Test(arguments: [
        "\u{0}\u{1}\u{2}nonsense\r\n\r\n",
        "POST /v1/data/app/allow HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{\"input\"",
        "POST /v1/data/app/allow HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        "GET /" + String(repeating: "a", count: 100_000) + " HTTP/1.1\r\n\r\n",
    ])
    func aBrokenConnectionHurtsNobodyElse(_ text: String) async throws {
        let folder = try TemporaryFolder(files: ["p.rego": Self.policy])
        let service = try await RunningService.started(["."], in: folder.url)
        let client = service.client
        let place = service.address.split(separator: ":").map(String.init)
        let line = "exec 3<>/dev/tcp/\(place[0])/\(place[1]); printf '%s' \"$1\" >&3; sleep 0.1; exec 3>&-"
        _ = try Command.shell("set -- \(Self.quoted(text)); \(line)")
        #expect(try await client.ask("POST", "/v1/data/app/allow", body: Self.request).body == "{\"result\":true}\n")
        #expect(await service.stop() == 0)
    }

    private static func quoted(_ text: String) -> String { "$'" + text.unicodeScalars.map { $0.value < 32 || $0 == "'" || $0 == "\\" ? String(format: "\\x%02x", $0.value) : String($0) }.joined() + "'" }

    @Test func deepAndLargeInputIsAnswered() async throws {
        let folder = try TemporaryFolder(files: ["p.rego": Self.policy])
        let service = try await RunningService.started(["."], in: folder.url)
        let client = service.client
        let deep = Data(("{\"input\": " + String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000) + "}").utf8)
        #expect(try await client.ask("POST", "/v1/data/app/allow", body: deep).status == 400)
        let large = Data("{\"input\": {\"user\": \"ada\", \"blob\": \"\(String(repeating: "x", count: 8_000_000))\"}}".utf8)
        #expect(try await client.ask("POST", "/v1/data/app/allow", body: large).body == "{\"result\":true}\n")
    }

    @Test func endlessWorkEndsWithAnError() async throws {
        let endless = "package app\n\nxs := numbers.range(1, 3000)\n\np if {\n\tsome a, b, c in xs\n\ta + b + c < 0\n}\n\np if {\n\tsome a in xs\n\tsome b in xs\n\tsome c in xs\n\ta + b + c < 0\n}\n"
        let folder = try TemporaryFolder(files: ["p.rego": endless.replacing("\tsome a, b, c in xs\n\ta + b + c < 0\n", with: "\tfalse\n")])
        let service = try await RunningService.started(["--step-budget", "1000000", "."], in: folder.url)
        let client = service.client
        let answer = try await client.ask("POST", "/v1/data/app/p", body: Data("{\"input\": {}}".utf8))
        #expect(answer.status == 500)
        #expect(answer.body.contains("eval_cancel_error"))
    }
}
