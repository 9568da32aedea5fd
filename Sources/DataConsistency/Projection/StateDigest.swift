import Crypto
import Rego

/// A digest of policies, data and configuration that a change moves by what it changes, however much there is.
///
/// It is the sum modulo 2²⁵⁶ of the SHA-256 of every policy, every object and every other value with its path, so that values can be taken out and
/// put in. Source: Bellare and Micciancio, "A New Paradigm for Collision-Free Hashing", 1997 (AdHash). It shows that two states differ; that nobody
/// made up the events between them, the chain of the log shows.
public struct StateDigest: Sendable, Hashable, CustomStringConvertible {
    /// The least significant word first.
    private var words: [UInt64] = [0, 0, 0, 0]

    public init() {}

    /// Nil unless the text has 64 hexadecimal digits.
    public init?(_ text: some StringProtocol) {
        guard let digest = EventDigest(text) else { return nil }
        words = [digest.words.3, digest.words.2, digest.words.1, digest.words.0]
    }

    public var description: String { words.reversed().map(Hexadecimal.text).joined() }

    // MARK: What is in it

    mutating func add(_ policy: PolicySource) { add(Self.item(policy)) }
    mutating func remove(_ policy: PolicySource) { subtract(Self.item(policy)) }

    /// What values belong to.
    enum Document: String {
        case data, configuration
    }

    /// Nothing happens for nil.
    mutating func add(_ value: Value?, at path: [String] = [], of document: Document) {
        guard let value else { return }
        Self.forEachItem(of: value, at: path, document) { add($0) }
    }

    mutating func remove(_ value: Value?, at path: [String] = [], of document: Document) {
        guard let value else { return }
        Self.forEachItem(of: value, at: path, document) { subtract($0) }
    }

    private static func item(_ policy: PolicySource) -> [UInt8] {
        var item = Array("policy".utf8)
        for part in [policy.file, policy.version == .v0 ? "v0" : "v1", policy.text] { append(part, to: &item) }
        return item
    }

    private static func append(_ text: String, to item: inout [UInt8]) {
        item += UInt64(text.utf8.count).bigEndianBytes
        item += text.utf8
    }

    /// An item for each object, and for each value that is none.
    private static func forEachItem(of value: Value, at path: [String], _ document: Document, _ body: ([UInt8]) -> Void) {
        var place = Array(document.rawValue.utf8)
        for key in path { append(key, to: &place) }
        walk(value, place, body)
    }

    private static func walk(_ value: Value, _ place: [UInt8], _ body: ([UInt8]) -> Void) {
        guard case .object(let entries) = value else { return body(place + [UInt8(ascii: "=")] + value.json(escapesHTML: false)) }
        body(place + [UInt8(ascii: "{")])
        for entry in entries {
            var inner = place
            append(entry.key.text ?? String(decoding: entry.key.json(escapesHTML: false), as: UTF8.self), to: &inner)
            walk(entry.value, inner, body)
        }
    }

    // MARK: Arithmetic

    private static func words(_ item: [UInt8]) -> [UInt64] {
        let digest = EventDigest(SHA256.hash(data: item)).words
        return [digest.3, digest.2, digest.1, digest.0]
    }

    private mutating func add(_ item: [UInt8]) {
        var carry: UInt64 = 0
        for (position, word) in Self.words(item).enumerated() {
            let (sum, overflow) = words[position].addingReportingOverflow(word)
            let (all, again) = sum.addingReportingOverflow(carry)
            words[position] = all
            carry = overflow || again ? 1 : 0
        }
    }

    private mutating func subtract(_ item: [UInt8]) {
        var borrow: UInt64 = 0
        for (position, word) in Self.words(item).enumerated() {
            let (difference, underflow) = words[position].subtractingReportingOverflow(word)
            let (all, again) = difference.subtractingReportingOverflow(borrow)
            words[position] = all
            borrow = underflow || again ? 1 : 0
        }
    }
}

extension StateDigest {
    /// What operations change in data moves the digest.
    ///
    /// - Parameters:
    ///   - before: data as the operations found it.
    ///   - after: as they left it.
    mutating func move(_ operations: [DataOperation], from before: PolicySnapshot, to after: PolicySnapshot) {
        for path in Self.written(operations, before) {
            remove(before.baseDocument(at: path), at: path, of: .data)
            add(after.baseDocument(at: path), at: path, of: .data)
        }
    }

    /// The documents that operations may change, none within another.
    private static func written(_ operations: [DataOperation], _ before: PolicySnapshot) -> [[String]] {
        var paths: [[String]] = []
        for path in operations.map({ before.writtenPart(of: $0.path) }).sorted(by: { $0.count < $1.count }) where !paths.contains(where: { path.starts(with: $0) }) {
            paths.append(path)
        }
        return paths
    }
}
