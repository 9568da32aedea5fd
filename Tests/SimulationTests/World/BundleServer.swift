import Discovery

/// Serves the revision that was published last.
final class BundleServer: SimulatedServer {
    private let published = Confined<Revision?>(nil)

    func publish(_ revision: Revision) { published.value = revision }

    var newest: Revision? { published.value }

    func receive(_ request: UpstreamRequest, reply: @escaping @Sendable (UpstreamResponse) -> Void) {
        guard let revision = published.value else { return reply(UpstreamResponse(status: 404, reason: "Not Found")) }
        if request.header("If-None-Match") == revision.name { return reply(UpstreamResponse(status: 304)) }
        reply(UpstreamResponse(status: 200, headers: [.init("ETag", revision.name)], body: revision.archive))
    }
}
