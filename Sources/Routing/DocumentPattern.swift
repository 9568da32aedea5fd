/// Some documents below `data`: `app/*` has any member of `app`, `app/**` all that is in it, and itself.
public struct DocumentPattern: Sendable, Hashable {
    public let text: String
    private let segments: [String]

    public init(_ text: String) {
        self.text = text
        segments = text.split(separator: "/").map(String.init)
    }

    public func matches(_ path: [String]) -> Bool {
        if segments.last == "**" {
            let fixed = segments.dropLast()
            return path.count >= fixed.count && zip(fixed, path).allSatisfy { $0 == "*" || $0 == $1 }
        }
        return path.count == segments.count && zip(segments, path).allSatisfy { $0 == "*" || $0 == $1 }
    }
}
