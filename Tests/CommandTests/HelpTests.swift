import Support
import Testing

/// What every command must say of itself, and shells are told.
@Suite(.ownThread) struct HelpTests {
    @Test func everyCommandHasExamples() throws {
        let commands = try CommandTree.commands()
        #expect(commands.count > 25)
        for (name, command) in commands {
            #expect(command.abstract?.isEmpty == false, "\(name) says what it does")
            #expect(command.examples.contains { "\($0) ".contains("\(name) ") }, "\(name) has no example in its discussion")
        }
    }

    /// Examples name commands and options that there are.
    @Test func examplesCanBeRun() throws {
        let commands = try CommandTree.commands()
        for example in commands.flatMap(\.command.examples) {
            let call = example.split(separator: /\s[#>|]\s/)[example.hasPrefix("verdict") ? 0 : 1].trimmingPrefix("| ").trimmingPrefix(" ")
            let found = commands.filter { "\(call) ".hasPrefix("\($0.name) ") }.max { $0.name.count < $1.name.count }
            let command = try #require(found, "\(example)").command
            let options = Set((command.arguments ?? []).flatMap { $0.names ?? [] }.map(\.text))
            for word in call.split(separator: " ") where word.hasPrefix("-") { #expect(options.contains(String(word)), "\(example)") }
        }
    }

    @Test(arguments: ["bash", "zsh", "fish"])
    func completionsNameCommandsAndOptions(_ shell: String) throws {
        let outcome = try Command.verdict(["completions", shell])
        #expect(outcome.code == 0 && outcome.output.contains("deps") && outcome.output.contains("coverage-format"))
        if shell == "bash" { #expect(try Command.shell("verdict completions bash | bash -n").code == 0) }
    }
}
