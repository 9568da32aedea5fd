import ArgumentParser

/// The command line: one file a command in `Commands`.
///
/// Each command says its name: to make one of its type's name the runtime searches all conformances of the program, at each start and for each command.
@main
struct Verdict: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verdict",
        abstract: "Policy decisions in Rego: evaluate, check and serve.",
        discussion: """
            verdict new shop                                    # begin a folder of policies
            verdict test shop/policies                          # run its tests
            verdict eval -d shop/policies data.shop.allow       # decide
            verdict run --server shop/policies                  # decide over HTTP
            verdict help test                                   # examples of a command
            """,
        subcommands: [
            Eval.self, Exec.self, Check.self, LintCommand.self, Format.self, Test.self, New.self, Parse.self, Bench.self, Tree.self, Deps.self, Why.self,
            Repl.self, LanguageServerCommand.self, Run.self, Build.self, Sign.self, Inspect.self, ServiceLevelObjectives.self, Replay.self, Events.self,
            RouteCommand.self, Capabilities.self, Completions.self, Version.self,
        ])
}
