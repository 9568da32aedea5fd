import Rego
import Testing

@testable import Lint

@Suite struct FixTests {
    /// A rule with text before and after.
    static let fixes = [
        ("allow if \"a\" == input.x", "allow if input.x == \"a\""),
        ("allow if 18 <= input.age", "allow if input.age >= 18"),
        ("#comment\nallow if input.x", "# comment\nallow if input.x"),
        ("allow if input.x  ", "allow if input.x"),
        ("limit = 10", "limit := 10"),
        ("default allow = false", "default allow := false"),
        ("allow if input.role = \"a\"", "allow if input.role == \"a\""),
        ("allow if input.roles[_] == \"a\"", "allow if \"a\" in input.roles"),
        ("allow if input.role in [\"a\"]", "allow if input.role == \"a\""),
        ("allow if input.role in [\"a\", \"b\"]", "allow if input.role in {\"a\", \"b\"}"),
        ("allow if {\n\tsome _, x in input.xs\n\tx == 1\n}", "allow if {\n\tsome x in input.xs\n\tx == 1\n}"),
        ("allow if some \"a\" in input.xs", "allow if \"a\" in input.xs"),
        ("allow if regex.match(\"^\\\\d+$\", input.x)", "allow if regex.match(`^\\d+$`, input.x)"),
        ("allow if regex.match(\"^/public/\", input.x)", "allow if startswith(input.x, \"/public/\")"),
        ("names contains value.name if walk(input, [path, value])", "names contains value.name if walk(input, [_, value])"),
    ]

    @Test(arguments: fixes) func mends(_ before: String, _ after: String) {
        let source = PolicySource(file: "a.rego", text: "package policy\n\n\(before)\n")
        let (policies, count) = Linter().lint([source]).mended([source])
        #expect(policies.map(\.text) == ["package policy\n\n\(after)\n"])
        #expect(count > 0)
        #expect(Linter().lint(policies).findings.allSatisfy { $0.fix == nil })
    }

    @Test func twoAtOnePlaceAreNotMixed() {
        let text = "abcdef"
        let result = Fix.apply([Fix(edits: [.init(range: 1..<4, text: "X")]), Fix(edits: [.init(range: 2..<3, text: "Y")]), Fix(edits: [.init(range: 5..<6, text: "Z")])], to: text)
        #expect(result.text == "aXeZ")
        #expect(result.applied == 2)
    }
}
