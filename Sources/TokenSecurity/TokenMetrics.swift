import Observability
import Synchronization

/// What became of tokens: refused ones by reason, and what issuers were asked.
public final class TokenMetrics: MetricSource {
    private let refusals = TokenError.Code.allCases.map { _ in Counter() }
    private let propagationRefusals = PropagationError.Code.allCases.map { _ in Counter() }
    public let introspection: TokenIntrospection?
    public let binding: TokenBinding?
    public let revocations: RevocationStore?
    public let exchange: TokenExchange?

    public init(introspection: TokenIntrospection? = nil, binding: TokenBinding? = nil, revocations: RevocationStore? = nil, exchange: TokenExchange? = nil) {
        self.introspection = introspection
        self.binding = binding
        self.revocations = revocations
        self.exchange = exchange
    }

    public func count(_ refusal: TokenError) { TokenError.Code.allCases.firstIndex(of: refusal.code).map { refusals[$0].increment() } }

    public func count(_ refusal: PropagationError) { PropagationError.Code.allCases.firstIndex(of: refusal.code).map { propagationRefusals[$0].increment() } }

    public var metricFamilies: [MetricFamily] {
        var families = [
            Self.family("token_refusals_total", "Tokens that were not accepted, by reason.", "code", zip(TokenError.Code.allCases.map(\.rawValue), refusals.map(\.value))),
            Self.family(
                "token_propagation_refusals_total", "Requests that were not sent because their caller's identity could not be passed on, by reason.", "code",
                zip(PropagationError.Code.allCases.map(\.rawValue), propagationRefusals.map(\.value))),
        ]
        if let introspection {
            families.append(Self.family(
                "token_introspections_total", "What issuers said about tokens.", "outcome", TokenIntrospection.Outcome.allCases.map { ($0.rawValue, introspection.count(of: $0)) }))
        }
        if let exchange {
            families.append(Self.family("token_exchanges_total", "Tokens for other services.", "outcome", TokenExchange.Outcome.allCases.map { ($0.rawValue, exchange.count(of: $0)) }))
        }
        if let binding { families.append(MetricFamily("token_proofs_remembered", "Proofs of possession that are not accepted again.", .gauge, samples: [.init(value: Double(binding.rememberedProofs))])) }
        if let revocations { families.append(MetricFamily("token_revocations", "Entries of the revocation list.", .gauge, samples: [.init(value: Double(revocations.count))])) }
        return families
    }

    private static func family(_ name: String, _ help: String, _ label: String, _ counts: some Sequence<(String, Int)>) -> MetricFamily {
        MetricFamily(name, help, .counter, samples: counts.map { .init(labels: [.init(label, $0.0)], value: Double($0.1)) })
    }
}
