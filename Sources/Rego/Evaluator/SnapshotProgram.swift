/// A snapshot's policies and data in memory, ready to run.
///
/// Its pointers lead into `region`, which it owns and which nothing writes after `init`; that is why sharing it between threads is safe
/// (INVARIANT linked, INVARIANT shared).
final class SnapshotProgram: @unchecked Sendable {
    let region: Region
    let symbols: SymbolTable
    let data: Datum
    let groups: UnsafePointer<LinkedGroup>
    let groupCount: Int
    let nodes: UnsafePointer<LinkedNode>
    let code: UnsafePointer<Instruction>
    let unit: CodeUnit
    let registry: BuiltinRegistry
    let implementations: UnsafePointer<Builtin.Implementation>
    let plan: PolicyPlan
    let cache = CompiledPatternCache()

    init(plan: PolicyPlan, registry: BuiltinRegistry, data source: DataSource) throws(JSONReader.JSONRefusal) {
        region = Region(blockSize: 1024 * 1024)
        symbols = SymbolTable(in: region.arena)
        self.plan = plan
        self.registry = registry
        let constants = Linker(arena: region.arena, symbols: symbols, interns: true, data: .undefined)
        for value in plan.unit.constants { _ = constants.constant(value) }
        switch source {
        case .empty: data = .object(Table.make(in: region.arena, capacity: 0, isObject: true))
        case .value(let value):
            data = region.arena.datum(value, symbols: symbols)
        case .json(let bytes):
            let arena = region.arena
            let symbols = symbols
            data = try bytes.withUnsafeBytes { text in
                Result { () throws(JSONReader.JSONRefusal) in try JSONReader.read(text, into: arena, symbols: symbols, interns: true) }
            }.get()
        }
        Linker.freeze(data)
        let linker = Linker(arena: region.arena, symbols: symbols, interns: true, data: data)
        let procedures = linker.link(plan.unit, number: 0)
        unit = plan.unit
        code = plan.unit.procedures.isEmpty ? linker.emptyCode() : procedures.pointee.code
        groups = linker.link(plan.groups, procedures: procedures, documents: plan.documents)
        groupCount = plan.groups.count
        nodes = linker.link(plan.documents, groups: plan.groups)
        let implementations = UnsafeMutablePointer<Builtin.Implementation>.allocate(capacity: max(1, registry.builtins.count))
        for (position, builtin) in registry.builtins.enumerated() { (implementations + position).initialize(to: builtin.implementation) }
        self.implementations = UnsafePointer(implementations)
    }

    deinit {
        let owned = UnsafeMutablePointer(mutating: implementations)
        owned.deinitialize(count: registry.builtins.count)
        owned.deallocate()
    }
}

/// The documents below `data`. Always an object.
public enum DataSource: Sendable {
    case empty
    case value(Value)
    /// JSON text.
    case json([UInt8])
}
