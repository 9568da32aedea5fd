import DataConsistency
import Foundation
import Rego
import Support
import Testing

@Suite(.ownThread) struct PersonalDataTests {
    private static let text = #"{"decision_id":"d1","input":{"user":"alice","mail":"a@example.com","hour":9},"result":true,"path":"door/open"}"#

    private static func declared() throws -> [EventStream: PersonalData.Declaration] {
        let fields = try ["/input/user", "/input/mail", "/input/nothing"].map { try #require(JSONPointer($0)) }
        return [.decision: .init(subject: try #require(JSONPointer("/input/user")), fields: fields)]
    }

    @Test func fieldsAreGoneWithTheKeyAndTheChainHolds() async throws {
        let place = try TemporaryLog()
        let log = try place.open()
        let url = EventLogFolder.keys(in: place.url)
        let keys = try SubjectKeys(url)
        let personal = PersonalData(try Self.declared(), keys: keys)
        let draft = EventDraft("decision.made", in: .decision, at: 5, payload: Array(Self.text.utf8))
        let other = EventDraft("decision.made", in: .decision, at: 6, payload: Array(Self.text.replacing("alice", with: "bob").utf8))
        let events = try await log.append([personal.sealing(draft), personal.sealing(other)])
        log.close()
        let written = String(decoding: events[0].payload, as: UTF8.self)
        #expect(!written.contains("alice") && !written.contains("a@example.com") && written.contains("\"hour\":9"))
        let opened = try PersonalData.opening(events[0].payload, of: draft.id, keys: keys)
        #expect(try !opened.isForgotten && Value(json: opened.payload) == Value(json: draft.payload))
        // Bound to its event.
        #expect(try PersonalData.opening(events[0].payload, of: other.id, keys: keys).isForgotten)
        // Another process destroys the key.
        #expect(try SubjectKeys(url).forget("alice"))
        #expect(try !SubjectKeys(url).forget("alice"))
        #expect(try PersonalData.opening(events[0].payload, of: draft.id, keys: keys).isForgotten)
        #expect(try !PersonalData.opening(events[1].payload, of: other.id, keys: keys).isForgotten)
        let folder = try EventLogFolder(place.url)
        #expect(try folder.verify(.decision).problems.isEmpty)
        let bytes = try Data(contentsOf: url)
        #expect(bytes.firstRange(of: Data("alice".utf8)) == nil, "nothing of her is left in the file")
        let policy = try PolicySnapshot(policies: [PolicySource(file: "door.rego", text: "package door\n\nopen := input.user == \"carol\"\n")])
        let report = try DecisionReplay(policy).run(DecisionEvents(folder))
        #expect(report.omitted == [.forgotten: 1], "and a replay says so")
        #expect(report.replayed == 1 && report.flipCount == 1)
    }

    @Test func aNewKeyIsMadeForWhoComesBack() throws {
        let place = try TemporaryFolder()
        let keys = try SubjectKeys(place.url.appendingPathComponent("keys.sqlite"))
        let personal = PersonalData(try Self.declared(), keys: keys)
        let draft = EventDraft("decision.made", in: .decision, at: 5, payload: Array(Self.text.utf8))
        let before = try personal.sealing(draft)
        #expect(try keys.forget("alice"))
        let after = try personal.sealing(draft)
        #expect(try PersonalData.opening(before.payload, of: draft.id, keys: keys).isForgotten)
        #expect(try !PersonalData.opening(after.payload, of: draft.id, keys: keys).isForgotten)
    }

    @Test(arguments: [("/a/b", ["a", "b"]), ("/a~1b/~0", ["a/b", "~"]), ("/", [""]), ("a", nil), ("", nil)] as [(String, [String]?)])
    func pointersAreRead(_ text: String, _ keys: [String]?) { #expect(JSONPointer(text)?.keys == keys) }
}
