import Rego

/// Collects what is wrong while a configuration is read, so that all of it is reported at once.
final class ConfigurationReading {
    let file: String?
    private(set) var problems: [ConfigurationProblem] = []
    private(set) var warnings: [ConfigurationProblem] = []

    init(file: String?) { self.file = file }

    func refuse(_ key: String, _ node: ConfigurationNode?, _ reason: String) {
        problems.append(problem(key, node, reason))
    }

    func warn(_ key: String, _ node: ConfigurationNode?, _ reason: String) {
        warnings.append(problem(key, node, reason))
    }

    /// What another reading found.
    func take(_ other: ConfigurationReading) {
        problems += other.problems
        warnings += other.warnings
    }

    func take(_ error: ConfigurationError) { problems += error.problems }

    private func problem(_ key: String, _ node: ConfigurationNode?, _ reason: String) -> ConfigurationProblem {
        ConfigurationProblem(file: node?.line == nil ? nil : file, line: node?.line, key: key, reason: reason)
    }
}

/// A map of the configuration while it is read. It remembers which keys were asked for; the others are unknown.
final class ConfigurationSection {
    let path: String
    let node: ConfigurationNode
    let reading: ConfigurationReading
    private var known: Set<String> = []

    init(_ node: ConfigurationNode, path: String, reading: ConfigurationReading) {
        self.node = node
        self.path = path
        self.reading = reading
    }

    /// Warns of keys that nobody asked for; OPA takes them without a word.
    func finish() {
        for (key, node) in entries where !known.contains(key) {
            reading.warn(place(key), node, "unknown key, ignored")
        }
    }

    var entries: [(key: String, node: ConfigurationNode)] {
        if case .map(let entries) = node.content { entries } else { [] }
    }

    func refuse(_ key: String, _ reason: String) {
        reading.refuse(key.isEmpty ? path : place(key), node[key] ?? node, reason)
    }

    private func place(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    /// Null counts as absent.
    private func find(_ key: String) -> ConfigurationNode? {
        known.insert(key)
        return node[key].flatMap { $0.isNull ? nil : $0 }
    }

    func has(_ key: String) -> Bool { find(key) != nil }

    private func read<Result>(_ key: String, expected: String, _ convert: (ConfigurationNode) -> Result?) -> Result? {
        guard let found = find(key) else { return nil }
        if let result = convert(found) { return result }
        reading.refuse(place(key), found, "expected \(expected), found \(found.kind)")
        return nil
    }

    func string(_ key: String) -> String? {
        read(key, expected: "text") { if case .scalar(.string(let text)) = $0.content { text } else { nil } }
    }

    func flag(_ key: String) -> Bool? {
        read(key, expected: "true or false") { if case .scalar(.boolean(let flag)) = $0.content { flag } else { nil } }
    }

    func number(_ key: String, in range: ClosedRange<Double>) -> Double? {
        let number = read(key, expected: "a number") { node -> Double? in
            guard case .scalar(.number(let number)) = node.content else { return nil }
            return Double(number.text)
        }
        guard let number else { return nil }
        guard range.contains(number) else {
            refuse(key, "must lie between \(Self.text(range.lowerBound)) and \(Self.text(range.upperBound))")
            return nil
        }
        return number
    }

    private static func text(_ number: Double) -> String {
        Int64(exactly: number).map { "\($0)" } ?? "\(number)"
    }

    func integer(_ key: String, in range: ClosedRange<Int>) -> Int? {
        guard let number = number(key, in: Double(range.lowerBound)...Double(range.upperBound)) else { return nil }
        guard let integer = Int(exactly: number) else {
            refuse(key, "expected a whole number")
            return nil
        }
        return integer
    }

    func seconds(_ key: String, in range: ClosedRange<Double> = 0...31_536_000) -> Duration? {
        number(key, in: range).map { .seconds($0) }
    }

    func choice<Choice: RawRepresentable & CaseIterable>(_ key: String, _ type: Choice.Type) -> Choice? where Choice.RawValue == String {
        guard let text = string(key) else { return nil }
        if let choice = Choice(rawValue: text) { return choice }
        refuse(key, "'\(text)' is not one of \(Choice.allCases.map(\.rawValue).joined(separator: ", "))")
        return nil
    }

    func strings(_ key: String) -> [String]? {
        read(key, expected: "a list of texts") { node in
            guard case .list(let nodes) = node.content else { return nil }
            let texts = nodes.compactMap { if case .scalar(.string(let text)) = $0.content { text } else { nil } as String? }
            return texts.count == nodes.count ? texts : nil
        }
    }

    func numbers(_ key: String) -> [Double]? {
        read(key, expected: "a list of numbers") { node in
            guard case .list(let nodes) = node.content else { return nil }
            let numbers = nodes.compactMap { if case .scalar(.number(let number)) = $0.content { Double(number.text) } else { nil } as Double? }
            return numbers.count == nodes.count ? numbers : nil
        }
    }

    func stringMap(_ key: String) -> [String: String]? {
        read(key, expected: "a map of texts") { node in
            guard case .map(let entries) = node.content else { return nil }
            var result: [String: String] = [:]
            for (key, node) in entries {
                guard case .scalar(.string(let text)) = node.content else { return nil }
                result[key] = text
            }
            return result
        }
    }

    func value(_ key: String) -> Value? { find(key)?.value }

    /// Reads the map below a key; what is unknown in it is warned of.
    @discardableResult
    func section<Result>(_ key: String, _ read: (ConfigurationSection) -> Result) -> Result? {
        guard let found = find(key) else { return nil }
        guard case .map = found.content else {
            reading.refuse(place(key), found, "expected a map, found \(found.kind)")
            return nil
        }
        let section = ConfigurationSection(found, path: place(key), reading: reading)
        defer { section.finish() }
        return read(section)
    }

    /// Reads the maps of a list.
    func elements<Result>(_ key: String, _ read: (ConfigurationSection) -> Result) -> [Result]? {
        guard let found = find(key) else { return nil }
        guard case .list(let nodes) = found.content else {
            reading.refuse(place(key), found, "expected a list, found \(found.kind)")
            return nil
        }
        return nodes.enumerated().map { position, node in
            let section = ConfigurationSection(node, path: "\(place(key))[\(position)]", reading: reading)
            defer { section.finish() }
            return read(section)
        }
    }

    /// Reads the maps of a map, such as the bundles by name; empty ones have only defaults.
    func sections<Result>(_ key: String, _ read: (String, ConfigurationSection) -> Result) -> [Result] {
        section(key) { outer in
            outer.entries.compactMap { name, node in
                outer.known.insert(name)
                if node.isNull { return read(name, ConfigurationSection(ConfigurationNode(.map([]), line: node.line), path: outer.place(name), reading: reading)) }
                return outer.section(name) { read(name, $0) }
            }
        } ?? []
    }
}
