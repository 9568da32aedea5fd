import Rego

/// A case of a parameterised test, and how it ended; cases may have cases.
struct TestCase: Sendable {
    let name: String
    var passed: Bool
    var cases: [TestCase]
    /// The literal that failed and the values of the variables bound there.
    var failure: Observer.Event?

    /// Every case with the names around it, sorted by name, those that hold others before these.
    func all(below names: [String]) -> [(names: [String], entry: TestCase)] {
        [(names + [name], self)] + cases.flatMap { $0.all(below: names + [name]) }
    }

    func leaves(below names: [String]) -> [(names: [String], entry: TestCase)] { all(below: names).filter { $0.entry.cases.isEmpty } }

    /// The cases of a document `{case: true, other: {inner: true}}`, and those that began but have no value there.
    ///
    /// - Parameters:
    ///   - begun: each as an array of keys.
    ///   - ends: the literal reached last in each that began; empty where it is not known.
    static func all(in document: Value?, begun: [Value], ends: [Observer.Event?]) -> [TestCase] {
        var cases = all(in: document)
        for (position, keys) in begun.enumerated() {
            guard case .array(let keys) = keys else { continue }
            _ = add(keys.map(text)[...], to: &cases, ends.indices.contains(position) ? ends[position] : nil)
        }
        return sorted(cases)
    }

    private static func all(in document: Value?) -> [TestCase] {
        guard case .object(let entries) = document else { return [] }
        return entries.map { entry in
            let inner = all(in: entry.value)
            if case .object = entry.value { return TestCase(name: text(entry.key), passed: inner.allSatisfy(\.passed), cases: inner) }
            return TestCase(name: text(entry.key), passed: entry.value == true, cases: [])
        }
    }

    /// Adds a case that began, as failed where it is not there; says whether it passed.
    private static func add(_ names: ArraySlice<String>, to cases: inout [TestCase], _ end: Observer.Event?) -> Bool {
        guard let name = names.first else { return true }
        let position = cases.firstIndex { $0.name == name } ?? cases.count
        if position == cases.count { cases.append(TestCase(name: name, passed: false, cases: [])) }
        if names.count > 1 {
            if !add(names.dropFirst(), to: &cases[position].cases, end) { cases[position].passed = false }
        } else if !cases[position].passed {
            cases[position].failure = end
        }
        return cases[position].passed
    }

    private static func sorted(_ cases: [TestCase]) -> [TestCase] {
        cases.map { entry in
            var entry = entry
            entry.cases = sorted(entry.cases)
            return entry
        }.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    private static func text(_ key: Value) -> String {
        if case .string(let text) = key { text } else { String(decoding: key.json(), as: UTF8.self) }
    }
}
