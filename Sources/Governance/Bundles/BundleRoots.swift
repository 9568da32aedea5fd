/// Which bundles may be active together: those whose roots have nothing in common.
enum BundleRoots {
    /// Whether one root lies at or below the other.
    static func overlap(_ a: [String], _ b: [String]) -> Bool { a.starts(with: b) || b.starts(with: a) }

    /// - Parameter roots: the roots of all bundles that are to be active, by name.
    static func check(_ roots: [String: [[String]]]) throws(BundleError) {
        let names = roots.keys.sorted()
        var problems: [String] = []
        var involved: Set<String> = []
        for (position, first) in names.enumerated() {
            for second in names[(position + 1)...] {
                for a in roots[first] ?? [] {
                    for b in roots[second] ?? [] where overlap(a, b) {
                        involved.formUnion([first, second])
                        let (left, right) = (a.joined(separator: "/"), b.joined(separator: "/"))
                        problems.append(left == right ? "root \(left) is in multiple bundles" : "\(min(left, right)) overlaps \(max(left, right))")
                    }
                }
            }
        }
        guard !problems.isEmpty else { return }
        let list = "[\(involved.sorted().joined(separator: ", "))]"
        let empty = involved.sorted().filter { roots[$0]?.contains([]) ?? false }
        if !empty.isEmpty {
            throw BundleError(.roots, "bundles \(list) have overlapping roots and cannot be activated simultaneously because bundle(s) [\(empty.joined(separator: ", "))] specify empty root paths ('') which overlap with any other bundle root")
        }
        throw BundleError(.roots, "detected overlapping roots in manifests for these bundles: \(list) (\(problems.joined(separator: ", ")))")
    }
}
