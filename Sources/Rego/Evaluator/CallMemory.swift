/// Results of function calls within one query, so that functions which call each other twice a level do not take exponential time.
///
/// A direct-mapped table: a call may push out another, which is then evaluated again. Arguments are compared by their two words, not by value:
/// that is quick, and finds what is passed on from call to call. What is forgotten costs time, never a wrong result.
///
/// INVARIANT remembered: an entry counts only in the query (epoch) that wrote it, because the memory that its words point to is
/// used again by the next.
struct CallMemory: BitwiseCopyable {
    static let argumentLimit = 4
    private static let size = 512

    struct Call {
        let function: Int
        let context: Int
        let arguments: UnsafeMutablePointer<Datum>
        let count: Int
    }

    private struct Entry: BitwiseCopyable {
        var epoch: UInt64 = 0
        var function: Int32 = -1
        var context: Int32 = 0
        var arguments: (Datum, Datum, Datum, Datum) = (.undefined, .undefined, .undefined, .undefined)
        var result = Datum.undefined
    }

    private let entries: UnsafeMutablePointer<Entry>
    private let epoch: UnsafeMutablePointer<UInt64>

    init() {
        entries = .allocate(capacity: Self.size)
        entries.initialize(repeating: Entry(), count: Self.size)
        epoch = .allocate(capacity: 1)
        epoch.initialize(to: 1)
    }

    func free() {
        entries.deallocate()
        epoch.deallocate()
    }

    /// Begins another query.
    func forget() { epoch.pointee += 1 }

    @inline(__always)
    private func entry(_ call: Call) -> UnsafeMutablePointer<Entry> {
        var hash = UInt64(truncatingIfNeeded: call.function &* 31 &+ call.context)
        for position in 0..<call.count { hash = Hashing.mix(hash ^ call.arguments[position].payload, 0x9e37_79b9_7f4a_7c15 ^ UInt64(call.arguments[position].count)) }
        return entries + Int(hash % UInt64(Self.size))
    }

    private static func matches(_ entry: UnsafeMutablePointer<Entry>, _ call: Call) -> Bool {
        guard entry.pointee.function == Int32(truncatingIfNeeded: call.function), entry.pointee.context == Int32(truncatingIfNeeded: call.context) else { return false }
        return withUnsafePointer(to: &entry.pointee.arguments) { tuple in
            // A tuple of one type is laid out as an array of it.
            let known = UnsafeRawPointer(tuple).assumingMemoryBound(to: Datum.self)
            for position in 0..<call.count {
                let a = known[position], b = call.arguments[position]
                if a.payload != b.payload || a.count != b.count || a.tag != b.tag || a.flags != b.flags { return false }
            }
            return true
        }
    }

    subscript(call: Call) -> Datum? {
        get {
            let entry = entry(call)
            guard entry.pointee.epoch == epoch.pointee, Self.matches(entry, call) else { return nil }
            return entry.pointee.result
        }
        nonmutating set {
            let entry = entry(call)
            entry.pointee.epoch = epoch.pointee
            entry.pointee.function = Int32(truncatingIfNeeded: call.function)
            entry.pointee.context = Int32(truncatingIfNeeded: call.context)
            withUnsafeMutablePointer(to: &entry.pointee.arguments) { tuple in
                UnsafeMutableRawPointer(tuple).assumingMemoryBound(to: Datum.self).update(from: call.arguments, count: call.count)
            }
            entry.pointee.result = newValue ?? .undefined
        }
    }
}
