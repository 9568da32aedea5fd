import Foundation
import Rego

/// How a service is doing, in the shape of OPA's Status API.
struct StatusReport {
    var labels: Value
    var bundles: [BundleStatus]
    var discovery: BundleStatus?
    /// States by the names of plugins.
    var plugins: [String: String]

    var document: Value {
        var members: [(Value, Value)] = [
            ("labels", labels), ("plugins", .makeObject(plugins.map { (.string($0.key), ["state": .string($0.value)]) })),
        ]
        if !bundles.isEmpty { members.append(("bundles", .makeObject(bundles.map { (.string($0.name), $0.document) }))) }
        if let discovery { members.append(("discovery", discovery.document)) }
        return .makeObject(members)
    }
}

extension BundleStatus {
    /// The status as OPA reports it.
    public var document: Value {
        var members: [(Value, Value)] = [
            ("name", .string(name)), ("last_request", Self.time(lastRequest)), ("last_successful_request", Self.time(lastSuccessfulRequest)),
            ("last_successful_download", Self.time(lastSuccessfulDownload)), ("last_successful_activation", Self.time(lastSuccessfulActivation)),
        ]
        if let activeRevision { members.append(("active_revision", .string(activeRevision))) }
        if let kind { members.append(("type", .string(kind.rawValue))) }
        if let size { members.append(("size", .number(Number(size)))) }
        if let problem {
            members += [("code", .string(problem.code)), ("message", .string(problem.message))]
            if !problem.diagnostics.isEmpty { members.append(("errors", .array(problem.diagnostics.map(Self.error)))) }
            if let status = problem.httpStatus { members.append(("http_code", .number(Number(status)))) }
        }
        return .makeObject(members)
    }

    /// RFC 3339; the year 1 where it has not happened yet, as Go's zero time is written.
    private static func time(_ date: Date?) -> Value {
        guard let date else { return "0001-01-01T00:00:00Z" }
        return .string(date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true)))
    }

    private static func error(_ diagnostic: Diagnostic) -> Value {
        var members: [(Value, Value)] = [("code", .string(diagnostic.code.rawValue)), ("message", .string(diagnostic.message))]
        if let location = diagnostic.location {
            members.append(("location", ["file": .string(location.file), "row": .number(Number(location.row)), "col": .number(Number(location.column))]))
        }
        return .makeObject(members)
    }
}
