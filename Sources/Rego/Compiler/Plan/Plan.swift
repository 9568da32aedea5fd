/// Instructions with what they refer to: the result of planning some bodies, before it is linked to a snapshot's memory.
struct CodeUnit: Sendable {
    var instructions: [Instruction] = []
    /// For each instruction the number of its place in `locations`.
    var instructionLocations: [Int32] = []
    var locations: [SourceLocation] = []
    var constants: [Value] = []
    /// Lists of operands.
    var pool: [Int32] = []
    /// The base documents that `loadBase` asks for, as keys below `data`.
    var basePaths: [[String]] = []
    var procedures: [Procedure] = []

    func instructionRange(of procedure: Int) -> Range<Int> {
        procedures[procedure].entry..<(procedure + 1 < procedures.count ? procedures[procedure + 1].entry : instructions.count)
    }

    /// Whether a procedure has a loop or calls functions.
    func loopsOrCalls(_ procedure: Int) -> Bool {
        instructions[instructionRange(of: procedure)].contains { [.scan, .scanMatching, .callFunction].contains($0.opcode) }
    }

    /// A body, or all bodies of an `else` chain, that runs in a frame of registers of its own.
    struct Procedure: Sendable {
        var entry: Int
        var registerCount: Int
    }
}

/// A code unit that is shared without copying what it holds.
final class PlannedCode: Sendable {
    let unit: CodeUnit

    init(_ unit: CodeUnit) { self.unit = unit }
}

/// All rules with one path: what a document or function is made of.
struct RuleGroup: Sendable {
    enum Kind: Sendable {
        case complete
        case partialSet
        case partialObject
        case function(arity: Int)
    }

    var kind: Kind
    /// The keys below `data`.
    var path: [String]
    /// Procedures of the rules, in order.
    var procedures: [Int] = []
    /// What each procedure can only succeed with.
    var conditions: [[IndexedCondition]] = []
    /// Finds the procedures worth trying; nil where there is nothing to choose.
    var tree: DecisionTree?
    /// Where each procedure's rule stands.
    var ruleLocations: [SourceLocation] = []
    /// The procedure of the default rule.
    var defaultProcedure: Int?
    var defaultLocation: SourceLocation?
    /// The value that every procedure gives, where it is known to be the same for all: the first success ends the search.
    var hasOneValue = false
    /// A function whose work is worth remembering: it loops, or calls other functions.
    var isRemembered = false
    /// Depends on policies and base data alone.
    var isDataOnly = false
    var location: SourceLocation
}

/// The documents that rules define, by path.
struct DocumentTree: Sendable {
    struct Node: Sendable {
        var key: String
        var parent: Int
        var children: [String: Int] = [:]
        /// The rules whose path ends here.
        var group: Int?
    }

    /// Node 0 is `data`.
    var nodes = [Node(key: "data", parent: -1)]

    mutating func insert(_ path: [String]) -> Int {
        var node = 0
        for key in path {
            if let child = nodes[node].children[key] {
                node = child
            } else {
                nodes.append(Node(key: key, parent: node))
                nodes[node].children[key] = nodes.count - 1
                node = nodes.count - 1
            }
        }
        return node
    }

    func find(_ path: some Sequence<String>) -> Int? {
        var node = 0
        for key in path {
            guard let child = nodes[node].children[key] else { return nil }
            node = child
        }
        return node
    }

    func path(of node: Int) -> [String] {
        var path: [String] = []
        var current = node
        while current > 0 {
            path.append(nodes[current].key)
            current = nodes[current].parent
        }
        return path.reversed()
    }
}

/// Everything planned from a set of policies.
struct PolicyPlan: Sendable {
    var unit = CodeUnit()
    var groups: [RuleGroup] = []
    var documents = DocumentTree()
}
