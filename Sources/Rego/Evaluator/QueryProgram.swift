/// A query's code, linked against a snapshot.
///
/// Owns the region that its pointers lead into; nothing writes there after `init`, so sharing it between threads is safe (INVARIANT linked).
final class QueryProgram: @unchecked Sendable {
    private let region: Region
    /// What was linked to the snapshot's data.
    private let links: Region
    let procedure: UnsafePointer<LinkedProcedure>
    let code: UnsafePointer<Instruction>
    let plannedCode: PlannedCode
    /// What of the input the query can see.
    let projection: InputProjection
    private let variables: [(name: String, local: String)]
    private let expressions: [(text: String, location: SourceLocation)]
    /// Where the value of each expression stands among the values.
    private let order: [Int]

    init(snapshot: PolicySnapshot, text: String, original: Body, query: CompiledQuery) {
        let plan = snapshot.program.plan
        var functionGroups: [[String]: Int] = [:]
        for (number, group) in plan.groups.enumerated() where group.kind.isFunction { functionGroups[group.path] = number }
        var scope = PlanScope(registry: snapshot.program.registry, documents: plan.documents, groups: plan.groups, functionGroups: functionGroups)
        scope.localNames = query.localNames
        scope.observes = snapshot.observes
        MockedFunctions.collect(query.body, &scope.mocked)
        let planned = QueryPlanner(scope: scope).plan(query)
        variables = query.variables
        let bytes = SourceText(file: "", text: text)
        // The compiler may have moved literals; their values are shown in the order of the text.
        let places = query.body.filter { !$0.isGenerated }.map(\.location.offset)
        order = places.indices.sorted { places[$0] < places[$1] }
        expressions = original.filter { if case .some = $0.kind { false } else { true } }.map { expression in
            let start = expression.location.offset
            let end = min(bytes.bytes.count, start + expression.location.length)
            return (start < end ? bytes.text(start..<end) : expression.description, expression.location)
        }
        region = Region(blockSize: 4096)
        links = region
        let linker = Linker(arena: region.arena, symbols: snapshot.program.symbols, interns: false, data: snapshot.program.data)
        procedure = linker.link(planned, number: 1)
        projection = linker.link(InputNeeds(of: planned, calling: plan))
        code = procedure.pointee.code
        plannedCode = PlannedCode(planned)
    }

    /// The same code over other data of the same policies.
    private init(_ other: QueryProgram, _ program: SnapshotProgram) {
        region = other.region
        code = other.code
        plannedCode = other.plannedCode
        projection = other.projection
        variables = other.variables
        expressions = other.expressions
        order = other.order
        links = Region(blockSize: 1024)
        procedure = Linker(arena: links.arena, symbols: program.symbols, interns: false, data: program.data).relink(other.procedure, of: other.plannedCode.unit)
    }

    /// The code for other data of the same policies; itself where it reads no base data directly.
    func relinked(to program: SnapshotProgram) -> QueryProgram {
        plannedCode.unit.basePaths.isEmpty ? self : QueryProgram(self, program)
    }

    /// A solution's values: the variables', then the expressions'.
    func solution(_ values: UnsafeBufferPointer<Datum>) -> QueryResult.Solution {
        var bindings: [(name: String, value: Value)] = []
        for (position, variable) in variables.enumerated() where !values[position].isUndefined { bindings.append((variable.name, Value(values[position]))) }
        bindings.sort { Value.order($0.name, $1.name) < 0 }
        let results = order.map { values[variables.count + $0] }
        return QueryResult.Solution(bindings: bindings, expressions: zip(results, expressions).map { (Value($0), $1.text, $1.location) })
    }
}
