/// What of a document is worth making into values.
///
/// INVARIANT projection: everything lies in the region of the prepared query, is written before the query is shared, and never again.
struct InputProjection: BitwiseCopyable {
    /// Everything from here on; then there are no members.
    let isWhole: Bool
    let keys: UnsafePointer<Datum>
    let members: UnsafePointer<InputProjection>
    let count: Int

    @inline(__always)
    fileprivate func position(of key: UnsafeBufferPointer<UInt8>) -> Int? {
        for position in 0..<count where Datum.equals(keys[position], .string(key.baseAddress.unsafelyUnwrapped, count: key.count)) { return position }
        return nil
    }
}

/// Reading of a part: what nobody can see is checked to be valid, and left out.
///
/// Where only members with constant keys can be seen, an array has none, so it is read as an empty one.
extension JSONReader {
    mutating func value(depth: Int, seen projection: InputProjection) throws(JSONRefusal) -> Datum {
        guard cursor < end else { throw refusal }
        if projection.isWhole { return try value(depth: depth) }
        switch cursor.pointee {
        case UInt8(ascii: "{"):
            return try object(depth: depth + 1) { (key) throws(JSONRefusal) in projection.position(of: key).map { (projection.keys[$0], projection.members[$0]) } }
        case UInt8(ascii: "["):
            try skipArray(depth: depth + 1)
            return .array(arena.data(0), count: 0)
        default: return try value(depth: depth)
        }
    }

    /// An object of which members named `input` count.
    mutating func request(depth: Int, _ projection: InputProjection) throws(JSONRefusal) -> Datum {
        guard cursor < end, cursor.pointee == UInt8(ascii: "{") else { return try value(depth: depth) }
        let arena = arena
        return try object(depth: depth + 1) { (key) throws(JSONRefusal) in
            guard key.count == 5, zip(key, "input".utf8).allSatisfy({ $0 | 0x20 == $1 }) else { return nil }
            return (arena.string(key), projection)
        }
    }

    private mutating func object(
        depth: Int, _ choose: (UnsafeBufferPointer<UInt8>) throws(JSONRefusal) -> (key: Datum, seen: InputProjection)?
    ) throws(JSONRefusal) -> Datum {
        guard depth <= Self.depthLimit else { throw refusal }
        cursor += 1
        skipSpace()
        let bottom = open.count
        if cursor < end && cursor.pointee == UInt8(ascii: "}") {
            cursor += 1
            return .object(Table.make(in: arena, capacity: 0, isObject: true))
        }
        while true {
            let key = try skippedKey()
            if let (key, seen) = try choose(key) {
                open.push(key)
                open.push(try value(depth: depth, seen: seen))
            } else {
                try skipValue(depth: depth)
            }
            guard try isFollowed(before: UInt8(ascii: "}")) else { break }
        }
        let table = Table.make(in: arena, pairs: open.base + bottom, count: (open.count - bottom) / 2)
        open.truncate(to: bottom)
        return .object(table)
    }

    // MARK: Skipping

    /// A key and the colon after it.
    private mutating func skippedKey() throws(JSONRefusal) -> UnsafeBufferPointer<UInt8> {
        guard cursor < end, cursor.pointee == UInt8(ascii: "\"") else { throw refusal }
        cursor += 1
        let key = try text().bytes
        skipSpace()
        guard cursor < end, cursor.pointee == UInt8(ascii: ":") else { throw refusal }
        cursor += 1
        skipSpace()
        return key
    }

    /// Whether a comma follows and not the end of the object or array.
    @inline(__always)
    private mutating func isFollowed(before closing: UInt8) throws(JSONRefusal) -> Bool {
        skipSpace()
        guard cursor < end, cursor.pointee == UInt8(ascii: ",") || cursor.pointee == closing else { throw refusal }
        let isLast = cursor.pointee == closing
        cursor += 1
        if !isLast { skipSpace() }
        return !isLast
    }

    private mutating func skipValue(depth: Int) throws(JSONRefusal) {
        guard cursor < end else { throw refusal }
        switch cursor.pointee {
        case UInt8(ascii: "\""):
            cursor += 1
            _ = try text()
        case UInt8(ascii: "{"): try skipObject(depth: depth + 1)
        case UInt8(ascii: "["): try skipArray(depth: depth + 1)
        default: _ = try value(depth: depth)
        }
    }

    private mutating func skipObject(depth: Int) throws(JSONRefusal) {
        guard depth <= Self.depthLimit else { throw refusal }
        cursor += 1
        skipSpace()
        if cursor < end && cursor.pointee == UInt8(ascii: "}") {
            cursor += 1
            return
        }
        repeat {
            _ = try skippedKey()
            try skipValue(depth: depth)
        } while try isFollowed(before: UInt8(ascii: "}"))
    }

    private mutating func skipArray(depth: Int) throws(JSONRefusal) {
        guard depth <= Self.depthLimit else { throw refusal }
        cursor += 1
        skipSpace()
        if cursor < end && cursor.pointee == UInt8(ascii: "]") {
            cursor += 1
            return
        }
        repeat { try skipValue(depth: depth) } while try isFollowed(before: UInt8(ascii: "]"))
    }
}
