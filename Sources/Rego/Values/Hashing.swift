/// Hashes of values: equal values hash alike, whatever region they live in.
///
/// The seed differs in each process, so that nobody can prepare inputs whose keys collide.
enum Hashing {
    static let seed: UInt64 = UInt64.random(in: .min ... .max)

    @inline(__always)
    static func mix(_ a: UInt64, _ b: UInt64) -> UInt64 {
        let product = a.multipliedFullWidth(by: b)
        return product.high ^ product.low
    }

    /// The hash of some bytes, read a word at a time (after wyhash).
    @inline(__always)
    static func bytes(_ start: UnsafePointer<UInt8>, _ count: Int) -> UInt64 {
        let raw = UnsafeRawPointer(start)
        var hash = seed ^ 0xa076_1d64_78bd_642f
        var offset = 0
        while count - offset >= 8 {
            hash = mix(hash ^ raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self), 0xe703_7ed1_a0b4_28db)
            offset += 8
        }
        var tail: UInt64 = 0
        if count - offset >= 4 {
            tail = UInt64(raw.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
            offset += 4
        }
        while offset < count {
            tail = tail << 8 | UInt64(raw.load(fromByteOffset: offset, as: UInt8.self))
            offset += 1
        }
        return mix(hash ^ tail, 0x8ebc_6af0_9c88_c6e3 ^ UInt64(truncatingIfNeeded: count))
    }

    @inline(__always)
    static func integer(_ value: UInt64) -> UInt64 { mix(value ^ seed, 0x9e37_79b9_7f4a_7c15) }
}

extension Datum {
    var hash: UInt64 {
        @inline(__always) get {
            if tag == .string {
                guard count > 0 else { return 0x51_7c_c1_b7 }
                let start = UnsafePointer<UInt8>(bitPattern: UInt(payload)).unsafelyUnwrapped
                if isSymbol { return UnsafeRawPointer(start).load(fromByteOffset: -8, as: UInt64.self) }
                return Hashing.bytes(start, Int(count))
            }
            if tag == .integer { return Hashing.integer(payload) }
            return hashSlowly()
        }
    }

    private func hashSlowly() -> UInt64 {
        switch tag {
        case .undefined, .document: return 0
        case .null: return 0x6e_75_6c_6c
        case .boolean: return payload == 0 ? 0x66_61_6c_73 : 0x74_72_75_65
        case .integer: return Hashing.integer(payload)
        case .number:
            let number = self.number
            if let integer = number.integer { return Hashing.integer(UInt64(bitPattern: integer)) }
            return UInt64(truncatingIfNeeded: number.hashValue)
        case .string: return Hashing.bytes(bytes.baseAddress.unsafelyUnwrapped, Int(count))
        case .array:
            var hash: UInt64 = 0x61_72_72 ^ UInt64(count)
            for element in elements { hash = Hashing.mix(hash ^ element.hash, 0x9e37_79b9_7f4a_7c15) }
            return hash
        case .object, .set:
            // Tables may not be sorted yet, so the parts are combined in a way that order does not matter.
            var hash = tag == .set ? 0x73_65_74 : 0x6f_62_6a as UInt64
            let table = self.table
            for position in 0..<table.pointee.count {
                var part = table.pointee.keys[position].hash
                if let values = table.pointee.values { part = Hashing.mix(part, values[position].hash | 1) }
                hash = hash &+ Hashing.mix(part ^ 0xa076_1d64_78bd_642f, 0x8ebc_6af0_9c88_c6e3)
            }
            return hash
        }
    }

    /// The number as the engine's exact arithmetic takes it. Only for `.integer` and `.number`.
    var number: Number {
        if tag == .integer { return Number(integerValue) }
        // A number datum is only ever made from the text of a valid number, so this reads.
        return Number(literal: text) ?? Number(0)
    }
}
