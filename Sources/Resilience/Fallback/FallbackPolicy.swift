/// What stands in for an answer that cannot be had, in this order: a cached one that is fresh, one that is stale, a declared one; else nothing does.
///
/// Source: Nygard, "Release It!"; Hystrix' fallbacks. Each step must be asked for: without any, what fails fails.
public struct FallbackPolicy: Sendable, Hashable {
    public enum Source: String, Sendable, Hashable, CaseIterable {
        case cached, stale, `default`
    }

    /// How old a cached answer of the same version may be; nil where none stands in.
    public var fresh: Duration?
    /// How old a cached answer of any version may be; nil where none stands in.
    public var stale: Duration?
    /// Text that stands in where no cached answer does.
    public var declared: [UInt8]?

    public init(fresh: Duration? = nil, stale: Duration? = nil, declared: [UInt8]? = nil) {
        self.fresh = fresh
        self.stale = stale
        self.declared = declared
    }

    /// Whether answers have to be kept.
    public var caches: Bool { fresh != nil || stale != nil }

    /// - Parameters:
    ///   - age: of the cached answer; nil where there is none.
    ///   - isCurrent: whether it was made by the version that is asked now.
    public func source(age: Duration?, isCurrent: Bool) -> Source? {
        if let age {
            if let fresh, isCurrent, age <= fresh { return .cached }
            if let stale, age <= stale { return .stale }
        }
        return declared == nil ? nil : .default
    }
}
