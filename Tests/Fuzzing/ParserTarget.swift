import Rego

/// Any text at all, given to the parser and the compiler: no crash, and every refusal names a place in the text.
package struct ParserTarget: FuzzTarget {
    package static let name = "parser"
    package static let vocabulary = [
        "package p\n", "import data.x as y\n", "import rego.v1\n", "default ", "allow ", "if ", "{", "}", "(", ")", "[", "]", " := ", " = ", " == ", "some ", " in ", "every ",
        "not ", " with input as ", " else := ", " contains ", "input", "data", "x", "y[_]", "|", "&", ";", "\n", ",", ":", ".", "\"a\"", "`raw`", "$\"{x}\"", "1", "-1.5e3", "null",
        "true", "set()", "# METADATA\n# title: t\n", "f(x, y)", "{x | x := 1}", "[x | some x in y]", "{k: v | v := input[k]}", "\\u00e9", "\"\\", "0x", "é", "\u{feff}",
    ]
    package init() {}

    package mutating func problem(with input: [UInt8]) -> String? {
        let text = String(decoding: input, as: UTF8.self)
        let rows = text.utf8.count { $0 == UInt8(ascii: "\n") } + 1
        for version in [RegoVersion.v1, .v0] {
            do {
                _ = try PolicySnapshot(policies: [PolicySource(file: "fuzz.rego", text: text, version: version)])
            } catch {
                if error.diagnostics.isEmpty { return "refused without a reason" }
                for diagnostic in error.diagnostics {
                    guard let location = diagnostic.location else { continue }
                    // An empty module has no row to name.
                    if location.row < 1, diagnostic.message != "empty module" { return "no place in the text: \(diagnostic)" }
                    if location.row > rows || location.column < 0 { return "a place outside the text: \(diagnostic)" }
                }
            }
        }
        return nil
    }
}
