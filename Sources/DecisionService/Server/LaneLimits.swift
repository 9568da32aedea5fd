/// What an event loop does itself.
struct LaneLimits: Sendable {
    /// Steps of a decision: about a millisecond.
    var steps: UInt64 = 20_000
    /// Bytes of a body: about a millisecond of reading.
    var bodySize = 256 * 1024
    /// Bytes of a body where a policy that guards the API reads it too.
    var guardedBodySize = 64 * 1024
    /// How many decisions of a target go to other threads after one of them was long.
    var decisionsElsewhere = 64
    /// And how many where it was so again and again.
    var mostDecisionsElsewhere = 4_096
    /// Clients choose URIs, so the number and length of those that are remembered have limits.
    var rememberedTargets = 1_000
    var rememberedLength = 512

    /// What is tried on an event loop; where it does not suffice, the work is done elsewhere, or not at all.
    var provisionalBudget: Decisions.Budget { Decisions.Budget(steps: steps, isProvisional: true) }
}
