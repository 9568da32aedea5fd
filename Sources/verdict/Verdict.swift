import ArgumentParser

/// The command line: one file a command in `Commands`.
@main
struct Verdict: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verdict",
        abstract: "Policy decisions in Rego: evaluate, check and serve.",
        subcommands: [
            Eval.self, Exec.self, Check.self, LintCommand.self, Format.self, Test.self, New.self, Parse.self, Bench.self, Tree.self, Why.self, Repl.self,
            LanguageServerCommand.self, Run.self, Build.self, Sign.self, Inspect.self, ServiceLevelObjectives.self, Replay.self, Events.self, RouteCommand.self,
            Capabilities.self, Version.self,
        ])
}
