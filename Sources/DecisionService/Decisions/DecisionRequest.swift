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
}
