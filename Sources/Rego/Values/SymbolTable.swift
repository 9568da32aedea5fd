/// The strings that a snapshot knows: those of its policies, and the keys of its data.
///
/// A string of the input that is one of them becomes a symbol, so that looking up a field compares words instead of bytes.
/// Filled while the snapshot is made, read by any thread afterwards.
struct SymbolTable: BitwiseCopyable {
    /// A symbol in half the room: where its text lies, and how long it is in the 16 bits that an address leaves free. Zero where there is none.
    private struct Slot: BitwiseCopyable {
        private let bits: UInt64

        static let empty = Slot()
        static let longest = Int(UInt16.max)

        private init() { bits = 0 }

        init(_ symbol: Datum) { bits = symbol.payload | UInt64(symbol.count) << 48 }

        @inline(__always)
        var isEmpty: Bool { bits == 0 }

        @inline(__always)
        var symbol: Datum { Datum(.string, payload: bits & (1 << 48 - 1), count: UInt32(truncatingIfNeeded: bits >> 48), flags: Datum.Flags.symbol) }
    }

    private struct State {
        var slots: UnsafeMutablePointer<Slot>
        var mask: Int
        var count: Int
    }

    private let state: UnsafeMutablePointer<State>
    private let arena: Arena

    init(in arena: Arena) {
        self.arena = arena
        let size = 256
        let slots = Self.makeSlots(size, in: arena)
        state = arena.allocate(MemoryLayout<State>.stride).assumingMemoryBound(to: State.self)
        state.initialize(to: State(slots: slots, mask: size - 1, count: 0))
    }

    var count: Int { state.pointee.count }

    private static func makeSlots(_ count: Int, in arena: Arena) -> UnsafeMutablePointer<Slot> {
        let slots = arena.allocateApart(count * MemoryLayout<Slot>.stride).assumingMemoryBound(to: Slot.self)
        slots.initialize(repeating: .empty, count: count)
        return slots
    }

    /// The symbol of a text, or nil where the snapshot does not know it.
    @inline(__always)
    func find(_ start: UnsafePointer<UInt8>, _ count: Int) -> Datum? {
        if count == 0 { return nil }
        return find(start, count, hash: Hashing.bytes(start, count))
    }

    @inline(__always)
    private func find(_ start: UnsafePointer<UInt8>, _ count: Int, hash: UInt64) -> Datum? {
        let key = Datum.string(start, count: count)
        var slot = Int(truncatingIfNeeded: hash) & state.pointee.mask
        while true {
            let found = state.pointee.slots[slot]
            if found.isEmpty { return nil }
            let candidate = found.symbol
            if candidate.count == key.count && Datum.equals(candidate, key) { return candidate }
            slot = (slot + 1) & state.pointee.mask
        }
    }

    /// The symbol of a text, made where it is new; a string where the text is empty or very long. Only while the snapshot is made.
    func intern(_ start: UnsafePointer<UInt8>, _ count: Int) -> Datum {
        if count == 0 { return .string(start, count: 0) }
        if count > Slot.longest { return arena.string(UnsafeBufferPointer(start: start, count: count)) }
        let hash = Hashing.bytes(start, count)
        if let known = find(start, count, hash: hash) { return known }
        let room = arena.allocate(count + 8)
        room.storeBytes(of: hash, as: UInt64.self)
        let text = (room + 8).assumingMemoryBound(to: UInt8.self)
        text.initialize(from: start, count: count)
        let symbol = Datum.string(text, count: count, isSymbol: true)
        insert(symbol, hash: hash)
        return symbol
    }

    func intern(_ text: String) -> Datum {
        var text = text
        return text.withUTF8 { bytes in
            guard let start = bytes.baseAddress, bytes.count > 0 else { return arena.string([]) }
            return intern(start, bytes.count)
        }
    }

    private func insert(_ symbol: Datum, hash: UInt64) {
        // Of very many there are few that an input names, and memory counts more than a short way to them.
        let (count, mask) = (state.pointee.count + 1, state.pointee.mask)
        if mask < 1 << 18 ? count * 2 > mask : count * 4 > mask * 3 { grow() }
        var slot = Int(truncatingIfNeeded: hash) & state.pointee.mask
        while !state.pointee.slots[slot].isEmpty { slot = (slot + 1) & state.pointee.mask }
        state.pointee.slots[slot] = Slot(symbol)
        state.pointee.count += 1
    }

    private func grow() {
        let old = state.pointee
        let size = (old.mask + 1) * 2
        let slots = Self.makeSlots(size, in: arena)
        state.pointee.slots = slots
        state.pointee.mask = size - 1
        for slot in 0...old.mask where !old.slots[slot].isEmpty {
            var target = Int(truncatingIfNeeded: old.slots[slot].symbol.hash) & (size - 1)
            while !slots[target].isEmpty { target = (target + 1) & (size - 1) }
            slots[target] = old.slots[slot]
        }
        arena.giveBack(apart: UnsafeMutableRawPointer(old.slots))
    }
}
