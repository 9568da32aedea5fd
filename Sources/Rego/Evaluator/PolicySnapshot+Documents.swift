extension PolicySnapshot {
    /// The base data at keys below `data`; nil where there is none.
    package func baseDocument(at path: [String]) -> Value? {
        withExtendedLifetime(self) {
            var datum = program.base.root
            for key in path {
                guard datum.tag == .object else { return nil }
                datum = ObjectView(datum)[key] ?? .undefined
                if datum.isUndefined { return nil }
            }
            return Value(datum)
        }
    }

    /// The keys at the front of a path that lead through objects, and the one after them: what a write at the path changes lies there.
    package func writtenPart(of path: [String]) -> [String] {
        withExtendedLifetime(self) {
            var datum = program.base.root
            for (position, key) in path.enumerated() {
                guard datum.tag == .object else { return Array(path.prefix(position)) }
                guard let member = ObjectView(datum)[key], !member.isUndefined else { return Array(path.prefix(position + 1)) }
                datum = member
            }
            return path
        }
    }
}
