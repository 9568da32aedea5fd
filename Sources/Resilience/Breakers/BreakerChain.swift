/// Which upstreams cannot work without which others. While one is open, those that need it are not asked either, and it is named as the
/// root; they are asked again when the root is, so that recovery runs from the bottom up.
public struct BreakerChain: Sendable, Hashable {
    /// By name, what each needs.
    public let dependencies: [String: [String]]

    public init(_ dependencies: [String: [String]] = [:]) { self.dependencies = dependencies }

    /// A path that leads back to its start; nil where there is none.
    public var cycle: [String]? {
        func search(_ path: [String]) -> [String]? {
            guard let last = path.last else { return nil }
            for next in dependencies[last] ?? [] {
                if let start = path.firstIndex(of: next) { return Array(path[start...]) + [next] }
                if let found = search(path + [next]) { return found }
            }
            return nil
        }
        for name in dependencies.keys.sorted() {
            if let found = search([name]) { return found }
        }
        return nil
    }

    /// The upstream that keeps another from working: of those that it needs, directly or not, an open one that needs no other open one.
    ///
    /// - Parameter isOpen: whether the breaker of an upstream lets nothing through; half-open ones do.
    public func root(of name: String, isOpen: (String) -> Bool) -> String? {
        var visited: Set<String> = [name]
        return root(of: name, isOpen, &visited)
    }

    private func root(of name: String, _ isOpen: (String) -> Bool, _ visited: inout Set<String>) -> String? {
        for dependency in dependencies[name] ?? [] where visited.insert(dependency).inserted {
            if let deeper = root(of: dependency, isOpen, &visited) { return deeper }
            if isOpen(dependency) { return dependency }
        }
        return nil
    }
}
