import Support

/// The spans of one trace, each below the one that it is part of.
struct SpanTree: Sendable {
    let trace: String
    let spans: [ReceivedSpan]
    /// Of all traces: what spans link to.
    private let others: [ReceivedSpan]

    init(of trace: String, in all: [ReceivedSpan]) {
        self.trace = trace
        spans = all.filter { $0.trace == trace }.sorted { $0.start < $1.start }
        others = all.filter { $0.trace != trace }
    }

    /// Spans whose parents are not there: one, the first, where the tree is whole.
    var roots: [ReceivedSpan] {
        let known = Set(spans.map(\.identifier))
        return spans.filter { !known.contains($0.parent) }
    }

    func children(of span: ReceivedSpan) -> [ReceivedSpan] { spans.filter { $0.parent == span.identifier } }

    func parent(of span: ReceivedSpan) -> ReceivedSpan? { spans.first { $0.identifier == span.parent } }

    /// What a link leads to; nil where that was not received.
    func target(of link: ReceivedSpan.Link) -> ReceivedSpan? { (spans + others).first { $0.trace == link.trace && $0.identifier == link.span } }

    /// Whether there is one root, and below every call of a service that was answered what that service did.
    func isWhole(_ services: Set<String>) -> Bool {
        guard roots.count == 1, Set(spans.map(\.service)) == services else { return false }
        return spans.allSatisfy { span in
            guard let upstream = span.attributes["peer.service"], services.contains(upstream), !span.hasFailed else { return true }
            return !children(of: span).isEmpty
        }
    }

    /// The spans, one a line, below each other, with how long they took.
    var text: String { "trace \(trace), \(spans.count) spans\n" + outline { Self.duration(of: $0) } }

    /// The same without what is another each time.
    var outline: String { outline { _ in "" } }

    private func outline(_ note: (ReceivedSpan) -> String) -> String { roots.map { outline(of: $0, indentation: "", note) }.joined() }

    private func outline(of span: ReceivedSpan, indentation: String, _ note: (ReceivedSpan) -> String) -> String {
        var lines = "\(indentation)\(span.service)  \(Self.words(span))\(note(span))\n"
        for link in span.links { lines += "\(indentation)  ⤷ \(target(of: link).map(Self.words) ?? link.span)\n" }
        return lines + children(of: span).map { outline(of: $0, indentation: indentation + "  ", note) }.joined()
    }

    private static func words(_ span: ReceivedSpan) -> String {
        var words = span.name
        if let upstream = span.attributes["peer.service"] { words += " → \(upstream)" }
        if let count = span.attributes["http.request.resend_count"] { words += ", again (\(count))" }
        if let status = span.attributes["http.response.status_code"] { words += " \(status)" }
        if let path = span.attributes["verdict.path"], let outcome = span.attributes["verdict.outcome"] { words += " \(path): \(outcome)" }
        if let cause = span.attributes["verdict.activation"] { words += " (\(cause))" }
        return span.hasFailed ? words + " failed" : words
    }

    private static func duration(of span: ReceivedSpan) -> String { "  \(Double((span.end - min(span.start, span.end)) / 10_000) / 100) ms" }
}
