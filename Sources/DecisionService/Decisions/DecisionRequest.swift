import NIOCore
import NIOHTTP1

/// A request for a decision, however it was transported.
struct DecisionRequest: Sendable {
    var target: DecisionTarget
    var body: ByteBuffer
    var isYAML: Bool
    var caller: DecisionCaller
    /// Of a request that came as HTTP/1 or HTTP/2 to the decision lanes.
    var headers = HTTPHeaders()
    /// As the client sent them.
    var method = "POST"
    var uri = ""
    /// How routes say that it is answered; nil where there are none.
    var plan: RoutingPlan?
}
