import Crypto
import Foundation
import Rego

/// Encrypts what events hold of persons, each with the person's own key, before they are appended: crypto-shredding.
///
/// In the place of a field stands `{"$sealed": "<key>.<text>"}`: the nonce, the encrypted JSON text and its tag (AES-GCM, NIST SP 800-38D) in base64,
/// bound to the event and the field. The chain of digests is about that, so it holds when the key is gone.
public struct PersonalData: Sendable {
    /// Which fields of a stream's payloads are personal.
    public struct Declaration: Sendable, Hashable {
        /// Where the payload says whose they are.
        public var subject: JSONPointer
        public var fields: [JSONPointer]

        public init(subject: JSONPointer, fields: [JSONPointer]) {
            self.subject = subject
            self.fields = fields
        }
    }

    public static let member = "$sealed"

    private let declarations: [EventStream: Declaration]
    private let keys: SubjectKeys

    public init(_ declarations: [EventStream: Declaration], keys: SubjectKeys) {
        self.declarations = declarations
        self.keys = keys
    }

    /// The event with its personal fields encrypted.
    ///
    /// - Throws: `EventLogError` where the payload is not JSON or there is no key: then the event must not be appended as it is.
    public func sealing(_ draft: EventDraft) throws(EventLogError) -> EventDraft {
        guard let declaration = declarations[draft.stream] else { return draft }
        var sealed = draft
        do {
            var document = try Value(json: draft.payload)
            // Fields of nobody in particular share a key.
            let subject = declaration.subject.value(in: document).map { $0.text ?? $0.regoText } ?? ""
            guard declaration.fields.contains(where: { $0.value(in: document) != nil }) else { return draft }
            let key = try keys.key(of: subject, at: draft.time)
            for field in declaration.fields {
                document = try field.replacing(in: document) { try Self.seal($0, with: key, Self.context(draft.id, field)) }
            }
            sealed.payload = document.json(escapesHTML: false)
        } catch let error as EventLogError {
            throw error
        } catch {
            throw EventLogError(.invalid, "personal fields cannot be encrypted: \(error)")
        }
        return sealed
    }

    private static func context(_ id: EventIdentifier, _ field: JSONPointer) -> Data { Data("\(id) \(field)".utf8) }

    private static func seal(_ value: Value, with key: SubjectKeys.Key, _ context: Data) throws -> Value {
        let box = try AES.GCM.seal(Data(value.json(escapesHTML: false)), using: key.secret, authenticating: context)
        return [.string(member): .string("\(key.identifier).\((box.combined ?? Data()).base64EncodedString())")]
    }

    /// The payload of an event with its fields decrypted, as far as their keys are there.
    ///
    /// - Returns: the payload, and whether fields stay encrypted because a person was forgotten.
    public static func opening(_ payload: [UInt8], of id: EventIdentifier, keys: SubjectKeys) throws(EventLogError) -> (payload: [UInt8], isForgotten: Bool) {
        do {
            var isForgotten = false
            let opened = try open(try Value(json: payload), at: [], id, keys, &isForgotten)
            return (opened.json(escapesHTML: false), isForgotten)
        } catch let error as EventLogError {
            throw error
        } catch {
            throw EventLogError(.damaged, "event \(id): \(error)")
        }
    }

    private static func open(_ value: Value, at path: [String], _ id: EventIdentifier, _ keys: SubjectKeys, _ isForgotten: inout Bool) throws -> Value {
        switch value {
        case .array(let elements):
            return .array(try elements.enumerated().map { try open($1, at: path + ["\($0)"], id, keys, &isForgotten) })
        case .object(let entries):
            if entries.count == 1, entries[0].key == .string(member), let text = entries[0].value.text {
                guard let opened = try unseal(text, JSONPointer(keys: path), id, keys) else {
                    isForgotten = true
                    return value
                }
                return opened
            }
            return .object(try entries.map { .init(key: $0.key, value: try open($0.value, at: path + [$0.key.text ?? ""], id, keys, &isForgotten)) })
        default: return value
        }
    }

    /// Nil where the key is gone, or the text is not of this event and field.
    private static func unseal(_ text: String, _ field: JSONPointer, _ id: EventIdentifier, _ keys: SubjectKeys) throws -> Value? {
        let parts = text.split(separator: ".", maxSplits: 1)
        guard parts.count == 2, let identifier = EventIdentifier(parts[0]), let combined = Data(base64Encoded: String(parts[1])),
            let key = try keys.key(identifier), let box = try? AES.GCM.SealedBox(combined: combined),
            let opened = try? AES.GCM.open(box, using: key.secret, authenticating: context(id, field))
        else { return nil }
        return try Value(json: Array(opened))
    }
}
