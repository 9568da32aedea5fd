import ArgumentParser
import DataConsistency
import Foundation
import Rego

/// `verdict events`: looks at an event log, checks it, moves it, and forgets persons.
struct Events: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "events",
        abstract: "Work with an event log.",
        discussion: """
            verdict events verify --log events
            """,
        subcommands: [List.self, Verify.self, Export.self, Import.self, Forget.self, Compact.self])

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "Print events, one a line.",
            discussion: """
                verdict events list --log events policy
                verdict events list --log events --from 100 --limit 10 decision
                """)

        @OptionGroup var log: EventLogOption
        @Option(help: "The sequence to begin with.")
        var from = 1
        @Option(help: "How many to print at most.")
        var limit = 100
        @Flag(help: "Decrypt personal fields.")
        var decrypt = false
        @Argument(help: "policy, data, config, decision or healing.")
        var stream: EventStream

        func run() throws {
            try EventLogOption.failures {
                let folder = try log.folder()
                let keys = decrypt && FileManager.default.fileExists(atPath: folder.keysURL.path) ? try SubjectKeys(folder.keysURL) : nil
                var left = limit, next = from
                while left > 0 {
                    let events = try folder.read(stream.partition, from: next, limit: 1000)
                    guard let last = events.last else { break }
                    next = last.sequence + 1
                    for var event in events where event.stream == stream && left > 0 {
                        if let keys { event.payload = try PersonalData.opening(event.payload, of: event.id, keys: keys).payload }
                        EventLogOption.print(event)
                        left -= 1
                    }
                }
            }
        }
    }

    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "verify",
            abstract: "Check that no event is missing or was changed, and that the state is the one recorded.",
            discussion: """
                verdict events verify --log events
                """)

        @OptionGroup var log: EventLogOption

        func run() throws {
            try EventLogOption.failures {
                let folder = try log.folder()
                var isWhole = true
                for partition in EventPartition.allCases {
                    let found = try folder.verify(partition)
                    let range = found.range.map { " \($0.lowerBound) to \($0.upperBound)" } ?? ""
                    Reporting.output("\(partition.rawValue): \(found.events) events\(range), digest \(found.digest)\n")
                    for lost in found.lost { Reporting.output("  lost, and known: \(lost)\n") }
                    for problem in found.problems { Reporting.output("  \(problem)\n") }
                    isWhole = isWhole && found.problems.isEmpty
                }
                if let (state, problems) = try folder.state(at: .now) {
                    Reporting.output("state at \(state.sequence): digest \(state.digest)\n")
                    for problem in problems { Reporting.output("  \(problem)\n") }
                    let isSame = state.computedDigest() == state.digest
                    if !isSame { Reporting.output("  what was rebuilt has another digest\n") }
                    isWhole = isWhole && isSame && problems.isEmpty
                }
                guard isWhole else { throw ExitCode(1) }
            }
        }
    }

    struct Export: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "export",
            abstract: "Print all events as lines of JSON, which `events import` takes.",
            discussion: """
                verdict events export --log events > events.jsonl
                """)

        @OptionGroup var log: EventLogOption
        @Option(help: "Only events of this stream: policy, data, config, decision or healing.")
        var stream: EventStream?

        func run() throws {
            try EventLogOption.failures {
                let folder = try log.folder()
                for partition in EventPartition.allCases {
                    try folder.forEach(partition) { if stream == nil || $0.stream == stream { EventLogOption.print($0) } }
                }
            }
        }
    }

    struct Import: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "import",
            abstract: "Take the events of an export; those that are there already are passed over.",
            discussion: """
                verdict events import --log copy events.jsonl
                """)

        /// Events that are written together.
        private static let piece = 1000

        @OptionGroup var log: EventLogOption
        @Argument(help: "The file, or - for standard input.")
        var file: String

        func run() throws {
            try EventLogOption.failures {
                guard let text = file == "-" ? FileHandle.standardInput.readDataToEndOfFile() : FileManager.default.contents(atPath: file) else {
                    throw EventLogError(.storage, "\(file) cannot be read")
                }
                let target = try SQLiteEventLog(at: log.url)
                defer { target.close() }
                var taken = 0, number = 0
                var waiting: [Event] = []
                for line in text.split(separator: UInt8(ascii: "\n")) {
                    number += 1
                    do throws(EventLogError) { waiting.append(try EventText.read(Array(line))) } catch { throw EventLogError(error.code, "line \(number): \(error.message)") }
                    guard waiting.count == Self.piece else { continue }
                    taken += try target.restore(waiting)
                    waiting = []
                }
                taken += try target.restore(waiting)
                Reporting.output("\(taken) of \(number) events were new\n")
            }
        }
    }

    struct Forget: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "forget",
            abstract: "Destroy the key of a person, so that what events hold of them cannot be read any more.",
            discussion: """
                verdict events forget --log events ann
                """)

        @OptionGroup var log: EventLogOption
        @Argument(help: "The person, as the declared pointer in events names them.")
        var subject: String

        func run() throws {
            try EventLogOption.failures {
                let folder = try log.folder()
                guard FileManager.default.fileExists(atPath: folder.keysURL.path), try SubjectKeys(folder.keysURL).forget(subject) else {
                    throw EventLogError(.invalid, "there is no key of '\(subject)'")
                }
                Reporting.output("the key was destroyed\n")
            }
        }
    }

    struct Compact: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "compact",
            abstract: "Give room back that an event log does not need; no service may run.",
            discussion: """
                verdict events compact --log events
                """)

        @OptionGroup var log: EventLogOption

        func run() throws {
            try EventLogOption.failures {
                _ = try log.folder()
                let target = try SQLiteEventLog(at: log.url)
                defer { target.close() }
                try target.compact()
            }
        }
    }
}

extension EventStream: ExpressibleByArgument {}

/// `--log`: the event log that a command is about.
struct EventLogOption: ParsableArguments {
    @Option(name: .customLong("log"), help: "The folder of the event log.")
    var path = ".opa/events"

    var url: URL { URL(fileURLWithPath: path) }

    func folder() throws(EventLogError) -> EventLogFolder { try EventLogFolder(url) }

    static func print(_ event: Event) {
        var text: [UInt8] = []
        EventText.write(event, to: &text)
        Reporting.output(String(decoding: text, as: UTF8.self) + "\n")
    }

    /// Runs a command; what it throws is written to standard error and ends the program with 2.
    static func failures(_ command: () throws -> Void) throws {
        do {
            try Reporting.failures(exitCode: 2, command)
        } catch let error as EventLogError {
            Reporting.error("error: \(error.message)")
            throw ExitCode(2)
        }
    }
}
