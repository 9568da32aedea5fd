enum Spelling {
    /// Whether two words differ by so little that one is a typing mistake for the other.
    static func isSimilar(_ a: String, _ b: String) -> Bool {
        let limit = min(a.count, b.count) > 5 ? 2 : 1
        return abs(a.count - b.count) <= limit && distance(Array(a.utf8), Array(b.utf8)) <= limit
    }

    /// Letters to insert, leave out or replace (Levenshtein).
    private static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
        var row = Array(0...b.count)
        for (i, x) in a.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, y) in b.enumerated() {
                let cost = x == y ? diagonal : min(diagonal, row[j], row[j + 1]) + 1
                diagonal = row[j + 1]
                row[j + 1] = cost
            }
        }
        return row[b.count]
    }
}
