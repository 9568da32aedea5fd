import Rego

/// Decides about discounts with the policy that is compiled into this module.
///
/// Compiling takes a while and happens once; deciding takes microseconds, and any number of tasks may do it at the same time.
public struct Discounts: Sendable {
    private let snapshot: PolicySnapshot
    private let query: PreparedQuery

    public init() throws {
        let policy = PolicySource(file: "discounts.rego", text: String(decoding: PackageResources.discounts_rego, as: UTF8.self))
        try self.init(PolicySnapshot(policies: [policy], data: .json(PackageResources.discounts_json)))
    }

    private init(_ snapshot: PolicySnapshot) throws {
        self.snapshot = snapshot
        query = try snapshot.prepare("data.discounts.decision")
    }

    /// The same policy with other data, given as JSON text. Decisions under way keep the data they began with.
    public func replacing(data: [UInt8]) throws -> Discounts {
        try Discounts(snapshot.replacing(data: .json(data)))
    }

    /// - Parameter now: nanoseconds since 1970 at which the policy is to decide; the clock's where nil.
    /// - Throws: `EvaluationError` where evaluation fails, `DecodingError` where the policy's answer is no `Discount`.
    public func decide(about order: Order, now: Int64? = nil) throws -> Discount {
        var options = EvaluationOptions()
        options.now = now
        return try query.decide(about: order, options: options) ?? Discount(percent: 0, reasons: [])
    }
}
