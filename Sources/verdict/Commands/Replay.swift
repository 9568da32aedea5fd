import ArgumentParser
import DataConsistency
import Foundation
import Governance
import Rego

/// `verdict replay`: what was the state at a moment, and what would a changed policy have decided?
struct Replay: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Rebuild an earlier state, or decide recorded decisions again with other policies.",
        discussion: """
            verdict replay --log events --at 2026-01-31T12:00:00Z --output then.tar.gz
            verdict replay --log events --policy policies --fail    # what would change?
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case pretty, json
    }

    @OptionGroup var log: EventLogOption
    @Option(help: "Rebuild policies and data as of this time (RFC 3339), sequence, bundle revision or digest.")
    var at: String?
    @Option(help: "With --at: write them as a bundle: to this folder, or archive where it ends in .tar.gz.")
    var output: String?
    @Option(help: "Decide again with this policy or data file, folder or bundle archive; may be repeated.")
    var policy: [String] = []
    @Option(help: "Decisions to decide again: a decision log, one JSON object a line. Without it those of the event log.")
    var decisions: String?
    @Option(help: "The policies and data that the decisions of --decisions were made with, to say which rules made them; may be repeated.")
    var baseline: [String] = []
    @Option(help: "Only decisions about documents at or below this path, such as app/allow.")
    var path = ""
    @Option(help: "How many decisions to show.")
    var limit = 20
    @Option(help: "Threads that decide; one for each core unless given.")
    var threads: Int?
    @Flag(help: "Exit with 1 where a decision comes out otherwise.")
    var fail = false
    @Option(name: .shortAndLong, help: "How to print: pretty or json.")
    var format = Format.pretty
    @Flag(name: .customLong("v0-compatible"), help: "Read modules as Rego v0.")
    var v0Compatible = false

    func validate() throws {
        guard (at == nil) != policy.isEmpty else { throw ValidationError("give either --at, to rebuild a state, or --policy, to decide again") }
        guard output == nil || at != nil else { throw ValidationError("--output goes with --at") }
        guard limit >= 0 else { throw ValidationError("--limit must not be negative") }
        guard threads ?? 1 > 0 else { throw ValidationError("--threads must be 1 or more") }
    }

    func run() throws {
        try EventLogOption.failures {
            if let at { try rebuild(at) } else { try decideAgain() }
        }
    }

    // MARK: The state of a moment

    private func rebuild(_ text: String) throws {
        let folder = try log.folder()
        guard let (state, problems) = try folder.state(at: Self.point(text)), state.sequence > 0 else {
            throw EventLogError(.invalid, "the event log has no state '\(text)'")
        }
        for problem in problems { Reporting.error("warning: \(problem)") }
        let summary = StateSummary(state)
        Reporting.output(format == .json ? summary.document.prettyJSON() + "\n" : summary.text)
        if let output { try StateBundle(state).write(to: output) }
        guard problems.isEmpty, summary.isAsRecorded else { throw ExitCode(1) }
    }

    private static func point(_ text: String) -> StateProjection.Point {
        if let sequence = Int(text), sequence < 1_000_000_000_000 { return .sequence(sequence) }
        if let time = RFC3339.nanoseconds(Array(text.utf8)) { return .time(time) }
        return .named(text)
    }

    // MARK: Decisions

    private func decideAgain() throws {
        var options = DecisionReplay.Options()
        options.limit = limit
        options.path = path.split(separator: "/").joined(separator: "/")
        if let threads { options.threadCount = threads }
        let report: ReplayReport
        let progress = Progress(doing: "deciding again")
        defer { progress.end() }
        if let decisions {
            let old = baseline.isEmpty ? nil : try Self.snapshot(baseline, v0Compatible)
            let replay = DecisionReplay(try Self.snapshot(policy, v0Compatible), baseline: { _ in old }, options: options)
            report = try replay.run(DecisionFile(URL(fileURLWithPath: decisions)))
        } else {
            let folder = try log.folder()
            let replay = try DecisionReplay(candidate(folder), baseline: RecordedPolicies(folder).snapshot, options: options)
            report = try replay.run(DecisionEvents(folder))
        }
        progress.end()
        Reporting.output(format == .json ? report.document.prettyJSON() + "\n" : ReplayText(report).text)
        if fail, report.flipCount > 0 { throw ExitCode(1) }
    }

    private static func snapshot(_ paths: [String], _ v0Compatible: Bool) throws -> PolicySnapshot {
        let sources = try LoadedSources(paths: paths, version: v0Compatible ? .v0 : .v1)
        return try PolicySnapshot(policies: sources.policies, data: sources.data)
    }

    /// Policies that come without data are asked about the data that the log has last.
    private func candidate(_ folder: EventLogFolder) throws -> PolicySnapshot {
        let sources = try LoadedSources(paths: policy, version: v0Compatible ? .v0 : .v1)
        let data: Value = try sources.data.document()
        guard data == .object([]), let (state, _) = try folder.state(at: .now) else { return try PolicySnapshot(policies: sources.policies, data: .value(data)) }
        return try PolicySnapshot(policies: sources.policies, data: .snapshot(state.current.data))
    }
}
