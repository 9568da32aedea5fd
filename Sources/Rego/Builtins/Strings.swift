#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

extension Builtin {
    private static let texts: RegoType = .anyOf(.array(of: .string), .set(of: .string))
    private static let textOrTexts: RegoType = .anyOf(.string, .array(of: .string), .set(of: .string))

    static let strings: [Builtin] = [
        Builtin("startswith", ["search": .string, "base": .string], returns: .boolean, "True where the text begins with another.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            .boolean(Bytes.hasPrefix(try call.utf8(0), try call.utf8(1)))
        },
        Builtin("endswith", ["search": .string, "base": .string], returns: .boolean, "True where the text ends with another.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            .boolean(Bytes.hasSuffix(try call.utf8(0), try call.utf8(1)))
        },
        Builtin("contains", ["haystack": .string, "needle": .string], returns: .boolean, "True where the text contains another.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            .boolean(Bytes.find(try call.utf8(1), in: try call.utf8(0), from: 0) != nil)
        },
        Builtin("indexof", ["haystack": .string, "needle": .string], returns: .number, "The position of the first occurrence in characters, -1 for none.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            let text = try call.utf8(0), part = try call.utf8(1)
            guard !part.isEmpty else { throw .failure("empty search character") }
            guard let offset = Bytes.find(part, in: text, from: 0) else { return .integer(-1) }
            return .integer(Bytes.characters(text, upTo: offset))
        },
        Builtin("indexof_n", ["haystack": .string, "needle": .string], returns: .array(of: .number), "The positions of all occurrences in characters.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            let text = try call.utf8(0), part = try call.utf8(1)
            guard !part.isEmpty else { throw .failure("empty search character") }
            var positions: [Datum] = []
            var start = 0
            while let offset = Bytes.find(part, in: text, from: start) {
                positions.append(.integer(Bytes.characters(text, upTo: offset)))
                start = offset + 1
            }
            return call.make(array: positions)
        },
        Builtin("lower", ["x": .string], returns: .string, "The text in small letters.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            try call.mapASCII(0, where: { (0x41...0x5a).contains($0) }, { $0 | 0x20 }) { scalar in
                // Go maps one character to one: the dotted capital I loses its dot.
                if scalar == "\u{130}" { return "i" }
                return scalar.properties.lowercaseMapping.unicodeScalars.count == 1 ? scalar.properties.lowercaseMapping : String(scalar)
            }
        },
        Builtin("upper", ["x": .string], returns: .string, "The text in capital letters.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            try call.mapASCII(0, where: { (0x61...0x7a).contains($0) }, { $0 & 0xdf }) { scalar in scalar.properties.uppercaseMapping.unicodeScalars.count == 1 ? scalar.properties.uppercaseMapping : String(scalar) }
        },
        Builtin("split", ["x": .string, "delimiter": .string], returns: .array(of: .string), "The pieces between delimiters.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            let text = try call.utf8(0), delimiter = try call.utf8(1)
            var pieces: [Datum] = []
            if delimiter.isEmpty {
                var start = 0
                while start < text.count {
                    var end = start + 1
                    while end < text.count && text[end] & 0xc0 == 0x80 { end += 1 }
                    pieces.append(call.make(sharing: text, start..<end))
                    start = end
                }
                return call.make(array: pieces)
            }
            if !call.memoryContains(delimiter, in: text) { return call.make(array: [call[0]]) }
            var start = 0
            while let offset = Bytes.find(delimiter, in: text, from: start) {
                pieces.append(call.make(sharing: text, start..<offset))
                start = offset + delimiter.count
            }
            pieces.append(call.make(sharing: text, start..<text.count))
            return call.make(array: pieces)
        },
        Builtin("concat", ["delimiter": .string, "collection": texts], returns: .string, "The members joined with a delimiter.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            let delimiter = try call.utf8(0)
            let members = try call.elements(1)
            var size = 0
            for member in members {
                guard member.tag == .string else { throw .type("operand 2 must be \(call[1].typeName) of strings but got \(call[1].typeName) containing \(member.typeName)") }
                size += Int(member.count) + delimiter.count
            }
            try call.limits.checkTextSize(size)
            let target = call.arena.bytes(size)
            var count = 0
            for (position, member) in members.enumerated() {
                if position > 0 { count += Bytes.copy(delimiter, to: target + count) }
                count += Bytes.copy(member.bytes, to: target + count)
            }
            return .string(target, count: count)
        },
        Builtin("replace", ["x": .string, "old": .string, "new": .string], returns: .string, "The text with every occurrence replaced.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            call.make(bytes: try Bytes.replacing(try call.utf8(1), in: try call.utf8(0), with: try call.utf8(2), within: call.limits))
        },
        Builtin("strings.replace_n", ["patterns": .object(.string, .string), "value": .string], returns: .string, "The text with many texts replaced in one go.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            let patterns = try call.object(0)
            let text = try call.utf8(1)
            for entry in patterns.keys.indices {
                guard patterns.keys[entry].tag == .string else { throw .type("operand 1 non-string key found in pattern object") }
                guard patterns.value(at: entry).tag == .string else { throw .type("operand 1 non-string value found in pattern object") }
            }
            var result: [UInt8] = []
            var position = 0
            // An empty text stands before each byte and at the end, but once in a place.
            var wasEmpty = false
            outer: while position <= text.count {
                for entry in patterns.keys.indices {
                    let old = patterns.keys[entry].bytes
                    if old.count <= text.count - position, (0..<old.count).allSatisfy({ text[position + $0] == old[$0] }), !(old.isEmpty && wasEmpty) {
                        result.append(contentsOf: patterns.value(at: entry).bytes)
                        position += old.count
                        wasEmpty = old.isEmpty
                        continue outer
                    }
                }
                wasEmpty = false
                if position < text.count { result.append(text[position]) }
                position += 1
            }
            return call.make(bytes: result)
        },
        Builtin("substring", ["value": .string, "offset": .number, "length": .number], returns: .string, "A part of the text by characters; a negative length means the rest.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            let text = try call.utf8(0)
            let offset = try call.integer(1), length = try call.integer(2)
            guard offset >= 0 else { throw .failure("negative offset") }
            let start = Bytes.offset(text, character: offset, from: 0)
            let end = length < 0 ? text.count : Bytes.offset(text, character: length, from: start)
            return call.make(sharing: text, start..<end)
        },
        Builtin("trim", ["value": .string, "cutset": .string], returns: .string, "The text without some characters at either end.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            try call.trim(left: true, right: true)
        },
        Builtin("trim_left", ["value": .string, "cutset": .string], returns: .string, "The text without some characters at its beginning.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            try call.trim(left: true, right: false)
        },
        Builtin("trim_right", ["value": .string, "cutset": .string], returns: .string, "The text without some characters at its end.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            try call.trim(left: false, right: true)
        },
        Builtin("trim_prefix", ["value": .string, "prefix": .string], returns: .string, "The text without a beginning.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            let text = try call.utf8(0), prefix = try call.utf8(1)
            return Bytes.hasPrefix(text, prefix) ? call.make(sharing: text, prefix.count..<text.count) : call[0]
        },
        Builtin("trim_suffix", ["value": .string, "suffix": .string], returns: .string, "The text without an ending.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            let text = try call.utf8(0), suffix = try call.utf8(1)
            return Bytes.hasSuffix(text, suffix) ? call.make(sharing: text, 0..<(text.count - suffix.count)) : call[0]
        },
        Builtin("trim_space", ["value": .string], returns: .string, "The text without white space at either end.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            let scalars = Substring(try call.string(0)).unicodeScalars
            guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }), let last = scalars.lastIndex(where: { !$0.properties.isWhitespace }) else { return call.make("") }
            return call.make(String(scalars[first...last]))
        },
        Builtin("strings.reverse", ["x": .string], returns: .string, "The text backwards.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            var reversed = String.UnicodeScalarView()
            reversed.append(contentsOf: try call.string(0).unicodeScalars.reversed())
            return call.make(String(reversed))
        },
        Builtin("strings.count", ["search": .string, "substring": .string], returns: .number, "How often a text occurs, without overlaps.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            let text = try call.utf8(0), part = try call.utf8(1)
            if part.isEmpty { return .integer(Bytes.characters(text, upTo: text.count) + 1) }
            var count = 0, start = 0
            while let offset = Bytes.find(part, in: text, from: start) {
                count += 1
                start = offset + part.count
            }
            return .integer(count)
        },
        Builtin("strings.any_prefix_match", ["search": textOrTexts, "base": textOrTexts], returns: .boolean, "True where some text begins with some other.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            let texts = try call.texts(0), parts = try call.texts(1)
            return .boolean(texts.contains { text in parts.contains { Bytes.hasPrefix(text.bytes, $0.bytes) } })
        },
        Builtin("strings.any_suffix_match", ["search": textOrTexts, "base": textOrTexts], returns: .boolean, "True where some text ends with some other.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            let texts = try call.texts(0), parts = try call.texts(1)
            return .boolean(texts.contains { text in parts.contains { Bytes.hasSuffix(text.bytes, $0.bytes) } })
        },
        Builtin("sprintf", ["format": .string, "values": .array(of: .any)], returns: .string, "The format with its verbs replaced by values, as Go's `fmt.Sprintf`.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            let format = try call.utf8(0)
            var formatter = Formatter(values: try call.array(1), limits: call.limits)
            return call.make(bytes: try formatter.format(format))
        },
    ]
}

/// Searching and comparing runs of bytes.
enum Bytes {
    static func hasPrefix(_ text: UnsafeBufferPointer<UInt8>, _ prefix: UnsafeBufferPointer<UInt8>) -> Bool {
        guard prefix.count <= text.count else { return false }
        guard let start = text.baseAddress, let expected = prefix.baseAddress, !prefix.isEmpty else { return true }
        return memcmp(start, expected, prefix.count) == 0
    }

    static func hasSuffix(_ text: UnsafeBufferPointer<UInt8>, _ suffix: UnsafeBufferPointer<UInt8>) -> Bool {
        guard suffix.count <= text.count else { return false }
        return hasPrefix(UnsafeBufferPointer(rebasing: text[(text.count - suffix.count)...]), suffix)
    }

    /// The number that the digits from a position on are, after which the position is; nil for none, and for more than 18.
    static func number(_ text: UnsafeBufferPointer<UInt8>, _ position: inout Int) -> Int64? {
        let start = position
        var value: Int64 = 0
        while position < text.count, text[position] &- UInt8(ascii: "0") <= 9 {
            guard position - start < 18 else { return nil }
            value = value * 10 + Int64(text[position] &- UInt8(ascii: "0"))
            position += 1
        }
        return position > start ? value : nil
    }

    static func find(_ part: UnsafeBufferPointer<UInt8>, in text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
        guard let first = part.first else { return start <= text.count ? start : nil }
        var position = start
        while text.count - position >= part.count {
            guard let hit = text[position...].firstIndex(of: first), text.count - hit >= part.count else { return nil }
            if hasPrefix(UnsafeBufferPointer(rebasing: text[hit...]), part) { return hit }
            position = hit + 1
        }
        return nil
    }

    static func characters(_ text: UnsafeBufferPointer<UInt8>, upTo offset: Int) -> Int {
        var count = 0
        for position in 0..<offset where text[position] & 0xc0 != 0x80 { count += 1 }
        return count
    }

    /// The byte offset of a character counted from an offset; the end where there are fewer.
    static func offset(_ text: UnsafeBufferPointer<UInt8>, character: Int, from start: Int) -> Int {
        var position = start, left = character
        while left > 0 && position < text.count {
            position += 1
            while position < text.count && text[position] & 0xc0 == 0x80 { position += 1 }
            left -= 1
        }
        return position
    }

    static func copy(_ bytes: UnsafeBufferPointer<UInt8>, to target: UnsafeMutablePointer<UInt8>) -> Int {
        if let start = bytes.baseAddress, !bytes.isEmpty { target.initialize(from: start, count: bytes.count) }
        return bytes.count
    }

    static func replacing(_ old: UnsafeBufferPointer<UInt8>, in text: UnsafeBufferPointer<UInt8>, with new: UnsafeBufferPointer<UInt8>, within limits: BuiltinLimits) throws(BuiltinError) -> [UInt8] {
        var result: [UInt8] = []
        if old.isEmpty {
            // As in Go, an empty text stands before every character and at the end.
            var position = 0
            while position < text.count {
                result.append(contentsOf: new)
                let next = offset(text, character: 1, from: position)
                result.append(contentsOf: text[position..<next])
                position = next
                try limits.checkTextSize(result.count)
            }
            result.append(contentsOf: new)
            return result
        }
        var start = 0
        while let hit = find(old, in: text, from: start) {
            result.append(contentsOf: text[start..<hit])
            result.append(contentsOf: new)
            start = hit + old.count
            try limits.checkTextSize(result.count)
        }
        result.append(contentsOf: text[start...])
        return result
    }
}

extension BuiltinCall {
    func memoryContains(_ part: UnsafeBufferPointer<UInt8>, in text: UnsafeBufferPointer<UInt8>) -> Bool { Bytes.find(part, in: text, from: 0) != nil }

    /// Changes letters; text beyond ASCII takes the slower way.
    fileprivate func mapASCII(_ position: Int, where isAffected: (UInt8) -> Bool, _ change: (UInt8) -> UInt8, other: (Unicode.Scalar) -> String) throws(BuiltinError) -> Datum {
        let text = try utf8(position)
        if text.allSatisfy({ $0 < 0x80 }) {
            guard text.contains(where: isAffected) else { return self[position] }
            let target = arena.bytes(text.count)
            for (offset, byte) in text.enumerated() { target[offset] = isAffected(byte) ? change(byte) : byte }
            return .string(target, count: text.count)
        }
        return make(self[position].text.unicodeScalars.map(other).joined())
    }

    fileprivate func trim(left: Bool, right: Bool) throws(BuiltinError) -> Datum {
        let text = try utf8(0), cutset = try utf8(1)
        if cutset.allSatisfy({ $0 < 0x80 }) {
            var start = 0, end = text.count
            while left, start < end, cutset.contains(text[start]) { start += 1 }
            while right, end > start, cutset.contains(text[end - 1]) { end -= 1 }
            return make(sharing: text, start..<end)
        }
        let cut = Set(self[1].text.unicodeScalars)
        var scalars = Substring(self[0].text).unicodeScalars
        while left, let first = scalars.first, cut.contains(first) { scalars.removeFirst() }
        while right, let last = scalars.last, cut.contains(last) { scalars.removeLast() }
        return make(String(scalars))
    }

    /// One string, or the strings of an array or set.
    fileprivate func texts(_ position: Int) throws(BuiltinError) -> [Datum] {
        if self[position].tag == .string { return [self[position]] }
        guard self[position].tag == .array || self[position].tag == .set else { throw mismatch(position, "one of {string, set, array}") }
        let members = try elements(position)
        for member in members where member.tag != .string {
            throw .type("operand \(position + 1) must be \(self[position].typeName) of strings but got \(self[position].typeName) containing \(member.typeName)")
        }
        return Array(members)
    }
}
