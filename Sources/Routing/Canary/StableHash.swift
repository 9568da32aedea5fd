/// A hash that is the same in every process and on every machine, so that all instances treat a caller alike.
///
/// Source: FNV-1a with 64 bits; the finalizer of SplitMix64 spreads what FNV leaves close together.
enum StableHash {
    static func of(_ parts: String...) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for part in parts {
            for byte in part.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
            // No text contains it, so that parts cannot run into each other.
            hash = (hash ^ 0xff) &* 0x100_0000_01b3
        }
        hash = (hash ^ (hash >> 30)) &* 0xbf58_476d_1ce4_e5b9
        hash = (hash ^ (hash >> 27)) &* 0x94d0_49bb_1331_11eb
        return hash ^ (hash >> 31)
    }
}
