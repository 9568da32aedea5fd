import Rego

/// How much a finding counts.
public enum LintLevel: String, Sendable, CaseIterable {
    case error, warning, ignore
}

/// A place where a rule found something.
public struct Finding: Sendable {
    public let rule: String
    public let category: LintRule.Category
    public let title: String
    /// What is found at this very place; nil where the title says it all.
    public let detail: String?
    public var level: LintLevel
    public let location: SourceLocation
    /// The line of the text where the finding begins.
    public let line: String
    public let fix: Fix?

    /// Title and detail in one line.
    public var message: String { detail.map { "\(title): \($0)" } ?? title }
}

/// A change of the text that takes a finding away and leaves every decision as it is.
public struct Fix: Sendable {
    /// A range of bytes and what stands there afterwards.
    public struct Edit: Sendable, Equatable {
        public var range: Range<Int>
        public var text: String
    }
    public var edits: [Edit]

    static func replace(_ location: SourceLocation, with text: String) -> Fix {
        Fix(edits: [Edit(range: location.offset..<location.offset + location.length, text: text)])
    }
    static func insert(_ text: String, at offset: Int) -> Fix { Fix(edits: [Edit(range: offset..<offset, text: text)]) }
}

extension Fix {
    /// The text with all edits that do not touch each other; of two that do, the first stays.
    public static func apply(_ fixes: [Fix], to text: String) -> (text: String, applied: Int) {
        var bytes = Array(text.utf8)
        var end = -1
        var accepted: [Fix.Edit] = []
        var applied = 0
        for fix in fixes.sorted(by: { ($0.edits.first?.range.lowerBound ?? 0) < ($1.edits.first?.range.lowerBound ?? 0) }) {
            let edits = fix.edits.sorted { $0.range.lowerBound < $1.range.lowerBound }
            guard let first = edits.first, let last = edits.last, first.range.lowerBound > end, last.range.upperBound <= bytes.count else { continue }
            accepted += edits
            end = last.range.upperBound
            applied += 1
        }
        for edit in accepted.reversed() { bytes.replaceSubrange(edit.range, with: Array(edit.text.utf8)) }
        return (String(decoding: bytes, as: UTF8.self), applied)
    }
}

extension LintReport {
    /// The policies with every fix applied that touches no other, and how many were.
    public func mended(_ policies: [PolicySource]) -> (policies: [PolicySource], count: Int) {
        let fixes = Dictionary(grouping: findings.filter { $0.fix != nil }) { $0.location.file }
        var count = 0
        let mended = policies.map { policy in
            let (text, applied) = Fix.apply((fixes[policy.file] ?? []).compactMap(\.fix), to: policy.text)
            count += applied
            return PolicySource(file: policy.file, text: text, version: policy.version)
        }
        return (mended, count)
    }
}
