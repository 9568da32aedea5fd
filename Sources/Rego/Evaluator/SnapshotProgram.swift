/// A snapshot's policies and data in memory, ready to run.
///
/// Its pointers lead into regions that it owns and that nothing writes after `init`; that is why sharing it between threads is safe
/// (INVARIANT linked, INVARIANT shared).
final class SnapshotProgram: @unchecked Sendable {
    let plan: PolicyPlan
    let registry: BuiltinRegistry
    let symbols: SymbolTable
    let base: BaseData
    let groups: UnsafePointer<LinkedGroup>
    let groupCount: Int
    let nodes: UnsafePointer<LinkedNode>
    let code: UnsafePointer<Instruction>
    let plannedCode: PlannedCode
    let capabilities: EngineCapabilities
    let cache: CompiledPatternCache
    private let procedures: UnsafePointer<LinkedProcedure>
    private let builtins: LinkedBuiltins
    /// Symbols, constants and code; the same for all programs that differ only in data.
    private let policies: Region
    /// What was linked to this program's data.
    private let links: Region

    var data: Datum { base.root }
    /// Memory reserved for symbols, constants and code.
    var policyBytes: Int { policies.arena.reservedBytes + (links === policies ? 0 : links.arena.reservedBytes) }
    var implementations: UnsafePointer<Builtin.Implementation> { builtins.implementations }

    init(plan: PolicyPlan, capabilities: EngineCapabilities, data source: DataSource) throws(JSONReader.JSONRefusal) {
        self.plan = plan
        plannedCode = PlannedCode(plan.unit)
        self.capabilities = capabilities
        registry = capabilities.builtins
        policies = Region(blockSize: 64 * 1024)
        links = policies
        cache = CompiledPatternCache()
        builtins = LinkedBuiltins(registry)
        symbols = SymbolTable(in: policies.arena)
        let constants = Linker(arena: policies.arena, symbols: symbols, interns: true, data: .undefined)
        for value in plan.unit.constants { _ = constants.constant(value) }
        base = try BaseData(source, symbols: symbols, interns: true)
        let linker = Linker(arena: policies.arena, symbols: symbols, interns: true, data: base.root)
        procedures = linker.link(plan.unit, number: 0)
        code = plan.unit.procedures.isEmpty ? linker.emptyCode() : procedures.pointee.code
        groups = linker.link(plan.groups, procedures: procedures, documents: plan.documents)
        groupCount = plan.groups.count
        nodes = linker.link(plan.documents, groups: plan.groups)
    }

    /// The same policies over other data of the same symbols: nothing is compiled, and only what holds values of data is linked anew.
    init(_ other: SnapshotProgram, base: BaseData) {
        plan = other.plan
        registry = other.registry
        capabilities = other.capabilities
        symbols = other.symbols
        policies = other.policies
        cache = other.cache
        builtins = other.builtins
        code = other.code
        plannedCode = other.plannedCode
        groupCount = other.groupCount
        self.base = base
        links = Region(blockSize: 4096)
        let linker = Linker(arena: links.arena, symbols: symbols, interns: false, data: base.root)
        procedures = linker.relink(other.procedures, of: plan.unit)
        groups = linker.relink(other.groups, of: plan.groups, procedures: procedures)
        nodes = linker.relink(other.nodes, of: plan.documents)
    }

    /// Whether a value's memory lives as long as the program. Looks at every block of memory, so it is for rare questions.
    func contains(_ datum: Datum) -> Bool { policies.arena.contains(datum) || base.contains(datum) }

    /// Whether code that was linked for one of the two runs on the other.
    func sharesPolicies(with other: SnapshotProgram) -> Bool { policies === other.policies }
}

/// The built-ins' implementations by number.
private final class LinkedBuiltins {
    let implementations: UnsafePointer<Builtin.Implementation>
    private let count: Int

    init(_ registry: BuiltinRegistry) {
        let implementations = UnsafeMutablePointer<Builtin.Implementation>.allocate(capacity: max(1, registry.builtins.count))
        for (position, builtin) in registry.builtins.enumerated() { (implementations + position).initialize(to: builtin.implementation) }
        self.implementations = UnsafePointer(implementations)
        count = registry.builtins.count
    }

    deinit {
        let owned = UnsafeMutablePointer(mutating: implementations)
        owned.deinitialize(count: count)
        owned.deallocate()
    }
}

/// The documents below `data`. Always an object.
public enum DataSource: Sendable {
    case empty
    case value(Value)
    /// JSON text.
    case json([UInt8])
    /// The base data of another snapshot, as writes have left it.
    case snapshot(PolicySnapshot)

    /// The documents as a value.
    public func document() throws(EvaluationError) -> Value {
        switch self {
        case .empty: .object([])
        case .value(let value): value
        case .json(let text): try Value(json: text)
        case .snapshot(let snapshot): snapshot.baseDocument
        }
    }
}
