import Rego

/// What makes one state of another.
public enum StateDifference {
    /// The operations that make a document of another: whole objects are followed, everything else is replaced.
    ///
    /// - Parameter path: of both documents.
    public static func operations(from before: Value, to after: Value, at path: [String] = []) -> [DataOperation] {
        guard case .object(let left) = before, case .object(let right) = after else {
            return before == after ? [] : [DataOperation(.put, at: path, .value(after))]
        }
        var operations: [DataOperation] = []
        // Both are in the order of their keys.
        var l = left.startIndex, r = right.startIndex
        while l < left.endIndex || r < right.endIndex {
            if r == right.endIndex || (l < left.endIndex && left[l].key < right[r].key) {
                operations.append(DataOperation(.remove, at: path + [key(left[l])]))
                l += 1
            } else if l == left.endIndex || right[r].key < left[l].key {
                operations.append(DataOperation(.put, at: path + [key(right[r])], .value(right[r].value)))
                r += 1
            } else {
                operations += self.operations(from: left[l].value, to: right[r].value, at: path + [key(right[r])])
                l += 1
                r += 1
            }
        }
        return operations
    }

    private static func key(_ entry: Value.ObjectEntry) -> String { entry.key.text ?? entry.key.regoText }

    public static func policies(from before: [String: PolicySource], to after: [String: PolicySource]) -> PolicyChanges {
        PolicyChanges(
            put: after.values.filter { policy in before[policy.file].map { $0.text != policy.text || $0.version != policy.version } ?? true }.sorted { $0.file < $1.file },
            removed: before.keys.filter { after[$0] == nil }.sorted())
    }
}

/// Policies that were put, and identifiers of those that were removed.
public struct PolicyChanges: Sendable {
    public var put: [PolicySource]
    public var removed: [String]

    public init(put: [PolicySource] = [], removed: [String] = []) {
        self.put = put
        self.removed = removed
    }

    public var isEmpty: Bool { put.isEmpty && removed.isEmpty }

    public func apply(to policies: inout [String: PolicySource]) {
        for identifier in removed { policies[identifier] = nil }
        for policy in put { policies[policy.file] = policy }
    }
}
