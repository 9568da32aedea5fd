import Rego

/// Why a bundle is not taken.
public struct BundleError: Error, Sendable, CustomStringConvertible {
    public enum Code: String, Sendable {
        /// The file, folder or server cannot be read.
        case unreadable = "bundle_unreadable"
        /// The archive or a file in it is not what it should be.
        case malformed = "bundle_malformed"
        /// A path, link or size that no bundle may have.
        case hostile = "bundle_hostile"
        case manifest = "bundle_manifest_error"
        /// Files or rules outside of the bundle's roots, or roots that other bundles have.
        case roots = "bundle_roots_error"
        case signature = "bundle_signature_error"
        /// A delta that does not fit the active bundle.
        case delta = "bundle_delta_error"
        /// Policies that do not parse or compile.
        case policies = "bundle_policy_error"
        /// The service takes no new versions for now.
        case frozen = "bundle_frozen"
        /// This version was active, and its decisions failed.
        case quarantined = "bundle_quarantined"
    }

    public var code: Code
    public var message: String
    /// Errors of policies.
    public var diagnostics: [Diagnostic]
    /// The status of the server's answer, where it is the reason.
    public var httpStatus: Int?

    public init(_ code: Code, _ message: String, diagnostics: [Diagnostic] = [], httpStatus: Int? = nil) {
        self.code = code
        self.message = message
        self.diagnostics = diagnostics
        self.httpStatus = httpStatus
    }

    public init(_ list: DiagnosticList) {
        self.init(.policies, list.diagnostics.count == 1 ? "1 error occurred" : "\(list.diagnostics.count) errors occurred", diagnostics: list.diagnostics)
    }

    public var description: String { ([message] + diagnostics.map(\.description)).joined(separator: "\n") }
}
