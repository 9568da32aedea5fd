import Rego

/// The names of a path such as `data.roles["team-a"].admin`, which the syntax tree keeps without their places.
enum PathSegments {
    /// The ranges of the names; those in brackets with their quotes.
    static func names(in bytes: [UInt8], _ location: SourceLocation) -> [Range<Int>] {
        names(in: bytes, location.offset..<min(bytes.count, location.offset + location.length))
    }

    /// The same for a statement that begins with a keyword: `package`, `import`.
    static func behindKeyword(in bytes: [UInt8], _ location: SourceLocation) -> [Range<Int>] {
        let end = min(bytes.count, location.offset + location.length)
        var start = min(location.offset, end)
        while start < end, DocumentText.isWordByte(bytes[start]) { start += 1 }
        while start < end, !DocumentText.isWordByte(bytes[start]) { start += 1 }
        return names(in: bytes, start..<end)
    }

    private static func names(in bytes: [UInt8], _ range: Range<Int>) -> [Range<Int>] {
        var names: [Range<Int>] = []
        var place = range.lowerBound
        while place < range.upperBound {
            let begin = place
            switch bytes[place] {
            case UInt8(ascii: "."), UInt8(ascii: "["), UInt8(ascii: "]"): place += 1
            case UInt8(ascii: "\""), UInt8(ascii: "`"):
                place = string(in: bytes, place..<range.upperBound)
                names.append(begin..<place)
            case let byte where DocumentText.isWordByte(byte):
                while place < range.upperBound, DocumentText.isWordByte(bytes[place]) { place += 1 }
                names.append(begin..<place)
            default: return names
            }
        }
        return names
    }

    /// The end of the string at the beginning of a range.
    static func string(in bytes: [UInt8], _ range: Range<Int>) -> Int {
        let quote = bytes[range.lowerBound]
        var place = range.lowerBound + 1
        while place < range.upperBound, bytes[place] != quote { place += bytes[place] == UInt8(ascii: "\\") && quote != UInt8(ascii: "`") ? 2 : 1 }
        return min(place + 1, range.upperBound)
    }
}
