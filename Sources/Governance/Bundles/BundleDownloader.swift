import Archives
import Discovery

/// Fetches one bundle from its service.
struct BundleDownloader: Sendable {
    enum Outcome: Sendable {
        /// The server has nothing newer.
        case unchanged(supportsLongPolling: Bool)
        case downloaded(bytes: [UInt8], etag: String?, supportsLongPolling: Bool)
    }

    let settings: BundleSettings
    let service: ServiceSettings

    /// What servers that hold requests until there is something new say of their answers.
    private static let longPollingType = "application/vnd.openpolicyagent.bundles"
    /// Time for a whole bundle to arrive.
    private static let deadline: Duration = .seconds(600)

    /// - Parameters:
    ///   - etag: of the version that is active.
    ///   - isLongPolling: whether the server may hold the request.
    func fetch(etag: String?, isLongPolling: Bool) async throws(BundleError) -> Outcome {
        let response: UpstreamResponse
        do { response = try await service.upstream.send(request(etag, isLongPolling)) } catch {
            throw BundleError(.unreadable, "bundle download failed: \(error)")
        }
        let supportsLongPolling = response.header("Content-Type")?.hasPrefix(Self.longPollingType) ?? false
        switch response.status {
        case 200: return .downloaded(bytes: response.body, etag: response.header("ETag"), supportsLongPolling: supportsLongPolling)
        case 304: return .unchanged(supportsLongPolling: supportsLongPolling)
        default: throw BundleError(.unreadable, "request failed: server replied with \(response.reason)", httpStatus: response.status)
        }
    }

    private func request(_ etag: String?, _ isLongPolling: Bool) -> UpstreamRequest {
        var headers = service.headers.map { UpstreamRequest.Header($0.key, $0.value) }
        var preference = "modes=snapshot,delta"
        var head = service.responseHeaderTimeout
        if isLongPolling, let timeout = settings.polling.longPollingTimeout {
            preference += ";wait=\(timeout.components.seconds)"
            head = nil
        }
        headers.append(.init("Prefer", preference))
        headers.append(.init("User-Agent", "Verdict"))
        if let etag { headers.append(.init("If-None-Match", etag)) }
        let wait = isLongPolling ? settings.polling.longPollingTimeout ?? .zero : .zero
        var request = UpstreamRequest(
            "GET", service.url(for: settings.resource), headers: headers, deadline: Self.deadline + wait, headDeadline: head,
            maximumResponseSize: settings.archiveLimits.total, followsRedirects: true)
        request.callDeadline = service.callDeadline
        return request
    }
}
