import HTTPTypes
import Hummingbird
import NIOCore

/// Answers requests whose path or method leads nowhere, as OPA's router does.
struct PathChecks: RouterMiddleware {
    func handle(_ request: Request, context: ServiceContext, next: (Request, ServiceContext) async throws -> Response) async throws -> Response {
        let path = request.uri.path
        if let other = Self.cleaned(path) { return redirect(to: other, request, .temporaryRedirect) }
        if path.count > 1, path.hasSuffix("/") { return redirect(to: String(path.dropLast()), request, .movedPermanently) }
        guard let endpoint = Endpoint.find(path) else { return text("404 page not found", .notFound) }
        guard endpoint.methods.contains(request.method) else {
            var response = endpoint.explainsMethods && request.method != .head ? text("Method Not Allowed", .methodNotAllowed) : Response(status: .methodNotAllowed)
            response.headers[.allow] = endpoint.methods.map(\.rawValue).joined(separator: ", ")
            return response
        }
        return try await next(request, context)
    }

    /// The path without empty, `.` and `..` segments; nil where it has none.
    private static func cleaned(_ path: String) -> String? {
        let segments = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        let isClean = !segments.enumerated().contains { position, segment in
            segment == "." || segment == ".." || (segment.isEmpty && position < segments.count - 1)
        }
        if isClean { return nil }
        var kept: [Substring] = []
        for segment in segments where !segment.isEmpty && segment != "." {
            if segment == ".." { _ = kept.popLast() } else { kept.append(segment) }
        }
        return "/" + kept.joined(separator: "/") + (segments.last == "" && !kept.isEmpty ? "/" : "")
    }

    private func redirect(to path: String, _ request: Request, _ status: HTTPResponse.Status) -> Response {
        let query = request.uri.query.map { "?\($0)" } ?? ""
        return Response(status: status, headers: [.location: path + query])
    }

    private func text(_ text: String, _ status: HTTPResponse.Status) -> Response {
        Response(
            status: status, headers: [.contentType: "text/plain; charset=utf-8", .xContentTypeOptions: "nosniff"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text + "\n")))
    }
}
