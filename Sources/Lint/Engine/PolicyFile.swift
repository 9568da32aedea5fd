import Rego

/// A parsed file with what rules ask about it again and again, found in one walk over its tree.
public struct PolicyFile: Sendable {
    public let path: String
    public let module: Module
    public let bytes: [UInt8]
    /// The range of bytes of each line, without its end.
    public let lines: [Range<Int>]
    public let index: SyntaxIndex

    public init(_ module: Module) {
        path = module.file
        self.module = module
        bytes = Array(module.text.utf8)
        lines = Self.lines(of: bytes)
        index = SyntaxIndex(module)
    }

    private static func lines(of bytes: [UInt8]) -> [Range<Int>] {
        var lines: [Range<Int>] = []
        var begin = 0
        for (offset, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") {
            let hasReturn = offset > begin && bytes[offset - 1] == UInt8(ascii: "\r")
            lines.append(begin..<(hasReturn ? offset - 1 : offset))
            begin = offset + 1
        }
        if begin < bytes.count { lines.append(begin..<bytes.count) }
        return lines
    }

    /// The text of a line; `row` counts from 1.
    func line(_ row: Int) -> String { lines.indices.contains(row - 1) ? text(lines[row - 1]) : "" }

    func text(_ range: Range<Int>) -> String { String(decoding: bytes[range.clamped(to: 0..<bytes.count)], as: UTF8.self) }

    func text(_ location: SourceLocation) -> String { text(location.offset..<max(location.offset, location.offset + location.length)) }

    /// The place of bytes in a line.
    func location(row: Int, column: Int, length: Int) -> SourceLocation {
        let offset = lines.indices.contains(row - 1) ? lines[row - 1].lowerBound + column - 1 : 0
        return SourceLocation(file: path, row: row, column: column, offset: offset, length: length)
    }

    var packageName: String { (["data"] + module.package.path).joined(separator: ".") }
    var isTest: Bool { path.hasSuffix("_test.rego") || module.package.path.last?.hasSuffix("_test") == true }
    var branches: [SyntaxIndex.Branch] { index.branches }
    var bodies: [SyntaxIndex.BodySite] { index.bodies }
    var literals: [SyntaxIndex.Literal] { index.literals }
    var calls: [SyntaxIndex.CallSite] { index.calls }
    var refs: [SyntaxIndex.RefSite] { index.refs }

    /// The calls of a function or operator, in the order of the text.
    func calls(to name: String) -> [SyntaxIndex.CallSite] { (index.callsByName[name] ?? []).map { index.calls[$0] } }
    func calls(to names: [String]) -> [SyntaxIndex.CallSite] { names.flatMap { calls(to: $0) } }
}
