/// What was pressed on a terminal.
enum Key: Hashable, Sendable {
    case character(Character)
    case enter, tab, backspace, delete
    case left, right, wordLeft, wordRight, home, end
    case up, down
    /// Erases to the end, to the beginning, and the word before the cursor.
    case eraseToEnd, eraseToStart, eraseWord
    case search, clear, interrupt, endOfInput
}

/// Makes keys of the bytes that a terminal sends: UTF-8, control characters, and the sequences of xterm.
struct KeyDecoder {
    private var pending: [UInt8] = []

    /// The key that a byte completes; nil where more bytes are needed, or the sequence means nothing here.
    mutating func decode(_ byte: UInt8) -> Key? {
        pending.append(byte)
        if pending[0] == 0x1b { return escapeSequence() }
        if pending[0] < 0x80 {
            pending = []
            return byte == 0x7f ? .backspace : byte < 0x20 ? Self.control(byte) : .character(Character(Unicode.Scalar(byte)))
        }
        guard let text = String(validating: pending, as: UTF8.self), let character = text.first else {
            if pending.count >= 4 { pending = [] }
            return nil
        }
        pending = []
        return .character(character)
    }

    private static func control(_ byte: UInt8) -> Key? {
        switch byte {
        case 0x01: .home
        case 0x02: .left
        case 0x03: .interrupt
        case 0x04: .endOfInput
        case 0x05: .end
        case 0x06: .right
        case 0x08: .backspace
        case 0x09: .tab
        case 0x0a, 0x0d: .enter
        case 0x0b: .eraseToEnd
        case 0x0c: .clear
        case 0x0e: .down
        case 0x10: .up
        case 0x12: .search
        case 0x15: .eraseToStart
        case 0x17: .eraseWord
        default: nil
        }
    }

    private static let sequences: [String: Key] = [
        "[A": .up, "[B": .down, "[C": .right, "[D": .left, "[H": .home, "[F": .end, "OA": .up, "OB": .down, "OC": .right, "OD": .left, "OH": .home, "OF": .end,
        "[1~": .home, "[4~": .end, "[7~": .home, "[8~": .end, "[3~": .delete, "[1;5C": .wordRight, "[1;5D": .wordLeft, "[1;3C": .wordRight, "[1;3D": .wordLeft,
        "b": .wordLeft, "f": .wordRight, "\u{7f}": .eraseWord,
    ]

    private mutating func escapeSequence() -> Key? {
        guard pending.count > 1 else { return nil }
        let isLong = pending[1] == UInt8(ascii: "[") || pending[1] == UInt8(ascii: "O")
        // A sequence ends with a letter or a tilde.
        if isLong, pending.count == 2 || !(0x40...0x7e).contains(pending[pending.count - 1]) {
            if pending.count > 8 { pending = [] }
            return nil
        }
        let sequence = String(decoding: pending.dropFirst(), as: UTF8.self)
        pending = []
        return Self.sequences[sequence]
    }
}
