import Foundation
import Logging
import Rego
import ServiceLifecycle
import Support
import Synchronization
import Testing

@testable import TokenSecurity

/// Keys that change while tokens are verified.
@Suite struct KeySetStoreTests {
    private static func token(_ note: String) throws -> TokenCase { try #require(try TokenTests.cases.get().first { $0.note == note }) }

    private static func authenticator(_ store: KeySetStore) throws -> TokenAuthenticator {
        TokenAuthenticator(TokenVerifier(try TokenRequirements(issuer: "https://issuer.example", audiences: ["verdict"], algorithms: [.rs256, .es256])), keys: store)
    }

    private static func running(_ store: KeySetStore, _ body: @escaping @Sendable () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try? await store.run() }
            try await body()
            tasks.cancelAll()
        }
    }

    private static func eventually(_ condition: @Sendable () throws -> Bool) async throws -> Bool {
        for _ in 0..<3000 {
            if try condition() { return true }
            try await Task.sleep(for: .milliseconds(10))
        }
        return false
    }

    @Test func aChangedFileIsTakenAndABrokenOneIsNot() async throws {
        let sets = try TokenTests.keys.get()
        let folder = try TemporaryFolder(files: ["keys.json": try #require(sets["encryption"])])
        let path = folder.url.appendingPathComponent("keys.json").path
        let log = RecordedLog()
        let store = try await KeySetStore(every: .milliseconds(20), logger: log.logger) { try String(contentsOfFile: path, encoding: .utf8) }
        let authenticator = try Self.authenticator(store)
        let rsa = try Self.token("RS256").token, elliptic = try Self.token("ES256").token
        #expect(throws: TokenError.self) { try authenticator.claims(of: rsa, now: TokenTests.now) }
        #expect(try authenticator.claims(of: elliptic, now: TokenTests.now)["sub"] == "ada")
        try await Self.running(store) {
            try folder.write("keys.json", "{\"keys\": [")
            #expect(try await Self.eventually { log.text.contains("could not be renewed") })
            #expect(try authenticator.claims(of: elliptic, now: TokenTests.now)["sub"] == "ada")
            try folder.write("keys.json", try #require(sets["all"]))
            #expect(try await Self.eventually { (try? authenticator.claims(of: rsa, now: TokenTests.now)) != nil })
            // A key that is taken back: what it signed is refused though it was accepted before.
            try folder.write("keys.json", try #require(sets["encryption"]))
            #expect(try await Self.eventually { (try? authenticator.claims(of: rsa, now: TokenTests.now)) == nil })
        }
    }

    @Test func anUnknownKeyAsksForANewSetOnce() async throws {
        let sets = try TokenTests.keys.get()
        let fetches = Mutex(0)
        let store = try await KeySetStore(every: .seconds(3600), logger: RecordedLog().logger) {
            let count = fetches.withLock { count in
                count += 1
                return count
            }
            return sets[count == 1 ? "encryption" : "all"] ?? ""
        }
        let authenticator = try Self.authenticator(store)
        let rsa = try Self.token("RS256").token, unknown = try Self.token("kid is 'R1'").token
        try await Self.running(store) {
            #expect(try await Self.eventually { (try? authenticator.claims(of: rsa, now: TokenTests.now)) != nil })
            for _ in 0..<100 { #expect(throws: TokenError.self) { try authenticator.claims(of: unknown, now: TokenTests.now) } }
            try await Task.sleep(for: .milliseconds(600))
        }
        #expect(fetches.withLock { $0 } == 2)
    }

    @Test func whatWasVerifiedEndsWithTheToken() async throws {
        let sets = try TokenTests.keys.get()
        let store = try await KeySetStore(every: .seconds(3600), logger: RecordedLog().logger) { sets["all"] ?? "" }
        let authenticator = try Self.authenticator(store)
        let token = try Self.token("RS256").token
        #expect(try authenticator.claims(of: token, now: TokenTests.now)["sub"] == "ada")
        #expect(try authenticator.claims(of: token, now: TokenTests.now + 659)["sub"] == "ada")
        #expect(throws: TokenError.self) { try authenticator.claims(of: token, now: TokenTests.now + 660) }
    }

    @Test func aSetThatCannotBeFetchedAtFirstIsAnError() async throws {
        await #expect(throws: TokenError.self) { _ = try await KeySetStore.file("/nowhere.json", logger: RecordedLog().logger) }
        await #expect(throws: TokenError.self) { _ = try await KeySetStore(every: .seconds(1), logger: RecordedLog().logger) { "{}" } }
    }
}
