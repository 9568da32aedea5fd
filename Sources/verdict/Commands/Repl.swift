import ArgumentParser
import Foundation
import NetworkAccess
import Rego

/// `verdict repl`: asks and defines line by line.
struct Repl: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "repl",
        abstract: "Ask queries and define rules line by line.",
        discussion: """
            Examples:
              verdict repl policies
              verdict repl --watch -i request.json policies
              echo 'data.rbac.allow with input.user as "ada"' | verdict repl policies

            `:help` shows what there is beside queries and rules. Without a terminal, lines are read from standard input.
            """)

    @Option(name: [.short, .customLong("bundle")], help: "A bundle: an archive or a folder; may be repeated.")
    var bundle: [String] = []
    @Option(name: .long, help: "A pattern of file and folder names to leave out; may be repeated.")
    var ignore: [String] = []
    @Option(name: [.short, .customLong("input")], help: "The input document: a JSON or YAML file.")
    var input: String?
    @Flag(name: .shortAndLong, help: "Read files again when they change.")
    var watch = false
    @Flag(name: .customLong("v0-compatible"), help: "Read modules as Rego v0.")
    var v0Compatible = false
    @Flag(name: .customLong("no-history"), help: "Neither read nor write the history of earlier sessions.")
    var noHistory = false
    @OptionGroup var capabilities: CapabilitiesOption
    @Argument(help: "Policy and data files or folders.")
    var paths: [String] = []

    func run() throws {
        try Reporting.failures {
            var sources = Session.Sources(paths: paths, bundles: bundle, ignored: ignore, version: v0Compatible ? .v0 : .v1)
            sources.options.capabilities = try capabilities.read()
            sources.network = ProcessNetwork(userAgent: "Verdict/\(Version.number)")
            sources.colors = Terminal.output.hasColors
            var session = try Session(sources, watches: watch)
            session.input = try input.flatMap { try PolicyFiles.inputSource($0).value() }
            if LineTerminal.isThere { converse(&session) } else { read(&session) }
        }
    }

    /// Lines of standard input, to its end.
    private func read(_ session: inout Session) {
        while let line = readLine() {
            if let reply = session.reloadChanged() { show(reply) }
            let reply = session.accept(line)
            show(reply)
            if reply.isLast { return }
        }
        show(session.end())
    }

    private func converse(_ session: inout Session) {
        let terminal = LineTerminal(), interruption = Interruption()
        var history = History(file: noHistory ? nil : History.standardFile)
        while true {
            let completion = SessionCompletion(session)
            let editor = LineEditor(history: history.entries) { completion.complete($0, cursor: $1) }
            switch terminal.read(session.prompt, editor, whileIdle: { session.reloadChanged().map { $0.output + $0.error } }) {
            case .accepted(let line):
                history.add(line)
                session.cancellation = interruption.cancellation()
                let reply = session.accept(line)
                show(reply)
                if reply.isLast { return }
            case .interrupted: session.abandon()
            default: return
            }
        }
    }

    private func show(_ reply: Session.Reply) {
        if !reply.output.isEmpty { Reporting.output(reply.output) }
        if !reply.error.isEmpty { Reporting.error(String(reply.error.dropLast())) }
    }
}
