import NIOCore

/// What a connection waits for, and until when.
///
/// It is looked at now and then instead of being scheduled anew for every request, so it may be noticed late by `checkInterval`.
struct ConnectionDeadline {
    enum Phase {
        /// The next request.
        case idle
        /// The rest of a request line and its header fields.
        case header
        /// The rest of a body.
        case body
        /// The service's own answer, which has limits of its own.
        case answer
        /// The end of what a refused client still sends.
        case farewell
    }

    private(set) var phase = Phase.idle
    private var expiry: NIODeadline
    private let idleTimeout: TimeAmount
    private let headerTimeout: TimeAmount
    private let bodyTimeout: TimeAmount
    private static let farewellTimeout = TimeAmount.seconds(2)
    let checkInterval: TimeAmount

    init(_ limits: ServerLimits) {
        idleTimeout = TimeAmount(limits.idleTimeout)
        headerTimeout = TimeAmount(limits.headerTimeout)
        bodyTimeout = TimeAmount(limits.bodyTimeout)
        expiry = .now() + idleTimeout
        checkInterval = max(.milliseconds(20), min(.seconds(2), .nanoseconds(min(idleTimeout, headerTimeout, bodyTimeout).nanoseconds / 4)))
    }

    mutating func enter(_ phase: Phase) {
        self.phase = phase
        renew()
    }

    /// Grants the phase its whole time again.
    mutating func renew() {
        switch phase {
        case .idle: expiry = .now() + idleTimeout
        case .header: expiry = .now() + headerTimeout
        case .body: expiry = .now() + bodyTimeout
        case .answer: expiry = .distantFuture
        case .farewell: expiry = .now() + Self.farewellTimeout
        }
    }

    var isExpired: Bool { expiry <= .now() }
}
