import Lint
import Rego

/// A text that could be parsed, with its syntax tree and what its names stand for.
struct PolicyTree: Sendable {
    /// A rule that gives a document its value, or a part of it.
    struct Definition: Sendable {
        /// Below `data`.
        var path: [String]
        /// The position among the module's rules.
        var rule: Int
        var name: Range<Int>
    }

    let text: DocumentText
    let file: PolicyFile
    let occurrences: [Occurrence]
    let definitions: [Definition]
    let definitionsByPath: [[String]: [Int]]

    init(_ module: Module, _ text: DocumentText) {
        self.text = text
        file = PolicyFile(module)
        occurrences = NameResolution.occurrences(in: module, bytes: text.bytes)
        let definitions = occurrences.compactMap { occurrence -> Definition? in
            guard occurrence.isDefinition, case .document(let path) = occurrence.symbol, let rule = occurrence.rule else { return nil }
            return Definition(path: path, rule: rule, name: occurrence.range)
        }
        self.definitions = definitions
        definitionsByPath = Dictionary(grouping: definitions.indices) { definitions[$0].path }
    }

    var module: Module { file.module }
    var package: [String] { module.package.path }

    /// What may be another file's rule is found by its path too.
    func occurrences(of symbol: Symbol) -> [Occurrence] {
        occurrences.filter { occurrence in
            if occurrence.symbol == symbol { return true }
            if case .undeclared(_, let path) = occurrence.symbol, case .document(path) = symbol { return true }
            return false
        }
    }

    /// The name at an offset, or that ends there.
    func occurrence(at offset: Int) -> Occurrence? {
        var low = 0, high = occurrences.count
        while low < high {
            let middle = (low + high) / 2
            if occurrences[middle].range.lowerBound <= offset { low = middle + 1 } else { high = middle }
        }
        // Of two names that touch, the one that begins here.
        return occurrences[..<low].suffix(2).last { $0.range.upperBound >= offset }
    }

    func rule(_ definition: Definition) -> Rule { module.rules[definition.rule] }

    func definitions(of path: [String]) -> [Definition] { (definitionsByPath[path] ?? []).map { definitions[$0] } }

    /// The rule that an offset lies in, or in the lines of.
    func rule(at offset: Int) -> Int? {
        module.rules.indices.last { module.rules[$0].location.offset <= offset && offset <= Self.end(of: module.rules[$0]) }
    }

    static func end(of rule: Rule) -> Int { rule.location.offset + rule.location.length }
}

/// Where bytes of an older text stand after some edits.
struct EditHistory {
    private var edits: [(range: Range<Int>, length: Int)] = []

    var isEmpty: Bool { edits.isEmpty }

    mutating func add(_ range: Range<Int>, length: Int) { edits.append((range, length)) }

    /// The edit between what both texts begin and end with.
    mutating func add(from old: [UInt8], to new: [UInt8]) {
        let prefix = zip(old, new).prefix { $0 == $1 }.count
        let suffix = zip(old.dropFirst(prefix).reversed(), new.dropFirst(prefix).reversed()).prefix { $0 == $1 }.count
        add(prefix..<old.count - suffix, length: new.count - prefix - suffix)
    }

    /// The range in the text of now; nil where an edit changed it.
    func current(_ range: Range<Int>) -> Range<Int>? {
        var range = range
        for edit in edits {
            if range.lowerBound >= edit.range.upperBound {
                let shift = edit.length - edit.range.count
                range = range.lowerBound + shift..<range.upperBound + shift
            } else if range.upperBound > edit.range.lowerBound {
                return nil
            }
        }
        return range
    }

    /// The offset in the older text; nil within what was edited since.
    func original(_ offset: Int) -> Int? {
        var offset = offset
        for edit in edits.reversed() {
            if offset >= edit.range.lowerBound + edit.length { offset -= edit.length - edit.range.count } else if offset > edit.range.lowerBound { return nil }
        }
        return offset
    }
}
