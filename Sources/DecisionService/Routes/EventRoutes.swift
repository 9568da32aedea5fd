import DataConsistency
import Foundation
import HTTPTypes
import Hummingbird
import Rego

/// The event log, where there is one: `GET /v1/events` reads it, `DELETE /v1/events/subjects/SUBJECT` makes what it holds of a person unreadable.
struct EventRoutes {
    let events: ServiceConfiguration.Events?

    private static let limits = 1...10_000
    private static let waits = 0.0...60

    func add(to router: Router<ServiceContext>) {
        router.get("/v1/events") { request, _ in try await read(request) }
        router.delete("/v1/events/subjects/**") { request, _ -> Response in
            let text = String(request.uri.path.dropFirst("/v1/events/subjects/".count))
            guard let subject = text.removingPercentEncoding, !subject.isEmpty else { throw ServiceError(.invalidParameter, "the subject is not percent-encoded UTF-8") }
            guard let keys = try served().keys else { throw ServiceError(.notFound, "no fields are personal: event_log.personal is not in the configuration") }
            guard try keys.forget(subject) else { throw ServiceError(.notFound, "there is no key of this subject") }
            return Response(status: .noContent)
        }
    }

    private func served() throws(ServiceError) -> ServiceConfiguration.Events {
        guard let events else { throw ServiceError(.notFound, "this service keeps no events: event_log is not in the configuration") }
        return events
    }

    private func read(_ request: Request) async throws -> Response {
        let log = try served().log
        let parameters = request.parameters
        let names = EventStream.allCases.map(\.rawValue).joined(separator: ", ")
        guard let stream = EventStream(rawValue: parameters["stream"] ?? "") else { throw ServiceError(.invalidParameter, "stream must be one of \(names)") }
        guard let from = Self.number(parameters["from"], or: 1), from >= 1 else { throw ServiceError(.invalidParameter, "from must be a sequence, 1 or more") }
        guard let limit = Self.number(parameters["limit"], or: 100), Self.limits.contains(limit) else {
            throw ServiceError(.invalidParameter, "limit must be a number from 1 to \(Self.limits.upperBound)")
        }
        let wait = parameters["wait"].map { Double($0) ?? -1 } ?? 0
        guard Self.waits.contains(wait) else { throw ServiceError(.invalidParameter, "wait must be a number of seconds from 0 to 60") }
        let events = try await log.events(of: stream, from: from, limit: limit, waiting: .seconds(wait))
        var text = Array("{\"result\":[".utf8)
        for (position, event) in events.enumerated() {
            if position > 0 { text.append(UInt8(ascii: ",")) }
            EventText.write(event, to: &text)
        }
        text += "],\"next\":\((events.last?.sequence ?? from - 1) + 1)}".utf8
        return parameters.isOn("pretty") ? .json(Array(try Value(json: text).prettyJSON().utf8)) : .json(text)
    }

    private static func number(_ text: String?, or usual: Int) -> Int? { text.map { Int($0) } ?? usual }
}

extension ServiceConfiguration {
    /// The event log as routes use it.
    public struct Events: Sendable {
        public var log: any EventLog
        /// Nil where no fields are personal.
        public var keys: SubjectKeys?

        public init(log: any EventLog, keys: SubjectKeys?) {
            self.log = log
            self.keys = keys
        }
    }
}
