import Foundation

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// Asks a decision service whether something may be done.
///
/// Fails closed: only the answer `{"result": true}` with status 200 means yes. A service that is away, slow, confused or has no
/// such document means no, and `Decision` says which it was.
public struct PolicyClient: Sendable {
    /// Sends a request; URLSession's, or a stand-in for tests.
    public typealias Transport = @Sendable (URLRequest) async throws -> (Data, URLResponse)

    public enum Decision: Hashable, Sendable {
        case allowed
        /// The policy said no.
        case refused
        /// The document is not defined: a mistake in its name, or a policy that is not loaded.
        case undefined
        /// There was no answer that could be read, and why.
        case unanswered(String)
    }

    private let document: URL
    private let timeout: TimeInterval
    private let transport: Transport

    /// - Parameters:
    ///   - service: where the service listens, such as `http://localhost:8181`.
    ///   - document: the path below `data` of a document that is true or false, such as `api/allow`.
    ///   - timeout: seconds to wait; a caller waits for this decision too, so it is short.
    public init(service: URL, document: String, timeout: TimeInterval = 1, transport: @escaping Transport = PolicyClient.send) {
        self.document = service.appending(path: "v1/data").appending(path: document)
        self.timeout = timeout
        self.transport = transport
    }

    public static let send: Transport = { request in try await URLSession.shared.data(for: request) }

    public func isAllowed(_ input: some Encodable) async -> Bool {
        await decide(input) == .allowed
    }

    public func decide(_ input: some Encodable) async -> Decision {
        do {
            var request = URLRequest(url: document, timeoutInterval: timeout)
            request.httpMethod = "POST"
            request.setValue("application/json", forHTTPHeaderField: "Content-Type")
            request.httpBody = try JSONEncoder().encode(Question(input: input))
            let (body, response) = try await transport(request)
            guard let status = (response as? HTTPURLResponse)?.statusCode, status == 200 else {
                return .unanswered(Self.complaint(body, response))
            }
            return switch try JSONDecoder().decode(Answer.self, from: body).result {
            case true?: .allowed
            case false?: .refused
            case nil: .undefined
            }
        } catch {
            return .unanswered("\(error)")
        }
    }

    private struct Question<Input: Encodable>: Encodable {
        var input: Input
    }

    private struct Answer: Decodable {
        var result: Bool?
    }

    /// The service's own words where it gave any.
    private static func complaint(_ body: Data, _ response: URLResponse) -> String {
        struct Complaint: Decodable {
            var code: String
            var message: String
        }
        if let complaint = try? JSONDecoder().decode(Complaint.self, from: body) { return "\(complaint.code): \(complaint.message)" }
        return "status \((response as? HTTPURLResponse)?.statusCode ?? 0)"
    }
}
