import JSON
import Synchronization

/// Compiled policies and data, immutable: what decisions are made from.
///
/// Any number of threads may ask at once. Replacing policies or data makes a new snapshot; a decision keeps the one it started with.
public final class PolicySnapshot: Sendable {
    public let policies: CompiledPolicies
    let program: SnapshotProgram
    private let options: CompilerOptions
    private let compiler: Compiler
    /// Machines that wait for the next query.
    private let machines = Mutex<MachinePool>(MachinePool())

    /// Machines at rest. Only one thread takes a machine out and uses it until it brings it back, so a machine is never shared
    /// though the pool is; that is what makes sending it safe.
    private struct MachinePool: @unchecked Sendable {
        var machines: [Machine] = []
    }

    /// Parses and compiles policies. Throws every error that was found.
    public convenience init(policies: [PolicySource], data: DataSource = .empty, options: CompilerOptions = .init()) throws(DiagnosticList) {
        var modules: [Module] = []
        var diagnostics: [Diagnostic] = []
        for policy in policies {
            let parsed = Parser.parse(policy)
            diagnostics += parsed.diagnostics
            if let module = parsed.module { modules.append(module) }
        }
        guard diagnostics.isEmpty else { throw DiagnosticList(diagnostics) }
        try self.init(modules: modules, data: data, options: options)
    }

    public convenience init(modules: [Module], data: DataSource = .empty, options: CompilerOptions = .init()) throws(DiagnosticList) {
        let compiler = Compiler(options: options)
        let (policies, diagnostics) = compiler.compile(modules)
        guard let policies else { throw DiagnosticList(diagnostics) }
        try self.init(compiler: compiler, policies: policies, data: data)
    }

    private init(compiler: Compiler, policies: CompiledPolicies, data: DataSource) throws(DiagnosticList) {
        self.compiler = compiler
        options = compiler.options
        self.policies = policies
        let plan = PolicyPlanner(policies: policies, registry: compiler.registry, observes: compiler.options.observes).plan()
        do throws(JSONReader.JSONRefusal) {
            program = try SnapshotProgram(plan: plan, registry: compiler.registry, data: data)
        } catch {
            throw DiagnosticList([Diagnostic(.compile, "data is not valid JSON: \(Self.reason(data, offset: error.offset))", at: nil)])
        }
        guard program.data.tag == .object else {
            throw DiagnosticList([Diagnostic(.compile, "data must be a JSON object", at: nil)])
        }
        var conflicts: [Diagnostic] = []
        for group in plan.groups where exists(group.path) {
            conflicts.append(Diagnostic(.compile, "conflicting rule for data path \(group.path.joined(separator: "/")) found", at: group.location))
        }
        guard conflicts.isEmpty else { throw DiagnosticList(conflicts) }
    }

    /// Whether base data stands at keys below `data`.
    private func exists(_ path: [String]) -> Bool {
        var value = program.data
        for key in path {
            guard value.tag == .object, let next = ObjectView(value)[key] else { return false }
            value = next
        }
        return true
    }

    static func reason(_ source: DataSource, offset: Int) -> String {
        guard case .json(let bytes) = source else { return "at byte \(offset)" }
        return JSONReason.describe(bytes, offset: offset)
    }

    public var modules: [Module] { policies.modules }

    /// The same policies with other data.
    public func replacing(data: DataSource) throws(DiagnosticList) -> PolicySnapshot {
        try PolicySnapshot(compiler: compiler, policies: policies, data: data)
    }

    /// Compiles a query. Names are resolved as in a module of `package` with `imports`, such as `data.roles as r`.
    public func prepare(
        _ query: String, file: String = "", version: RegoVersion = .v1, package: [String] = [], imports: [String] = []
    ) throws(DiagnosticList) -> PreparedQuery {
        var parsedImports: [Import] = []
        for text in imports {
            let (module, diagnostics) = Parser.parse(PolicySource(file: "", text: "package query\nimport \(text)", version: version))
            guard let module else { throw DiagnosticList(diagnostics) }
            parsedImports += module.imports
        }
        let (body, diagnostics) = Parser.parseQuery(query, file: file, version: version)
        guard let body else { throw DiagnosticList(diagnostics) }
        let (compiled, problems) = compiler.compileQuery(body, policies: policies, package: package, imports: parsedImports, version: version)
        guard let compiled else { throw DiagnosticList(problems) }
        return PreparedQuery(snapshot: self, text: query, original: body, query: compiled)
    }

    /// The query that asks for the document at keys below `data`.
    public func document(_ path: [String]) throws(DiagnosticList) -> PreparedQuery {
        try prepare(RuleConflicts.text(path))
    }

    /// Whether rules define the document at keys below `data`.
    public func hasRule(at path: [String]) -> Bool { program.plan.groups.contains { $0.path == path } }

    /// The decision trees of the rules at keys below `data` and of all rules below them.
    public func decisionTrees(at path: [String]) -> [DecisionTreeDescription] {
        program.plan.groups.filter { $0.path.starts(with: path) }.map { DecisionTreeDescription($0) }
    }

    // MARK: Machines

    func takeMachine() -> Machine {
        let waiting = machines.withLock { pool in pool.machines.popLast().map { Taken(machine: $0) } }
        return waiting?.machine ?? Machine(snapshot: program)
    }

    /// Carries a machine out of the lock to the thread that will use it alone.
    private struct Taken: @unchecked Sendable {
        let machine: Machine
    }

    func giveBack(_ machine: Machine) {
        machine.reset()
        let returned = Taken(machine: machine)
        machines.withLock { pool in
            if pool.machines.count < 64 { pool.machines.append(returned.machine) }
        }
    }
}
