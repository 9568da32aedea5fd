import Crypto
import Discovery
import FaultInjection
import Foundation

/// Issues tokens, changes its keys, takes tokens back, and serves both documents.
final class Issuer: SimulatedServer {
    struct Key: Sendable, Hashable {
        var identifier: String
        var secret: [UInt8]
    }

    /// A token, and what is true of it.
    struct Token: Sendable, Hashable {
        var text: String
        var identifier: String
        var key: Key
        /// Seconds since 1970 by the world's clock, whatever the issuer's says.
        var start: Double
        var end: Double
        var isForged: Bool
    }

    private struct State {
        var keys: [Key] = []
        var count = 0
        var revoked: [String] = []
        var random: FaultInjection.SeededRandom
        /// How far the issuer's clock is off.
        var skew = 0.0
    }

    static let name = "https://issuer.example"
    static let audience = "verdict"
    private let time: VirtualTime
    private let state: Confined<State>

    init(_ time: VirtualTime, seed: UInt64) {
        self.time = time
        state = Confined(State(random: FaultInjection.SeededRandom(seed: seed, stream: "issuer")))
        rotate()
    }

    /// From now on tokens are signed with a new key; the one before is still good, those before it are not.
    func rotate() {
        state.value.count += 1
        let secret = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &state.value.random) }
        state.value.keys = state.value.keys.suffix(1) + [Key(identifier: "key-\(state.value.count)", secret: secret)]
    }

    func revoke(_ token: Token) { state.value.revoked.append(token.identifier) }

    /// Whether it is signed with a key that counts, and was not taken back.
    func isGood(_ token: Token) -> Bool { state.value.keys.contains(token.key) && !state.value.revoked.contains(token.identifier) }

    func skew(by seconds: Double) { state.value.skew = seconds }

    // MARK: Tokens

    /// A token that is good from a time before now to a time after it, in seconds; one that ended has a negative one.
    func token(_ name: String, lasting seconds: Double, isForged: Bool = false) -> Token? {
        guard var key = state.value.keys.last else { return nil }
        if isForged { key.secret.reverse() }
        let now = Double(VirtualTime.epoch) + time.elapsed / .seconds(1)
        let end = (now + seconds).rounded(), start = min(now.rounded(.down), end - 1) - 10
        let skew = state.value.skew
        let claims = #"{"iss":"\#(Self.name)","aud":"\#(Self.audience)","sub":"\#(name)","jti":"\#(name)","iat":\#(Int(start + skew)),"exp":\#(Int(end + skew))}"#
        let signed = Self.encoded(#"{"alg":"HS256","kid":"\#(key.identifier)"}"#.utf8) + "." + Self.encoded(claims.utf8)
        let signature = HMAC<SHA256>.authenticationCode(for: Data(signed.utf8), using: SymmetricKey(data: key.secret))
        return Token(text: signed + "." + Self.encoded(signature), identifier: name, key: key, start: start, end: end, isForged: isForged)
    }

    private static func encoded(_ bytes: some Sequence<UInt8>) -> String {
        Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    // MARK: Documents

    /// The keys that a document names; nil where it was not served whole.
    static func keys(in text: String) -> Set<String>? { members("kid", in: text, of: "keys") }

    /// The tokens that a document takes back; nil where it was not served whole.
    static func revoked(in text: String) -> Set<String>? { members("jti", in: text, of: "revoked") }

    private static func members(_ name: String, in text: String, of list: String) -> Set<String>? {
        guard text.hasPrefix("{\"\(list)\":["), text.hasSuffix("]}") else { return nil }
        return Set(text.components(separatedBy: "\"\(name)\":\"").dropFirst().map { String($0.prefix { $0 != "\"" }) })
    }

    func receive(_ request: UpstreamRequest, reply: @escaping @Sendable (UpstreamResponse) -> Void) {
        let text =
            request.url.hasSuffix("/keys")
            ? "{\"keys\":[" + state.value.keys.map { #"{"kty":"oct","kid":"\#($0.identifier)","k":"\#(Self.encoded($0.secret))"}"# }.joined(separator: ",") + "]}"
            : "{\"revoked\":[" + state.value.revoked.map { #"{"jti":"\#($0)"}"# }.joined(separator: ",") + "]}"
        reply(UpstreamResponse(status: 200, body: Array(text.utf8)))
    }
}
