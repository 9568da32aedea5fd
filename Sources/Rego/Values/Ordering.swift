#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Rego's equality and total order: null < boolean < number < string < array < object < set.
extension Datum {
    @inline(__always)
    static func equals(_ a: Datum, _ b: Datum) -> Bool {
        if a.payload == b.payload && a.count == b.count && a.tag == b.tag { return true }
        if a.tag == .string && b.tag == .string {
            if a.count != b.count || (a.isSymbol && b.isSymbol) { return false }
            if a.count == 0 { return true }
            return memcmp(UnsafeRawPointer(bitPattern: UInt(a.payload)).unsafelyUnwrapped, UnsafeRawPointer(bitPattern: UInt(b.payload)).unsafelyUnwrapped, Int(a.count)) == 0
        }
        if a.rank != b.rank { return false }
        return equalsSlowly(a, b)
    }

    private static func equalsSlowly(_ a: Datum, _ b: Datum) -> Bool {
        switch a.tag {
        case .undefined, .null, .document: return a.count == b.count
        case .boolean: return a.payload == b.payload
        case .integer where b.tag == .integer: return a.payload == b.payload
        case .integer, .number: return compareNumbers(a, b) == 0
        case .string: return compareStrings(a, b) == 0
        case .array:
            guard a.count == b.count else { return false }
            let left = a.elements, right = b.elements
            for position in left.indices where !equals(left[position], right[position]) { return false }
            return true
        case .object, .set:
            let left = a.table, right = b.table
            guard left.pointee.count == right.pointee.count else { return false }
            for position in 0..<left.pointee.count {
                guard let other = right.pointee.position(of: left.pointee.keys[position]) else { return false }
                if let values = left.pointee.values, let others = right.pointee.values, !equals(values[position], others[other]) { return false }
            }
            return true
        }
    }

    /// Negative, zero or positive as `a` comes before, equals or comes after `b`.
    static func compare(_ a: Datum, _ b: Datum) -> Int {
        if a.tag == .integer && b.tag == .integer {
            let x = a.integerValue, y = b.integerValue
            return x < y ? -1 : (x == y ? 0 : 1)
        }
        if a.rank != b.rank { return a.rank < b.rank ? -1 : 1 }
        switch a.tag {
        case .undefined, .null, .document: return 0
        case .boolean: return Int(a.payload) - Int(b.payload)
        case .integer, .number: return compareNumbers(a, b)
        case .string: return compareStrings(a, b)
        case .array:
            let left = a.elements, right = b.elements
            for position in 0..<min(left.count, right.count) {
                let order = compare(left[position], right[position])
                if order != 0 { return order }
            }
            return left.count - right.count
        case .object, .set:
            let left = a.table, right = b.table
            left.pointee.sort()
            right.pointee.sort()
            for position in 0..<min(left.pointee.count, right.pointee.count) {
                var order = compare(left.pointee.keys[position], right.pointee.keys[position])
                if order != 0 { return order }
                if let values = left.pointee.values, let others = right.pointee.values {
                    order = compare(values[position], others[position])
                    if order != 0 { return order }
                }
            }
            return left.pointee.count - right.pointee.count
        }
    }

    /// A word that is less for values that come before: their type, then for texts the first bytes. Equal words say nothing.
    var orderingPrefix: UInt64 {
        guard tag == .string else { return UInt64(rank) << 56 }
        var prefix: UInt64 = 0
        for byte in bytes.prefix(7) { prefix = prefix << 8 | UInt64(byte) }
        return UInt64(rank) << 56 | prefix << UInt64(8 * (7 - min(7, Int(count))))
    }

    @inline(__always)
    static func compareStrings(_ a: Datum, _ b: Datum) -> Int {
        let shared = Int(min(a.count, b.count))
        if shared > 0 {
            let order = memcmp(UnsafeRawPointer(bitPattern: UInt(a.payload)).unsafelyUnwrapped, UnsafeRawPointer(bitPattern: UInt(b.payload)).unsafelyUnwrapped, shared)
            if order != 0 { return Int(order) }
        }
        return Int(a.count) - Int(b.count)
    }

    private static func compareNumbers(_ a: Datum, _ b: Datum) -> Int {
        if let left = a.smallDecimal, let right = b.smallDecimal { return SmallDecimal.compare(left, right) }
        let left = a.number, right = b.number
        return left < right ? -1 : (left == right ? 0 : 1)
    }
}
