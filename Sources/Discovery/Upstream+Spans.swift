import Observability

extension Upstream {
    /// Sends spans to an OTLP receiver, for a `SpanExporter`.
    ///
    /// - Parameters:
    ///   - url: of the receiver's traces, such as `http://localhost:4318/v1/traces`.
    ///   - deadline: for one try.
    public func spanReceiver(at url: String, deadline: Duration) -> SpanExporter.Send {
        { body in
            var request = UpstreamRequest("POST", url, headers: [.init("Content-Type", "application/x-protobuf")], body: body, deadline: deadline)
            // Receivers know spans by their identifiers.
            request.isIdempotent = true
            let response = try await send(request)
            guard (200..<300).contains(response.status) else { throw ReceiverRefusal(status: response.status) }
        }
    }

    private struct ReceiverRefusal: Error, CustomStringConvertible {
        var status: Int
        var description: String { "the receiver of traces replied with \(status)" }
    }
}
