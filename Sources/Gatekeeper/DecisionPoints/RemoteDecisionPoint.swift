import Discovery
import Rego

/// Asks a decision service, through `Upstream`: with its breaker, its budget, and its endpoints.
public struct RemoteDecisionPoint: DecisionPoint {
    /// The header in which a service says which policies decided, where it is asked with `?provenance`.
    public static let generationHeader = "Verdict-Generation"

    private let upstream: Upstream
    private let url: String
    private let deadline: Duration
    private let subjectHeader: String?

    /// - Parameters:
    ///   - url: where the service is, such as `http://localhost:8181`.
    ///   - path: of the document below `data`.
    ///   - deadline: a caller waits for this decision too, so it is short.
    ///   - subjectHeader: names the subject of the identity that policies see, so that the service's routes can tell callers apart; nil for no header.
    public init(
        _ url: String, path: [String], upstream: Upstream = Upstream(UpstreamSettings(name: "decisions")), deadline: Duration = .seconds(1), subjectHeader: String? = nil
    ) {
        self.upstream = upstream
        self.subjectHeader = subjectHeader
        let base = url.hasSuffix("/") ? String(url.dropLast()) : url
        self.url = "\(base)/v1/data/\(path.map(Self.encoded).joined(separator: "/"))?provenance"
        self.deadline = deadline
    }

    public var revision: String? { nil }

    public func answer(to input: Value) async throws(DecisionPointError) -> PolicyAnswer {
        let body = Value.makeObject([("input", input)]).json(escapesHTML: false)
        var request = UpstreamRequest("POST", url, headers: [.init("Content-Type", "application/json")], body: body, deadline: deadline, maximumResponseSize: 1 << 20)
        request.callDeadline = deadline
        if let subjectHeader, case .string(let subject)? = input["identity"]?["sub"], AccessDecision.isValue(subject) {
            request.headers.append(.init(subjectHeader, subject))
        }
        // A decision changes nothing.
        request.isIdempotent = true
        let response: UpstreamResponse
        do throws(UpstreamError) { response = try await upstream.send(request) } catch { throw DecisionPointError(error.description) }
        guard response.status == 200, let document = try? Value(json: response.body), case .object = document else {
            throw DecisionPointError("the decision service answered \(response.status)")
        }
        return PolicyAnswer(value: document["result"], revision: response.header(Self.generationHeader))
    }

    private static func encoded(_ key: String) -> String {
        key.utf8.map { byte in
            let isPlain = byte == 45 || byte == 46 || byte == 95 || byte == 126 || (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
            return isPlain ? String(UnicodeScalar(byte)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }.joined()
    }
}
