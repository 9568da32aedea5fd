import Archives
import Discovery
import Rego

/// Takes what decision logs upload.
final class LogCollector: SimulatedServer {
    /// Identifiers of decisions by the process that made them.
    private let events = Confined<[String: Set<String>]>([:])
    private static let limit = 1 << 24

    func events(of process: String) -> Set<String> { events.value[process] ?? [] }

    func receive(_ request: UpstreamRequest, reply: @escaping @Sendable (UpstreamResponse) -> Void) {
        guard let text = try? GZip.decompress(request.body, limit: Self.limit), case .array(let all)? = try? Value(json: text) else {
            return reply(UpstreamResponse(status: 400, reason: "Bad Request"))
        }
        for event in all {
            guard case .string(let process)? = event["labels"]?["id"], case .string(let identifier)? = event["decision_id"] else { continue }
            events.value[process, default: []].insert(identifier)
        }
        reply(UpstreamResponse(status: 204))
    }
}
