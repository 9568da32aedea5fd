import Observability
import Rego

/// The way out of a policy whose decision is traced: each request is a span of its own, and carries the trace on (W3C Trace Context).
struct TracedNetwork: PolicyNetwork {
    let base: any PolicyNetwork
    let span: ActiveSpan

    func send(_ request: OutgoingRequest) throws(NetworkProblem) -> IncomingResponse {
        let child = span.begin("HTTP \(request.method)", kind: .client, at: WallClock.nanoseconds())
        defer { child.end(at: WallClock.nanoseconds()) }
        child.set("http.request.method", .text(request.method))
        var request = request
        let known = Set(request.headers.map { $0.name.lowercased() })
        request.headers += child.context.headers.filter { !known.contains($0.name) }.map { .init(name: $0.name, value: $0.value) }
        do throws(NetworkProblem) {
            let response = try base.send(request)
            child.set("http.response.status_code", .integer(response.status))
            return response
        } catch {
            child.fail(error.isTimeout ? "timeout" : "no response")
            throw error
        }
    }

    func addresses(of host: String) throws(NetworkProblem) -> [String] { try base.addresses(of: host) }
}
