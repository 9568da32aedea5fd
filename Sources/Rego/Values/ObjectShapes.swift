/// Objects of base data that have the same keys in the same order: they share the array of keys and the index, as records of a list mostly can.
///
/// It holds the shapes that were met last, and forgets one for another whose hash falls on the same place. What is shared lies in the arena that the
/// objects were made in.
///
/// INVARIANT shared: tables of one shape are sorted and indexed, and nobody writes to their keys: a change of base data copies them first.
struct ObjectShapes {
    private struct Shape: BitwiseCopyable {
        var hash: UInt64 = 0
        var count = 0
        var model: UnsafeMutablePointer<Table>?
    }

    /// Objects with more keys seldom look alike.
    private static let limit = 64
    private static let slots = 256
    private let shapes = UnsafeMutablePointer<Shape>.allocate(capacity: slots)
    /// Of each shape the symbols in the order of the text, and where each stands in the table.
    private let keys = UnsafeMutablePointer<UInt64>.allocate(capacity: slots * limit)
    private let places = UnsafeMutablePointer<UInt8>.allocate(capacity: slots * limit)

    init() { shapes.initialize(repeating: Shape(), count: Self.slots) }

    func free() {
        shapes.deallocate()
        keys.deallocate()
        places.deallocate()
    }

    /// A table of entries that lie as key, value, key, value, …; of equal keys the last one counts.
    func table(in arena: Arena, pairs: UnsafePointer<Datum>, count: Int) -> UnsafeMutablePointer<Table> {
        guard count <= Self.limit, let hash = Self.hash(pairs, count) else { return Table.make(in: arena, pairs: pairs, count: count) }
        let slot = Int(truncatingIfNeeded: hash) & (Self.slots - 1), shape = shapes[slot]
        let keys = keys + slot * Self.limit, places = places + slot * Self.limit
        if let model = shape.model, shape.hash == hash, shape.count == count, (0..<count).allSatisfy({ keys[$0] == pairs[$0 * 2].payload }) {
            let table = model.pointee.withoutValues(in: arena)
            for position in 0..<count { table.pointee.initializeValue(at: Int(places[position]), to: pairs[position * 2 + 1]) }
            return table
        }
        let table = Table.make(in: arena, pairs: pairs, count: count)
        // A key that is there twice has no place of its own.
        guard table.pointee.count == count else { return table }
        table.pointee.freeze()
        for position in 0..<count {
            keys[position] = pairs[position * 2].payload
            places[position] = UInt8(truncatingIfNeeded: table.pointee.position(of: pairs[position * 2]) ?? 0)
        }
        shapes[slot] = Shape(hash: hash, count: count, model: table)
        return table
    }

    /// Nil where a key is no symbol, whose address says nothing.
    private static func hash(_ pairs: UnsafePointer<Datum>, _ count: Int) -> UInt64? {
        var hash: UInt64 = 0x9e37_79b9_7f4a_7c15
        for position in 0..<count {
            let key = pairs[position * 2]
            guard key.isSymbol else { return nil }
            hash = (hash ^ key.payload) &* 0x0000_0100_0000_01b3
            hash ^= hash >> 29
        }
        return hash
    }
}
