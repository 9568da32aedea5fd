import Synchronization

/// Compiled regular expressions, globs and the like, by their source text; shared by all queries of a snapshot.
///
/// Bounded: when a kind is full, all of it is dropped and made again as needed, so that patterns built from input cannot exhaust memory.
final class CompiledPatternCache: Sendable {
    private let entries = Mutex<[String: any Sendable]>([:])
    private static let limit = 1_000

    init() {}

    var count: Int { entries.withLock { $0.count } }

    /// The cached thing for `kind` and `source`, made by `make` where it is missing.
    func value<Compiled: Sendable, Failure: Error>(kind: String, source: String, make: () throws(Failure) -> Compiled) throws(Failure) -> Compiled {
        let key = "\(kind)\u{0}\(source)"
        if let known = entries.withLock({ $0[key] }) as? Compiled { return known }
        let made = try make()
        entries.withLock { entries in
            if entries.count >= Self.limit { entries.removeAll(keepingCapacity: true) }
            entries[key] = made
        }
        return made
    }
}
