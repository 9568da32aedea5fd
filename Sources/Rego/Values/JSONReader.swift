/// Reads JSON text straight into region values.
///
/// Strings without escapes and numbers that are not 64-bit integers keep pointing into the text, so the text must outlive the values.
/// It accepts exactly what Jansson accepts as a document of any kind (RFC 8259, valid UTF-8, nesting up to `depthLimit`), and also numbers of any
/// size. Where it refuses a text it says nothing but `JSONRefusal`; the caller asks the `JSON` module for line, column and reason.
struct JSONReader {
    /// The nesting that Jansson allows.
    static let depthLimit = 2048

    /// Longer texts are seldom compared with constants or keys.
    private static let internedLength = 24
    /// Short texts of base data are symbols too, as long as there are no more than these.
    private static let internedTexts = 1 << 15

    var cursor: UnsafePointer<UInt8>
    private let start: UnsafePointer<UInt8>
    let end: UnsafePointer<UInt8>
    let arena: Arena
    private let symbols: SymbolTable?
    /// True while a snapshot's data is read: keys become symbols, and text is copied.
    private let interns: Bool
    /// Where keys are symbols.
    private let shapes: ObjectShapes?
    /// Elements and entries of the arrays and objects that are still open.
    var open: DatumStack

    struct JSONRefusal: Error {
        /// Where reading stopped, in bytes.
        var offset: Int
    }

    /// How much of a document is made into values. The rest is checked all the same.
    enum Seen {
        case everything
        case document(InputProjection)
        /// Of the members whose name is `input` in any case of letters.
        case inputMember(InputProjection)
    }

    /// Reads one document. `interns` is set only while a snapshot is made.
    ///
    /// - Parameter nesting: how deep arrays and objects may lie within each other, up to `depthLimit`.
    static func read(
        _ text: UnsafeRawBufferPointer, into arena: Arena, symbols: SymbolTable?, interns: Bool = false, nesting: Int = depthLimit, seen: Seen = .everything
    ) throws(JSONRefusal) -> Datum {
        guard let base = text.baseAddress, text.count > 0 else { throw JSONRefusal(offset: 0) }
        let start = base.assumingMemoryBound(to: UInt8.self)
        var reader = JSONReader(start: start, end: start + text.count, arena: arena, symbols: symbols, interns: interns)
        defer {
            reader.open.free()
            reader.shapes?.free()
        }
        reader.skipSpace()
        // What may nest less deep begins deeper.
        let depth = depthLimit - min(max(nesting, 0), depthLimit)
        let value: Datum
        switch seen {
        case .everything: value = try reader.value(depth: depth)
        case .document(let projection): value = try reader.value(depth: depth, seen: projection)
        case .inputMember(let projection): value = try reader.request(depth: depth, projection)
        }
        reader.skipSpace()
        guard reader.cursor == reader.end else { throw reader.refusal }
        return value
    }

    private init(start: UnsafePointer<UInt8>, end: UnsafePointer<UInt8>, arena: Arena, symbols: SymbolTable?, interns: Bool) {
        cursor = start
        self.start = start
        self.end = end
        self.arena = arena
        self.symbols = symbols
        self.interns = interns
        shapes = interns ? ObjectShapes() : nil
        open = DatumStack()
    }

    var refusal: JSONRefusal { JSONRefusal(offset: cursor - start) }

    @inline(__always)
    mutating func skipSpace() {
        while cursor < end {
            let byte = cursor.pointee
            if byte > 0x20 { return }
            guard byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 else { return }
            cursor += 1
        }
    }

    mutating func value(depth: Int) throws(JSONRefusal) -> Datum {
        guard cursor < end else { throw refusal }
        switch cursor.pointee {
        case UInt8(ascii: "\""):
            cursor += 1
            return try string(isKey: false)
        case UInt8(ascii: "{"): return try object(depth: depth + 1)
        case UInt8(ascii: "["): return try array(depth: depth + 1)
        case UInt8(ascii: "t"):
            try literal("true")
            return .true
        case UInt8(ascii: "f"):
            try literal("false")
            return .false
        case UInt8(ascii: "n"):
            try literal("null")
            return .null
        default: return try number()
        }
    }

    private mutating func literal(_ word: StaticString) throws(JSONRefusal) {
        let count = word.utf8CodeUnitCount
        guard end - cursor >= count else { throw refusal }
        for offset in 0..<count where cursor[offset] != word.utf8Start[offset] { throw refusal }
        cursor += count
    }

    private mutating func array(depth: Int) throws(JSONRefusal) -> Datum {
        guard depth <= Self.depthLimit else { throw refusal }
        cursor += 1
        skipSpace()
        let bottom = open.count
        if cursor < end && cursor.pointee == UInt8(ascii: "]") {
            cursor += 1
            return .array(UnsafePointer(arena.data(0)), count: 0)
        }
        while true {
            open.push(try value(depth: depth))
            skipSpace()
            guard cursor < end else { throw refusal }
            let byte = cursor.pointee
            guard byte == UInt8(ascii: ",") || byte == UInt8(ascii: "]") else { throw refusal }
            cursor += 1
            if byte == UInt8(ascii: "]") { break }
            skipSpace()
        }
        let count = open.count - bottom
        let elements = arena.data(count)
        elements.initialize(from: open.base + bottom, count: count)
        open.truncate(to: bottom)
        return .array(elements, count: count)
    }

    private mutating func object(depth: Int) throws(JSONRefusal) -> Datum {
        guard depth <= Self.depthLimit else { throw refusal }
        cursor += 1
        skipSpace()
        let bottom = open.count
        if cursor < end && cursor.pointee == UInt8(ascii: "}") {
            cursor += 1
            return .object(Table.make(in: arena, capacity: 0, isObject: true))
        }
        while true {
            guard cursor < end, cursor.pointee == UInt8(ascii: "\"") else { throw refusal }
            cursor += 1
            open.push(try string(isKey: true))
            skipSpace()
            guard cursor < end, cursor.pointee == UInt8(ascii: ":") else { throw refusal }
            cursor += 1
            skipSpace()
            open.push(try value(depth: depth))
            skipSpace()
            guard cursor < end else { throw refusal }
            let byte = cursor.pointee
            guard byte == UInt8(ascii: ",") || byte == UInt8(ascii: "}") else { throw refusal }
            cursor += 1
            if byte == UInt8(ascii: "}") { break }
            skipSpace()
        }
        let pairs = UnsafePointer(open.base + bottom), count = (open.count - bottom) / 2
        let table = shapes?.table(in: arena, pairs: pairs, count: count) ?? Table.make(in: arena, pairs: pairs, count: count)
        open.truncate(to: bottom)
        return .object(table)
    }

    // MARK: Strings

    /// Eight bytes at a time: is one of them a quote, a backslash, below 0x20 or above 0x7f?
    @inline(__always)
    private static func needsAttention(_ word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101, highs: UInt64 = 0x8080_8080_8080_8080
        let quote = word ^ (ones &* 0x22), backslash = word ^ (ones &* 0x5c)
        return (((quote &- ones) & ~quote) | ((backslash &- ones) & ~backslash) | ((word &- ones &* 0x20) & ~word) | word) & highs
    }

    @inline(__always)
    private mutating func string(isKey: Bool) throws(JSONRefusal) -> Datum {
        let (text, isOwned) = try text()
        return finish(text.baseAddress.unsafelyUnwrapped, text.count, isKey: isKey, isOwned: isOwned)
    }

    /// The rest of a string after its opening quote, unescaped; owned where that made a copy.
    @inline(__always)
    mutating func text() throws(JSONRefusal) -> (bytes: UnsafeBufferPointer<UInt8>, isOwned: Bool) {
        let first = cursor
        var hasHighBytes = false
        while true {
            while end - cursor >= 8 {
                let word = UnsafeRawPointer(cursor).loadUnaligned(as: UInt64.self).littleEndian
                let marks = Self.needsAttention(word)
                if marks == 0 {
                    cursor += 8
                } else {
                    cursor += marks.trailingZeroBitCount >> 3
                    break
                }
            }
            guard cursor < end else { throw refusal }
            let byte = cursor.pointee
            if byte == UInt8(ascii: "\"") { break }
            if byte == UInt8(ascii: "\\") { return (try escapedText(from: first), true) }
            guard byte >= 0x20 else { throw refusal }
            if byte >= 0x80 { hasHighBytes = true }
            cursor += 1
        }
        let text = UnsafeBufferPointer(start: first, count: cursor - first)
        if hasHighBytes && !UTF8Text.isValid(text) { throw refusal }
        cursor += 1
        return (text, false)
    }

    @inline(__always)
    private func finish(_ first: UnsafePointer<UInt8>, _ count: Int, isKey: Bool, isOwned: Bool) -> Datum {
        if let symbols {
            if interns {
                if isKey || (count <= Self.internedLength && symbols.count < Self.internedTexts) { return symbols.intern(first, count) }
                if count <= Self.internedLength, let symbol = symbols.find(first, count) { return symbol }
            } else if isKey || count <= Self.internedLength, let symbol = symbols.find(first, count) {
                return symbol
            }
        }
        if interns && !isOwned { return arena.string(UnsafeBufferPointer(start: first, count: count)) }
        return .string(first, count: count)
    }

    private mutating func escapedText(from first: UnsafePointer<UInt8>) throws(JSONRefusal) -> UnsafeBufferPointer<UInt8> {
        // No escape grows, so the closing quote bounds the room that is needed.
        var closing = cursor
        while closing < end && closing.pointee != UInt8(ascii: "\"") { closing += closing.pointee == UInt8(ascii: "\\") ? 2 : 1 }
        guard closing < end else { throw refusal }
        let text = arena.bytes(closing - first)
        var count = cursor - first
        text.initialize(from: first, count: count)
        while true {
            guard cursor < end else { throw refusal }
            let byte = cursor.pointee
            if byte == UInt8(ascii: "\"") { break }
            guard byte >= 0x20 else { throw refusal }
            cursor += 1
            if byte != UInt8(ascii: "\\") {
                text[count] = byte
                count += 1
                continue
            }
            guard cursor < end else { throw refusal }
            let escape = cursor.pointee
            cursor += 1
            switch escape {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text[count] = escape
            case UInt8(ascii: "b"): text[count] = 0x08
            case UInt8(ascii: "f"): text[count] = 0x0c
            case UInt8(ascii: "n"): text[count] = 0x0a
            case UInt8(ascii: "r"): text[count] = 0x0d
            case UInt8(ascii: "t"): text[count] = 0x09
            case UInt8(ascii: "u"):
                let scalar = try unicodeEscape()
                for unit in UTF8.encode(scalar) ?? .init() {
                    text[count] = unit
                    count += 1
                }
                continue
            default: throw refusal
            }
            count += 1
        }
        cursor += 1
        let result = UnsafeBufferPointer(start: UnsafePointer(text), count: count)
        guard UTF8Text.isValid(result) else { throw refusal }
        return result
    }

    private mutating func hexadecimal() throws(JSONRefusal) -> UInt32 {
        guard end - cursor >= 4 else { throw refusal }
        var value: UInt32 = 0
        for _ in 0..<4 {
            let byte = cursor.pointee
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
            default: throw refusal
            }
            value = value << 4 | UInt32(digit)
            cursor += 1
        }
        return value
    }

    private mutating func unicodeEscape() throws(JSONRefusal) -> Unicode.Scalar {
        let first = try hexadecimal()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard first < 0xdc00, end - cursor >= 2, cursor[0] == UInt8(ascii: "\\"), cursor[1] == UInt8(ascii: "u") else { throw refusal }
        cursor += 2
        let second = try hexadecimal()
        guard second >= 0xdc00, second < 0xe000, let scalar = Unicode.Scalar(0x10000 + (first - 0xd800) << 10 + (second - 0xdc00)) else { throw refusal }
        return scalar
    }

    // MARK: Numbers

    private mutating func number() throws(JSONRefusal) -> Datum {
        let first = cursor
        let isNegative = cursor.pointee == UInt8(ascii: "-")
        if isNegative { cursor += 1 }
        let digits = cursor
        var magnitude: UInt64 = 0
        while cursor < end, cursor.pointee &- 0x30 <= 9 {
            magnitude = magnitude &* 10 &+ UInt64(cursor.pointee &- 0x30)
            cursor += 1
        }
        let digitCount = cursor - digits
        guard digitCount > 0, digitCount == 1 || digits.pointee != UInt8(ascii: "0") else { throw refusal }
        let next = cursor < end ? cursor.pointee : 0
        if next != UInt8(ascii: ".") && next | 0x20 != UInt8(ascii: "e") && digitCount <= 18 && !(isNegative && magnitude == 0) {
            return .integer(isNegative ? -Int64(magnitude) : Int64(magnitude))
        }
        if next == UInt8(ascii: ".") {
            cursor += 1
            try skipDigits()
        }
        if cursor < end, cursor.pointee | 0x20 == UInt8(ascii: "e") {
            cursor += 1
            if cursor < end, cursor.pointee == UInt8(ascii: "+") || cursor.pointee == UInt8(ascii: "-") { cursor += 1 }
            try skipDigits()
        }
        let text = UnsafeBufferPointer(start: first, count: cursor - first)
        if let decimal = SmallDecimal(text), decimal.fractionDigits > 0 {
            let isWhole = decimal.digits % SmallDecimal.powersOfTen[decimal.fractionDigits] == 0
            var datum = interns ? arena.string(text) : .string(first, count: text.count)
            datum.tag = .number
            datum.flags = isWhole ? Datum.Flags.literal : 0
            return datum
        }
        guard let number = Number(literal: String(decoding: text, as: UTF8.self)) else { throw refusal }
        return arena.number(number)
    }

    private mutating func skipDigits() throws(JSONRefusal) {
        guard cursor < end, cursor.pointee &- 0x30 <= 9 else { throw refusal }
        while cursor < end, cursor.pointee &- 0x30 <= 9 { cursor += 1 }
    }
}

/// A growing pile of data outside any region, for what is collected before its size is known.
struct DatumStack {
    private(set) var base: UnsafeMutablePointer<Datum>
    private(set) var count = 0
    private var capacity: Int

    init(capacity: Int = 256) {
        self.capacity = capacity
        base = .allocate(capacity: capacity)
    }

    func free() { base.deallocate() }

    @inline(__always)
    mutating func push(_ datum: Datum) {
        if count == capacity { grow() }
        base[count] = datum
        count += 1
    }

    mutating func truncate(to count: Int) { self.count = count }

    private mutating func grow() {
        let larger = UnsafeMutablePointer<Datum>.allocate(capacity: capacity * 2)
        larger.initialize(from: base, count: count)
        base.deallocate()
        base = larger
        capacity *= 2
    }
}

enum UTF8Text {
    static func isValid(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        var position = 0
        while position < bytes.count {
            let lead = bytes[position]
            position += 1
            if lead < 0x80 { continue }
            var low: UInt8 = 0x80, high: UInt8 = 0xbf
            let following: Int
            switch lead {
            case 0xc2...0xdf: following = 1
            case 0xe0...0xef:
                following = 2
                if lead == 0xe0 { low = 0xa0 }
                if lead == 0xed { high = 0x9f }
            case 0xf0...0xf4:
                following = 3
                if lead == 0xf0 { low = 0x90 }
                if lead == 0xf4 { high = 0x8f }
            default: return false
            }
            guard bytes.count - position >= following else { return false }
            for _ in 0..<following {
                guard bytes[position] >= low, bytes[position] <= high else { return false }
                low = 0x80
                high = 0xbf
                position += 1
            }
        }
        return true
    }
}
