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
    /// The document that `POST /` asks for.
    var defaultDecision = DocumentPath(keys: ["system", "main"])

    public init(host: String = "localhost", port: Int = 8181) {
        self.host = host
        self.port = port
    }
}
