import JSON
import Synchronization

/// Compiled policies and data, immutable: what decisions are made from.
///
/// Any number of threads may ask at once. Replacing policies or data makes a new snapshot; a decision keeps the one it started with.
public final class PolicySnapshot: Sendable {
    public let policies: CompiledPolicies
    let program: SnapshotProgram
    private let options: CompilerOptions
    let compiler: Compiler
    private let machines = MachinePool()

    /// Parses and compiles policies. Throws every error that was found.
    public convenience init(policies: [PolicySource], data: DataSource = .empty, options: CompilerOptions = .init()) throws(DiagnosticList) {
        var modules: [Module] = []
        var diagnostics: [Diagnostic] = []
        for parsed in Concurrently.map(policies, { Parser.parse($0) }) {
            diagnostics += parsed.diagnostics
            if let module = parsed.module { modules.append(module) }
        }
        guard diagnostics.isEmpty else { throw DiagnosticList(diagnostics) }
        try self.init(modules: modules, data: data, options: options)
    }

    public convenience init(modules: [Module], data: DataSource = .empty, options: CompilerOptions = .init()) throws(DiagnosticList) {
        let compiler = Compiler(options: options)
        let plan = Mutex<PolicyPlan?>(nil)
        let (policies, diagnostics) = compiler.compile(modules) { checked in
            let made = PolicyPlanner(policies: checked, registry: compiler.registry, observes: options.observes).plan()
            plan.withLock { $0 = made }
        }
        guard let policies, let plan = plan.withLock({ $0 }) else { throw DiagnosticList(diagnostics) }
        try self.init(compiler: compiler, policies: policies, plan: plan, data: data)
    }

    private init(compiler: Compiler, policies: CompiledPolicies, plan: PolicyPlan, data: DataSource) throws(DiagnosticList) {
        self.compiler = compiler
        options = compiler.options
        self.policies = policies
        do throws(JSONReader.JSONRefusal) {
            program = try SnapshotProgram(plan: plan, capabilities: compiler.options.capabilities, data: data)
        } catch {
            throw DiagnosticList([Diagnostic(.compile, "data is not valid JSON: \(Self.reason(data, offset: error.offset))", at: nil)])
        }
        try Self.check(program)
    }

    private init(_ other: PolicySnapshot, program: SnapshotProgram) throws(DiagnosticList) {
        compiler = other.compiler
        options = other.options
        policies = other.policies
        self.program = program
        try Self.check(program)
    }

    /// Base data is an object, and no rule stands where it has something.
    private static func check(_ program: SnapshotProgram) throws(DiagnosticList) {
        guard program.data.tag == .object else {
            throw DiagnosticList([Diagnostic(.compile, "data must be a JSON object", at: nil)])
        }
        var conflicts: [Diagnostic] = []
        for group in program.plan.groups where program.base.exists(group.path) {
            conflicts.append(Diagnostic(.compile, "conflicting rule for data path \(group.path.joined(separator: "/")) found", at: group.location))
        }
        guard conflicts.isEmpty else { throw DiagnosticList(conflicts) }
    }

    /// Whether base data has something at keys below `data`; in an array a key is the text of an index.
    public func hasData(at path: [String]) -> Bool { program.base.exists(path) }

    /// All base data.
    public var baseDocument: Value { program.base.document }

    static func reason(_ source: DataSource, offset: Int) -> String {
        guard case .json(let bytes) = source else { return "at byte \(offset)" }
        return JSONReason.describe(bytes, offset: offset)
    }

    public var modules: [Module] { policies.modules }

    /// Whether an observer is told of evaluation.
    public var observes: Bool { options.observes }

    /// The same policies and data, planned so that an observer is told of everything.
    public func observed() throws(DiagnosticList) -> PolicySnapshot {
        if observes { return self }
        var options = options
        options.observes = true
        return try PolicySnapshot(modules: modules, data: .snapshot(self), options: options)
    }

    /// The same policies with other data.
    public func replacing(data: DataSource) throws(DiagnosticList) -> PolicySnapshot {
        let plan = PolicyPlanner(policies: policies, registry: compiler.registry, observes: options.observes).plan()
        return try PolicySnapshot(compiler: compiler, policies: policies, plan: plan, data: data)
    }

    /// The same policies with changed data: all operations, or none. Nothing is compiled, and what does not change is shared.
    ///
    /// - Throws: `DataOperationError` where an operation is not possible, `EvaluationError` where a value is not JSON, `DiagnosticList` where the data would stand where a rule is.
    public func applying(_ operations: [DataOperation]) throws -> PolicySnapshot {
        let base: BaseData
        do throws(DataChangeFailure) {
            base = try program.base.applying(operations, symbols: program.symbols)
        } catch {
            switch error {
            case .operation(let error): throw error
            case .value(let source, let refusal): throw EvaluationError(.invalidInput, "not valid JSON: \(Self.reason(source, offset: refusal.offset))")
            }
        }
        return try PolicySnapshot(self, program: SnapshotProgram(program, base: base))
    }

    /// Compiles a query. Names are resolved as in a module of `package` with `imports`, such as `data.roles as r`.
    ///
    /// - Parameter unsafeBuiltins: names of built-ins that the query itself may not call, though policies may.
    public func prepare(
        _ query: String, file: String = "", version: RegoVersion = .v1, package: [String] = [], imports: [String] = [], refusing unsafeBuiltins: Set<String> = []
    ) throws(DiagnosticList) -> PreparedQuery {
        let (body, diagnostics) = Parser.parseQuery(query, file: file, version: version)
        guard let body else { throw DiagnosticList(diagnostics) }
        let (compiled, problems) = compiler.compileQuery(body, policies: policies, package: package, imports: try Self.imports(imports, version), refusing: unsafeBuiltins)
        guard let compiled else { throw DiagnosticList(problems) }
        return PreparedQuery(snapshot: self, text: query, original: body, query: compiled)
    }

    /// The types of a query's variables in OPA's words; of a query that is one term without variables, the type of that term, without a name.
    package func types(of query: String, version: RegoVersion = .v1, package: [String] = [], imports: [String] = []) throws(DiagnosticList) -> [(name: String, type: String)] {
        let (body, diagnostics) = Parser.parseQuery(query, version: version)
        guard let body else { throw DiagnosticList(diagnostics) }
        let imports = try Self.imports(imports, version)
        let types = try compiler.types(of: body, policies: policies, package: package, imports: imports)
        guard types.isEmpty, body.count == 1, case .term(let term) = body[0].kind, !body[0].isNegated else { return types.map { ($0.name, $0.type.description) } }
        // No variable of a query has such a name.
        let equation = Call(function: ["eq"], arguments: [Term(.variable("the term")), term], isInfix: true)
        let named = Expression(.term(Term(.call(equation))), withModifiers: body[0].withModifiers)
        return try compiler.types(of: [named], policies: policies, package: package, imports: imports).map { ("", $0.type.description) }
    }

    /// A query in the flat form that partial evaluation reads.
    func flatQuery(_ body: Body, package: [String], imports: [String], refusing unsafeBuiltins: Set<String>) throws(DiagnosticList) -> Body {
        try compiler.flatQuery(body, policies: policies, package: package, imports: try Self.imports(imports, .v1), refusing: unsafeBuiltins)
    }

    private static func imports(_ texts: [String], _ version: RegoVersion) throws(DiagnosticList) -> [Import] {
        var imports: [Import] = []
        for text in texts {
            let (module, diagnostics) = Parser.parse(PolicySource(file: "", text: "package query\nimport \(text)", version: version))
            guard let module else { throw DiagnosticList(diagnostics) }
            imports += module.imports
        }
        return imports
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

    // MARK: Memory

    /// What a snapshot keeps, in bytes reserved from the system; `patterns` is a count.
    public struct Memory: Sendable {
        /// Symbols, constants and code.
        public var policies: Int
        /// Base data, with the versions that it shares with.
        public var data: Int
        /// The regions of machines that wait for the next query.
        public var machines: Int
        /// Compiled regular expressions, globs and the like.
        public var patterns: Int
    }

    public var memory: Memory {
        Memory(
            policies: program.policyBytes, data: program.base.reservedBytes,
            machines: machines.reservedBytes, patterns: program.cache.count)
    }

    // MARK: Machines

    func takeMachine() -> Machine { machines.take { Machine(snapshot: program) } }

    func giveBack(_ machine: Machine) {
        machine.reset()
        machines.giveBack(machine)
    }
}
