import Foundation
import Rego
import Support
import Testing

@testable import LanguageServer

/// Texts, positions and edits, compared with what Swift's own strings say.
@Suite struct DocumentTests {
    private static let pieces = ["a", "\n", "\r\n", "\r", "é", "漢", "🦊", "e\u{301}", "\t", "package app", "\u{feff}", ""]

    /// Numbers that are the same in every run.
    private struct Numbers: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 29)
        }
    }

    private static func text(_ count: Int, _ numbers: inout Numbers) -> String {
        (0..<count).map { _ in pieces.randomElement(using: &numbers) ?? "" }.joined()
    }

    /// The place of a count of scalars, by the definition of LSP.
    private static func position(_ scalars: ArraySlice<Unicode.Scalar>, before next: Unicode.Scalar?, _ encoding: DocumentText.Encoding) -> Position {
        var position = Position(line: 0, character: 0)
        func breaksLine(_ scalar: Unicode.Scalar, _ following: Unicode.Scalar?) -> Bool { scalar == "\n" || (scalar == "\r" && following != "\n") }
        for index in scalars.indices {
            let following = index + 1 < scalars.endIndex ? scalars[index + 1] : next
            if breaksLine(scalars[index], following) {
                position = Position(line: position.line + 1, character: 0)
            } else {
                position.character += encoding == .utf8 ? UTF8.width(scalars[index]) : UTF16.width(scalars[index])
            }
        }
        return position
    }

    @Test(arguments: [DocumentText.Encoding.utf8, .utf16], Array(1...40) as [UInt64])
    func positionsAndOffsets(_ encoding: DocumentText.Encoding, _ seed: UInt64) {
        var numbers = Numbers(state: seed)
        let text = Self.text(60, &numbers), document = DocumentText(text, encoding: encoding)
        let scalars = Array(text.unicodeScalars)
        var offset = 0
        for count in 0...scalars.count {
            let next = count < scalars.count ? scalars[count] : nil
            // Between the two bytes of a line's end no position is.
            let isWithinEnd = count > 0 && scalars[count - 1] == "\r" && next == "\n"
            if !isWithinEnd {
                let expected = Self.position(scalars[..<count], before: next, encoding)
                #expect(document.position(of: offset) == expected)
                #expect(document.offset(of: expected) == offset)
            }
            if let next { offset += UTF8.width(next) }
        }
    }

    /// A document that was edited is the one that was made of the text at once, and has its tree where the text can be parsed.
    @Test(arguments: Array(1...60) as [UInt64])
    func editsGiveTheSameAsTheWholeText(_ seed: UInt64) {
        var numbers = Numbers(state: seed &* 977)
        let path = DocumentPath(file: "/app.rego")
        let start = "package app\n\nallow if {\n\tinput.x == 1\n}\n\ndeny if input.y\n"
        var document = PolicyDocument(path, uri: path.uri, name: "app.rego", text: DocumentText(start, encoding: .utf16), version: 1, regoVersion: .v1)
        var expected = start
        for version in 2...20 {
            let from = Int.random(in: 0...expected.utf16.count, using: &numbers), to = min(expected.utf16.count, from + Int.random(in: 0...6, using: &numbers))
            let replacement = Self.text(Int.random(in: 0...3, using: &numbers), &numbers)
            let whole = DocumentText(expected, encoding: .utf16)
            let range = TextRange(start: whole.position(of: Self.bytes(from, expected)), end: whole.position(of: Self.bytes(to, expected)))
            let bytes = whole.bytes(of: range)
            var utf8 = Array(expected.utf8)
            utf8.replaceSubrange(bytes, with: replacement.utf8)
            expected = String(decoding: utf8, as: UTF8.self)
            document.apply([.init(range: range, text: replacement)], version: version)
            if version % 3 != 0 { document.read() }
            #expect(document.text.text == expected)
            #expect(document.text.lines == DocumentText(expected, encoding: .utf16).lines)
            checkPlaces(document)
        }
        document.read()
        let fresh = PolicyDocument(path, uri: path.uri, name: "app.rego", text: DocumentText(expected, encoding: .utf16), version: 1, regoVersion: .v1)
        #expect(document.problems == fresh.problems)
        if document.isWellFormed { #expect(document.tree?.occurrences.map(\.range) == fresh.tree?.occurrences.map(\.range)) }
    }

    private static func bytes(_ units: Int, _ text: String) -> Int {
        var units = units, bytes = 0
        for scalar in text.unicodeScalars {
            guard units >= UTF16.width(scalar) else { break }
            units -= UTF16.width(scalar)
            bytes += UTF8.width(scalar)
        }
        return bytes
    }

    /// Names of the last tree that still have a place are still what stands there.
    private func checkPlaces(_ document: PolicyDocument) {
        guard let tree = document.tree else { return }
        for occurrence in tree.occurrences {
            guard let range = document.edits.current(occurrence.range) else { continue }
            #expect(document.text.text(range) == tree.text.text(occurrence.range))
            #expect(document.edits.original(range.lowerBound) == occurrence.range.lowerBound || range.isEmpty)
        }
    }

    @Test func framingIsTheSameHoweverBytesCome() {
        let bytes = Array("Content-Length: 2\r\n\r\n{}junk\r\n\r\nContent-Length: 3\r\nContent-Type: x\r\n\r\n[1]content-length: 4\r\n\r\nnull".utf8)
        func read(by size: Int) -> [String] {
            var framing = MessageFraming(), read: [String] = []
            for start in stride(from: 0, to: bytes.count, by: size) {
                framing.append(bytes[start..<min(bytes.count, start + size)])
                while true {
                    do throws(MessageFraming.Problem) {
                        guard let message = try framing.next() else { break }
                        read.append(String(decoding: message, as: UTF8.self))
                    } catch {
                        read.append("problem")
                    }
                }
            }
            return read
        }
        for size in 1...bytes.count { #expect(read(by: size) == ["{}", "problem", "[1]", "null"], "\(size)") }
    }
}
