/// The names that are known at a place of a rule, scope by scope, and what they were renamed to.
struct LocalScopes {
    enum Occurrence {
        case argument
        /// Used before any declaration.
        case seen
        case assigned
        case declared
    }

    struct Scope {
        /// The new names; a name that was only seen keeps its own.
        var names: [String: String] = [:]
        var occurrences: [String: Occurrence] = [:]
        var counts: [String: Int] = [:]
    }

    private(set) var scopes: [Scope] = [Scope()]

    var innermost: Scope { scopes[scopes.count - 1] }

    mutating func push() { scopes.append(Scope()) }
    mutating func pop() { scopes.removeLast() }

    mutating func insert(_ name: String, as local: String, _ occurrence: Occurrence) {
        scopes[scopes.count - 1].names[name] = local
        scopes[scopes.count - 1].occurrences[name] = occurrence
        scopes[scopes.count - 1].counts[name] = 1
    }

    /// What a name stands for, in the innermost scope that knows it.
    func local(_ name: String) -> String? {
        for scope in scopes.reversed() { if let local = scope.names[name] { return local } }
        return nil
    }

    func occurrence(ofAnyScope name: String) -> Occurrence? {
        for scope in scopes.reversed() { if let occurrence = scope.occurrences[name] { return occurrence } }
        return nil
    }

    /// Counts a use of a name.
    mutating func use(_ name: String) {
        for position in scopes.indices.reversed() where scopes[position].counts[name] != nil {
            scopes[position].counts[name, default: 0] += 1
            return
        }
        scopes[scopes.count - 1].counts[name] = 1
    }

    func count(_ name: String) -> Int {
        for scope in scopes.reversed() { if let count = scope.counts[name] { return count } }
        return 0
    }
}
