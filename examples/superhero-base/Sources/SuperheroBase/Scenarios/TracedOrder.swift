import Support

extension Base {
    /// The services whose spans an order is made of.
    static let tracedServices: Set<String> = ["gateway", "orders", "payments", "audit", "verdict"]

    /// An order's trace as a tree, in words.
    public nonisolated func traceOfAnOrder() async throws -> String { try await tracedOrder().text }

    /// Places orders until the whole trace of one has arrived at the collector, and gives that.
    ///
    /// Processes hand over spans when it suits them, so it is waited for; a breaker that is not closed yet makes an order fail, so there may be several.
    /// - Parameter limit: how long.
    nonisolated func tracedOrder(within limit: Duration = .seconds(60)) async throws -> SpanTree {
        var tree = SpanTree(of: "", in: [])
        try await Waiting.until(within: limit) {
            let (trace, parent) = (String.random(32), String.random(16))
            // A token that no service has exchanged before.
            guard try await Caller.ada(of: self).order(headers: ["traceparent": "00-\(trace)-\(parent)-01"]).status == 201 else { return false }
            for _ in 0..<100 {
                tree = SpanTree(of: trace, in: try await spans())
                if tree.isWhole(Self.tracedServices), tree.roots.first?.parent == parent { return true }
                try await Task.sleep(for: .milliseconds(20))
            }
            return false
        }
        return tree
    }
}

extension String {
    /// Hexadecimal digits, the first not zero.
    fileprivate static func random(_ count: Int) -> String { "1" + (1..<count).map { _ in String(Int.random(in: 0..<16), radix: 16) }.joined() }
}
