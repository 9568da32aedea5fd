/// Sees where evaluation goes: for coverage and failing tests.
public final class Observer: @unchecked Sendable {
    // Only the thread that evaluates calls `observe`, and results are read after evaluation.
    public struct Event: Sendable {
        public var location: SourceLocation
        /// How many rules and functions were being evaluated.
        public var depth: Int
        public var variables: [(name: String, value: Value)]
    }

    /// File and row of every literal that was reached.
    public private(set) var lines: Set<Line> = []
    /// The literal of each depth that was reached last.
    public private(set) var last: [Int: Event] = [:]
    private let keepsVariables: Bool

    public struct Line: Hashable, Sendable {
        public var file: String
        public var row: Int
        public init(file: String, row: Int) {
            self.file = file
            self.row = row
        }
    }

    public init(keepsVariables: Bool) { self.keepsVariables = keepsVariables }

    func observe(_ location: SourceLocation, depth: Int, variables: [(Datum, Datum)]) {
        lines.insert(Line(file: location.file, row: location.row))
        guard keepsVariables else { return }
        last[depth] = Event(location: location, depth: depth, variables: variables.filter { $0.1.tag != .undefined && $0.1.tag != .document }.map { ($0.0.text, Value($0.1)) })
    }
}
