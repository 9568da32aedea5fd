import Rego

/// What is shown beside a result: how it came about, how long it took, what it reached.
struct Analysis {
    /// Members beside `result`, in OPA's order.
    private(set) var documents: [(name: String, value: Value)] = []
    /// The trace for people; stands before the result.
    private(set) var lines: [String] = []
    /// Tables and documents for people; stand behind the result.
    private(set) var tables = ""

    mutating func add(metrics: [(name: String, value: Int)]) {
        documents.append(("metrics", .makeObject(metrics.map { (.string($0.name), .number(Number($0.value))) })))
        tables += ResultFormat.table([["METRIC", "VALUE"]] + metrics.map { [$0.name, String($0.value)] })
    }

    mutating func add(_ trace: Trace, showsVariables: Bool) {
        documents.append(("explanation", trace.commandDocument))
        lines = trace.lines(showsVariables: showsVariables)
    }

    mutating func add(profile: [ProfileEntry]) {
        documents.append(("profile", .array(profile.map { entry in
            [
                "total_time_ns": .number(Number(entry.nanoseconds)), "num_eval": .number(Number(entry.evaluations)),
                "num_redo": .number(Number(entry.redos)), "num_gen_expr": 1, "location": Reporting.json(entry.location),
            ]
        })))
        let rows = profile.map { ["\(Double(entry: $0))ms", String($0.evaluations), String($0.redos), "1", $0.place] }
        tables += ResultFormat.table([["TIME", "NUM EVAL", "NUM REDO", "NUM GEN EXPR", "LOCATION"]] + rows)
    }

    mutating func add(_ coverage: Coverage) {
        let document = coverage.document(withBranches: false)
        documents.append(("coverage", document))
        tables += document.prettyJSON() + "\n"
    }
}

extension ProfileEntry {
    var nanoseconds: Int { Int(time / .nanoseconds(1)) }
    fileprivate var place: String { location.file.isEmpty ? "query:\(max(1, location.row))" : "\(location.file):\(location.row)" }
}

extension Double {
    /// The time of an entry in milliseconds, to a thousandth.
    fileprivate init(entry: ProfileEntry) { self = (Double(entry.nanoseconds) / 1_000).rounded() / 1_000 }
}
