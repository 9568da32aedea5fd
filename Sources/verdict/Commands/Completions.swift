import ArgumentParser

/// `verdict completions`: what a shell needs to complete commands and options.
struct Completions: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "completions",
        abstract: "Print a shell's completions of commands and options.",
        discussion: """
            verdict completions bash > ~/.local/share/bash-completion/completions/verdict
            verdict completions zsh > ~/.zsh/completions/_verdict     # a folder of $fpath
            verdict completions fish > ~/.config/fish/completions/verdict.fish
            """)

    enum Shell: String, ExpressibleByArgument, CaseIterable {
        case bash, zsh, fish

        var completed: CompletionShell {
            switch self {
            case .bash: .bash
            case .zsh: .zsh
            case .fish: .fish
            }
        }
    }

    @Argument(help: "bash, zsh or fish.")
    var shell: Shell

    func run() { Reporting.output(Verdict.completionScript(for: shell.completed)) }
}
