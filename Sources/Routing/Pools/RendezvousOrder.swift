/// Which instance is a caller's own: the one with the highest score, then the next. Where one goes, only its callers move; the others stay.
///
/// Source: Thaler and Ravishankar, "Using Name-Based Mappings to Increase Hit Rates" (1998).
public enum RendezvousOrder {
    public static func of(_ instances: [String], key: String) -> [String] {
        instances.map { (name: $0, score: StableHash.of($0, key)) }.sorted { ($0.score, $0.name) > ($1.score, $1.name) }.map(\.name)
    }
}
