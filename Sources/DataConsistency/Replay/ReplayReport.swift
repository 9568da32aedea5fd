import Rego

/// What a replay found.
public struct ReplayReport: Sendable {
    /// Why a record was not decided again.
    public enum Omission: String, Sendable, Hashable, CaseIterable {
        /// Masking took something out of its input or result.
        case masked
        /// A person whose data its input held was forgotten.
        case forgotten
        /// It answered a query and not a document.
        case query
        /// It depends on what other servers or chance answered, which was not recorded.
        case unrecorded
        /// It is no recorded decision.
        case unreadable
    }

    /// Records that were decided again.
    public var replayed = 0
    public var flipCount = 0
    public var omitted: [Omission: Int] = [:]
    /// Flips by the rules that make the difference.
    public var byRule: [Flip.Place: Int] = [:]
    /// The first flips in the order of the records, no more than were asked for.
    public var flips: [Flip] = []
    /// How long it took.
    public var duration = Duration.zero

    public init() {}

    mutating func add(_ other: ReplayReport, limit: Int) {
        replayed += other.replayed
        flipCount += other.flipCount
        omitted.merge(other.omitted, uniquingKeysWith: +)
        byRule.merge(other.byRule, uniquingKeysWith: +)
        flips = Array((flips + other.flips).sorted { ($0.piece, $0.number) < ($1.piece, $1.number) }.prefix(limit))
    }

    /// The rules with most flips first.
    public var rules: [(place: Flip.Place, count: Int)] {
        byRule.sorted { ($1.value, $0.key.rule, $0.key.file, $0.key.row) < ($0.value, $1.key.rule, $1.key.file, $1.key.row) }.map { ($0.key, $0.value) }
    }

    // MARK: JSON

    public var document: Value {
        [
            "replayed": .number(Number(replayed)), "flips": .number(Number(flipCount)),
            "omitted": .makeObject(omitted.map { (.string($0.key.rawValue), .number(Number($0.value))) }),
            "rules": .array(rules.map { rule in Self.document(rule.place, adding: [("flips", .number(Number(rule.count)))]) }),
            "decisions": .array(flips.map(Self.document)),
        ]
    }

    private static func document(_ flip: Flip) -> Value {
        var members: [(Value, Value)] = [
            ("decision_id", .string(flip.identifier)), ("path", .string(flip.path)), ("old", document(flip.old, flip.oldReasons)),
            ("new", document(flip.new, flip.newReasons)),
        ]
        if let input = try? Value(json: flip.input) { members.append(("input", input)) }
        return .makeObject(members)
    }

    private static func document(_ outcome: Flip.Outcome, _ reasons: Flip.Reasons?) -> Value {
        var members: [(Value, Value)] = []
        switch outcome {
        case .result(let text): members.append(("result", (try? Value(json: text)) ?? .null))
        case .undefined: members.append(("undefined", true))
        case .error(let code): members.append(("error", .string(code)))
        }
        if let reasons {
            members.append(("held", .array(reasons.held.map { document($0) })))
            members.append(("failed", .array(reasons.failed.map { document($0) })))
            if !reasons.isReproduced { members.append(("reproduced", false)) }
        }
        return .makeObject(members)
    }

    private static func document(_ place: Flip.Place, adding members: [(Value, Value)] = []) -> Value {
        let location: [(Value, Value)] = place.file.isEmpty ? [] : [("file", .string(place.file)), ("row", .number(Number(place.row)))]
        return .makeObject([("rule", .string(place.rule))] + location + members)
    }
}
