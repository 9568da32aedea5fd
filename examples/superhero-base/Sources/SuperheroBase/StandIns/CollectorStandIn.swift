import Foundation
import Support
import Synchronization

/// Stands in for a collector of spans (OTLP over HTTP): keeps them, and shows traces as trees.
final class CollectorStandIn: Sendable {
    private let spans = Mutex<[ReceivedSpan]>([])
    /// The oldest go first.
    private static let limit = 100_000

    func answer(_ request: LoopbackServer.Request) throws -> LoopbackServer.Answer {
        if request.method == "POST", request.target == "/v1/traces" {
            guard let received = ReceivedSpan.read(request.body) else { return .text("", status: 400) }
            spans.withLock { spans in
                spans += received
                spans.removeFirst(max(0, spans.count - Self.limit))
            }
            return .text("")
        }
        let all = spans.withLock { $0 }
        if request.target == "/spans" { return .response(status: 200, headers: [("Content-Type", "application/json")], body: Array(try JSONEncoder().encode(all))) }
        guard request.target.hasPrefix("/traces/") else { return .text("", status: 404) }
        return .text(SpanTree(of: String(request.target.dropFirst("/traces/".count)), in: all).text)
    }
}
