import Foundation
import Rego

/// How the service is set up.
public struct ServiceConfiguration: Sendable {
    public var host: String
    /// 0 lets the system choose.
    public var port: Int
    /// Loop iterations and calls that one decision may take.
    public var stepBudget: UInt64 = 500_000_000
    /// What `opa.runtime()` gives.
    public var runtime: Value = .object([])
    /// The configuration as it was read from a file, secrets and all.
    public var given: Value = .object([])
    /// The version of the service.
    public var version = ""
    /// Names this process, differently at each start.
    public let identifier = UUID().uuidString.lowercased()
    /// How the service learns who sends a request.
    public var authentication = Authentication.off
    /// Whether the policy `system.authz` decides about every request to the API.
    public var authorizesRequests = false
    /// The document that decides about requests to the API.
    var authorizationDecision: DocumentPath
    /// The document that `POST /` asks for.
    var defaultDecision: DocumentPath

    /// - Parameters:
    ///   - defaultDecision: a path below `data`.
    ///   - authorizationDecision: a path below `data`.
    public init(host: String = "localhost", port: Int = 8181, defaultDecision: String = "/system/main", authorizationDecision: String = "/system/authz/allow") {
        self.host = host
        self.port = port
        self.defaultDecision = DocumentPath(keys: defaultDecision.split(separator: "/").map(String.init))
        self.authorizationDecision = DocumentPath(keys: authorizationDecision.split(separator: "/").map(String.init))
    }
}
