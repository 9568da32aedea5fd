import NIOCore

/// A request for a decision, however it was transported.
struct DecisionRequest: Sendable {
    var target: DecisionTarget
    var body: ByteBuffer
    var isYAML: Bool
    var caller: DecisionCaller
}
