/// Things made from strings of policies and base data, found by where the string lies: a look-up compares two words instead of hashing text.
///
/// One machine uses it. It holds only strings of the machine's snapshot, which stay where they are as long as the machine lives
/// (INVARIANT region); what is made from other strings is not kept here.
struct IdentityCache<Compiled> {
    /// Where a string lies, and for things made from two operands where the other one does.
    struct Key: Equatable {
        let start: UInt64
        let count: UInt32
        let other: UInt64

        init(_ text: Datum, _ other: Datum = .undefined) {
            start = text.payload
            count = text.count
            self.other = other.payload ^ UInt64(other.count) << 48 ^ UInt64(other.tag.rawValue)
        }

        fileprivate var hash: Int { Int(truncatingIfNeeded: Hashing.mix(start ^ other, 0x9e37_79b9_7f4a_7c15 ^ UInt64(count)) >> 1) }
    }

    private struct Entry {
        let key: Key
        let value: Compiled
    }

    private var entries: [Entry?] = []
    private var count = 0
    private static var limit: Int { 100_000 }

    subscript(key: Key) -> Compiled? {
        guard !entries.isEmpty else { return nil }
        var slot = key.hash & (entries.count - 1)
        while let entry = entries[slot] {
            if entry.key == key { return entry.value }
            slot = (slot + 1) & (entries.count - 1)
        }
        return nil
    }

    mutating func insert(_ value: Compiled, for key: Key) {
        guard count < Self.limit else { return }
        if (count + 1) * 2 > entries.count { grow() }
        place(Entry(key: key, value: value))
        count += 1
    }

    private mutating func place(_ entry: Entry) {
        var slot = entry.key.hash & (entries.count - 1)
        while entries[slot] != nil { slot = (slot + 1) & (entries.count - 1) }
        entries[slot] = entry
    }

    private mutating func grow() {
        let old = entries
        entries = Array(repeating: nil, count: max(64, old.count * 2))
        for case let entry? in old { place(entry) }
    }
}
