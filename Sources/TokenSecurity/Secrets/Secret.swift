import Crypto

/// A text that nobody is to see, such as a token. Whatever prints, logs, dumps or reflects it shows `***`.
public struct Secret: Sendable, Hashable {
    private let text: String

    public init(_ text: String) { self.text = text }

    /// The text itself, for where it is checked or sent; never for a message.
    public func reveal() -> String { text }

    /// What a secret is known by in caches, so that they hold none.
    var digest: SHA256Digest { SHA256.hash(data: Array(text.utf8)) }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "***" }
    public var debugDescription: String { "***" }
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
