/// On which side of a canary a caller is. Each has a fixed place between 0 and 1, and the canary takes what lies below its share: where the share moves
/// by a hundredth, so many callers change sides, and no others.
public enum CanarySplit {
    /// Where a caller lies, at least 0 and below 1. It differs between canaries, so that not the same callers are always the first.
    public static func position(of key: String, in canary: String) -> Double { Double(StableHash.of(canary, key) >> 11) / Double(UInt64(1) << 53) }

    /// The revision that decides; nil for the stable one.
    ///
    /// - Parameter key: what tells the caller apart; without it requests stay on the stable side, where nobody is surprised.
    public static func revision(of route: Route, key: String?) -> String? {
        switch route.revision {
        case .stable: nil
        case .pinned(let name): name
        case .canary(let name, let share): if let key, position(of: key, in: name) < share { name } else { nil }
        }
    }
}
