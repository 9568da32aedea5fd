/// Some requests, by method and path: `GET /status/*`. A segment `*` stands for any one, `**` at the end for all that follows, also for nothing.
public struct RoutePattern: Sendable, Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// Nil for any.
    private let method: String?
    private let segments: [String]
    public let description: String

    public init(_ text: String) {
        description = text
        let parts = text.split(separator: " ", maxSplits: 1)
        method = parts.count == 2 ? String(parts[0]) : nil
        segments = Self.segments(parts.last.map(String.init) ?? "/")
    }

    public init(stringLiteral text: String) { self.init(text) }

    /// - Parameter path: what follows a question mark does not count.
    public func matches(method: String, path: String) -> Bool {
        if let wanted = self.method, wanted != method { return false }
        let given = Self.segments(String(path.prefix { $0 != "?" }))
        // What a server may read as another path is no match of this one.
        guard !given.contains(where: { $0 == "." || $0 == ".." || $0.contains("%") || $0.contains("\\") }) else { return false }
        if segments.last == "**" {
            let fixed = segments.dropLast()
            return given.count >= fixed.count && zip(fixed, given).allSatisfy { $0 == "*" || $0 == $1 }
        }
        return given.count == segments.count && zip(segments, given).allSatisfy { $0 == "*" || $0 == $1 }
    }

    private static func segments(_ path: String) -> [String] { path.split(separator: "/").map(String.init) }
}
