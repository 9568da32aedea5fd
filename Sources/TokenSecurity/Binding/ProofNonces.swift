import Crypto
import Foundation
import Rego

/// Nonces that proofs must contain (RFC 9449, section 8), so that none can be made in advance. None is kept: each says by its signature when it was
/// made.
struct ProofNonces: Sendable {
    private let key = SymmetricKey(size: .bits256)
    /// Seconds after which another one is asked for; it is then accepted once as long.
    private let period: Double

    init(period: Double) { self.period = period }

    func nonce(now: Double) -> String { text(interval(now)) }

    func accepts(_ nonce: String, now: Double) -> Bool {
        let interval = interval(now)
        return [interval, interval - 1].contains { text($0).utf8.elementsEqual(nonce.utf8) }
    }

    private func interval(_ now: Double) -> Int64 { Int64(now / period) }

    private func text(_ interval: Int64) -> String {
        Base64.urlSafe(Data(HMAC<SHA256>.authenticationCode(for: Data("\(interval)".utf8), using: key).prefix(16)), padded: false)
    }
}
