/// What a request's method and URI ask to decide.
///
/// Reading one costs more than many a decision, so event loops remember those they have seen; nothing in it depends on the policies.
struct DecisionTarget: Sendable {
    /// Where the input stands and what the answer looks like.
    enum Form: Sendable {
        /// `GET /v1/data/…`: the input is the parameter `input`.
        case parameter
        /// `POST /v1/data/…`: the body is `{"input": …}`.
        case envelope
        /// `POST /v0/data/…` and `POST /`: the body is the input, and the answer the bare value.
        case bare
    }

    let form: Form
    let path: DocumentPath
    var parameters: RequestParameters

    init(_ form: Form, path: DocumentPath, parameters: RequestParameters) throws(ServiceError) {
        self.form = form
        self.path = try path.checkedForReading()
        self.parameters = parameters
    }

    /// The target of a URI; nil where it is not, or not plainly, a decision's, so that the router must look at it.
    ///
    /// - Parameter method: in capitals.
    init?(method: String, uri: String, defaultDecision: DocumentPath) throws(ServiceError) {
        let parts = uri.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let path = parts[0]
        guard Self.isPlain(path) else { return nil }
        let parameters = RequestParameters(query: parts.count > 1 ? parts[1] : "")
        switch (method, Self.version(path)) {
        case ("POST", _) where path == "/": try self.init(.bare, path: defaultDecision, parameters: parameters)
        case ("POST", "v1"): try self.init(.envelope, path: DocumentPath(path, after: "/v1/data"), parameters: parameters)
        case ("GET", "v1"): try self.init(.parameter, path: DocumentPath(path, after: "/v1/data"), parameters: parameters)
        case ("POST", "v0"): try self.init(.bare, path: DocumentPath(path, after: "/v0/data"), parameters: parameters)
        default: return nil
        }
    }

    /// Whether a path begins at the root and needs no redirection.
    private static func isPlain(_ path: Substring) -> Bool {
        path.hasPrefix("/") && !path.contains("//") && !path.contains("/.") && (path == "/" || !path.hasSuffix("/"))
    }

    /// `v1` of `/v1/data` and what is below it.
    private static func version(_ path: Substring) -> Substring? {
        let segments = path.split(separator: "/", maxSplits: 2)
        return segments.count >= 2 && segments[1] == "data" ? segments[0] : nil
    }
}
