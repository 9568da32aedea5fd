import HTTPTypes

/// A path of the API and the methods that it has. What is not listed here is not served.
struct Endpoint: Sendable {
    /// Begins with a slash. A segment `*` stands for any one, `**` at the end for one or more.
    let path: String
    let methods: [HTTPRequest.Method]
    /// Whether the answer to another method says so in words, or only by its status. OPA's differ.
    var explainsMethods = false

    static let all: [Endpoint] = [
        Endpoint(path: "/", methods: [.post], explainsMethods: true),
        Endpoint(path: "/v0/data", methods: [.post]),
        Endpoint(path: "/v0/data/**", methods: [.post]),
        Endpoint(path: "/v1/data", methods: [.get, .post, .put, .patch]),
        Endpoint(path: "/v1/data/**", methods: [.get, .post, .put, .patch, .delete]),
        Endpoint(path: "/v1/batch/data", methods: [.post]),
        Endpoint(path: "/v1/batch/data/**", methods: [.post]),
        Endpoint(path: "/v1/policies", methods: [.get]),
        Endpoint(path: "/v1/policies/**", methods: [.get, .put, .delete]),
        Endpoint(path: "/v1/query", methods: [.get, .post]),
        Endpoint(path: "/v1/compile", methods: [.post], explainsMethods: true),
        Endpoint(path: "/v1/compile/**", methods: [.get, .post], explainsMethods: true),
        Endpoint(path: "/v1/config", methods: [.get], explainsMethods: true),
        Endpoint(path: "/v1/status", methods: [.get], explainsMethods: true),
        Endpoint(path: "/v1/slo", methods: [.get], explainsMethods: true),
        Endpoint(path: "/v1/healing", methods: [.get], explainsMethods: true),
        Endpoint(path: "/v1/health", methods: [.get], explainsMethods: true),
        Endpoint(path: "/v1/health/startup", methods: [.get], explainsMethods: true),
        Endpoint(path: "/v1/health/live", methods: [.get], explainsMethods: true),
        Endpoint(path: "/v1/health/ready", methods: [.get], explainsMethods: true),
        Endpoint(path: "/v1/upstreams", methods: [.get], explainsMethods: true),
        Endpoint(path: "/v1/breakers", methods: [.get], explainsMethods: true),
        Endpoint(path: "/v1/breakers/**", methods: [.put, .delete], explainsMethods: true),
        Endpoint(path: "/v1/chaos", methods: [.get], explainsMethods: true),
        Endpoint(path: "/v1/chaos/**", methods: [.put, .delete], explainsMethods: true),
        Endpoint(path: "/v1/registry/*", methods: [.get], explainsMethods: true),
        Endpoint(path: "/v1/registry/*/*", methods: [.put, .delete], explainsMethods: true),
        Endpoint(path: "/v1/events", methods: [.get], explainsMethods: true),
        Endpoint(path: "/v1/events/subjects/**", methods: [.delete], explainsMethods: true),
        Endpoint(path: "/v1/routes", methods: [.get, .put], explainsMethods: true),
        Endpoint(path: "/v1/routes/explain", methods: [.post], explainsMethods: true),
        Endpoint(path: "/.well-known/jwks.json", methods: [.get], explainsMethods: true),
        Endpoint(path: "/v1/openapi.json", methods: [.get], explainsMethods: true),
        Endpoint(path: "/metrics", methods: [.get], explainsMethods: true),
        Endpoint(path: "/metrics/alloc_bytes", methods: [.get], explainsMethods: true),
        Endpoint(path: "/health", methods: [.get], explainsMethods: true),
        Endpoint(path: "/health/**", methods: [.get], explainsMethods: true),
    ]

    /// The endpoint that a request's path leads to; nil where there is none.
    static func find(_ path: some StringProtocol) -> Endpoint? { all.first { $0.matches(path) } }

    private func matches(_ path: some StringProtocol) -> Bool {
        if self.path.hasSuffix("/**") {
            let prefix = self.path.dropLast(2)
            return path.hasPrefix(prefix) && path.count > prefix.count
        }
        guard self.path.hasSuffix("/*") else { return path == self.path }
        let wanted = self.path.split(separator: "/"), given = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        return wanted.count == given.count && zip(wanted, given).allSatisfy { $0 == "*" ? !$1.isEmpty : $0 == $1 }
    }
}
