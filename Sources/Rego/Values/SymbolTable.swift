/// The strings that a snapshot knows: those of its policies, and the keys of its data.
///
/// A string of the input that is one of them becomes a symbol, so that looking up a field compares words instead of bytes.
/// Filled while the snapshot is made, read by any thread afterwards.
struct SymbolTable: BitwiseCopyable {
    private struct State {
        var slots: UnsafeMutablePointer<Datum>
        var mask: Int
        var count: Int
    }

    private let state: UnsafeMutablePointer<State>
    private let arena: Arena

    init(in arena: Arena) {
        self.arena = arena
        let size = 256
        let slots = arena.data(size)
        slots.initialize(repeating: .undefined, count: size)
        state = arena.allocate(MemoryLayout<State>.stride).assumingMemoryBound(to: State.self)
        state.initialize(to: State(slots: slots, mask: size - 1, count: 0))
    }

    var count: Int { state.pointee.count }

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
            let candidate = state.pointee.slots[slot]
            if candidate.isUndefined { return nil }
            if candidate.count == key.count && Datum.equals(candidate, key) { return candidate }
            slot = (slot + 1) & state.pointee.mask
        }
    }

    /// The symbol of a text, made where it is new. Only while the snapshot is made.
    func intern(_ start: UnsafePointer<UInt8>, _ count: Int) -> Datum {
        if count == 0 { return .string(start, count: 0) }
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
        while !state.pointee.slots[slot].isUndefined { slot = (slot + 1) & state.pointee.mask }
        state.pointee.slots[slot] = symbol
        state.pointee.count += 1
    }

    private func grow() {
        let old = state.pointee
        let size = (old.mask + 1) * 2
        let slots = arena.data(size)
        slots.initialize(repeating: .undefined, count: size)
        state.pointee.slots = slots
        state.pointee.mask = size - 1
        for slot in 0...old.mask where !old.slots[slot].isUndefined {
            var target = Int(truncatingIfNeeded: old.slots[slot].hash) & (size - 1)
            while !slots[target].isUndefined { target = (target + 1) & (size - 1) }
            slots[target] = old.slots[slot]
        }
    }
}
