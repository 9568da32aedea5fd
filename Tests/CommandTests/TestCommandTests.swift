import Support
import Testing

/// What `verdict test` does beside what one run prints.
@Suite(.ownThread) struct TestCommandTests {
    /// Whatever runs beside whatever, results and their order are the same.
    @Test(arguments: ["1", "2", "7"])
    func parallelRunsReportAlike(_ count: String) throws {
        let line = "verdict test -f json policies docs/samples/door.rego docs/samples/door_test.rego -p \(count) | grep -v '\"duration\"'"
        let alone = try Command.shell(line.replacing("-p \(count)", with: "-p 1"))
        #expect(alone.output.contains("test_blue_opens_at_night"))
        #expect(try Command.shell(line).output == alone.output)
    }

    @Test func watchingRunsAgain() throws {
        let folder = try TemporaryFolder(files: ["p_test.rego": "package p\n\ntest_a if true\n"])
        let outcome = try Command.shell(
            """
            waitFor() { for _ in $(seq 600); do grep -q "$1" out && return; sleep 0.1; done; }
            verdict test --watch . > out 2>&1 & pid=$!
            waitFor Watching
            printf 'package p\\n\\ntest_a if 1 > 2\\n' > p_test.rego
            waitFor FAIL
            printf 'package p\\n\\ntest_a if\\n' > p_test.rego
            waitFor rego_parse_error
            printf 'package p\\n\\ntest_mended if true\\n\\ntest_b if true' > p_test.rego
            waitFor 2/2
            kill $pid; cat out
            """, in: folder.url)
        for part in ["PASS: 1/1\n", "data.p.test_a: FAIL", "rego_parse_error", "PASS: 2/2\n"] { #expect(outcome.output.contains(part), "\(outcome.output)") }
    }

    /// Colours are for terminals, and for those who want them.
    @Test(arguments: [("", "\u{1B}[31mFAIL\u{1B}[0m"), ("1", "data.p.test_a: FAIL")])
    func colorsRespectTheTerminal(_ noColor: String, _ shown: String) throws {
        let folder = try TemporaryFolder(files: ["p_test.rego": "package p\n\ntest_a if 1 > 2\n"])
        let terminal = try PseudoTerminal(["test", "."], in: folder.url, environment: ["NO_COLOR": noColor], keepsColors: true)
        try terminal.wait(for: shown)
        #expect(terminal.exitCode() == 2)
    }

    /// A file of explanations is written once, and then agrees with the same tests.
    @Test func explanationsAreKept() throws {
        let folder = try TemporaryFolder(files: ["p_test.rego": "package p\n\ntest_a if not 1 > 2\n"])
        for _ in 0..<2 {
            let outcome = try Command.verdict(["test", "--explanations", "why.json", "."], in: folder.url)
            #expect(outcome.code == 0, "\(outcome.output)\(outcome.error)")
        }
        try folder.write("p_test.rego", "package p\n\n# Moved.\n\ntest_a if not 1 > 2\n")
        #expect(try Command.verdict(["test", "--explanations", "why.json", "p_test.rego"], in: folder.url).code == 0)
    }
}
