import Rego

/// Says where a policy may have misspelt an unknown: a reference that nothing defines and that is nearly one.
package enum FilterHints {
    private static let largestDistance = 3

    /// `[{"message", "location"}]`.
    package static func hints(for references: [InputReference], unknowns: [String], input: InputSource) -> [Value] {
        let paths = unknowns.map { $0.split(separator: ".").map(String.init) }
        var known: Value?
        if case .value(let value) = input { known = value }
        return references.compactMap { reference in
            if paths.contains(where: { $0.starts(with: reference.path) || reference.path.starts(with: $0) }) { return nil }
            if reference.path.dropFirst().reduce(known, { $0?[$1] }) != nil { return nil }
            for path in paths where reference.path.count >= path.count {
                let written = reference.path.prefix(path.count).joined(separator: "."), meant = path.joined(separator: ".")
                guard distance(Array(written.utf8), Array(meant.utf8)) <= largestDistance else { continue }
                let rest = path + reference.path.dropFirst(path.count)
                let place = reference.location
                return [
                    "message": .string("\(reference.path.joined(separator: ".")) undefined, did you mean \(rest.joined(separator: "."))?"),
                    "location": ["file": .string(place.file), "row": .number(Number(place.row)), "col": .number(Number(place.column))],
                ]
            }
            return nil
        }
    }

    /// How many bytes must be changed, added or removed (Levenshtein 1965).
    private static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
        var previous = Array(0...b.count)
        for (row, left) in a.enumerated() {
            var current = [row + 1]
            for (column, right) in b.enumerated() {
                current.append(min(previous[column] + (left == right ? 0 : 1), previous[column + 1] + 1, current[column] + 1))
            }
            previous = current
        }
        return previous[b.count]
    }
}
