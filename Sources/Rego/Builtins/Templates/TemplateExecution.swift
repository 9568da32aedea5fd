/// Executes a template on data.
struct TemplateExecution {
    private let template: Template
    private let limits: BuiltinLimits
    private var output = ""
    private var variables: [(name: String, value: TemplateValue)]
    private var depth = 0
    private var steps = 0
    /// The template that is executed, for messages.
    private var name = "template"

    /// Templates that call templates deeper than this fail.
    private static let depthLimit = 100

    /// What stopped a list of nodes before its end.
    private enum Flow { case next, leave, onward }

    static func run(_ template: Template, _ data: Value, limits: BuiltinLimits) throws(TemplateError) -> String {
        let data = TemplateValue(data)
        var execution = TemplateExecution(template: template, variables: [("$", data)], limits: limits)
        _ = try execution.run(template.body, data)
        return execution.output
    }

    private init(template: Template, variables: [(name: String, value: TemplateValue)], limits: BuiltinLimits) {
        self.template = template
        self.limits = limits
        self.variables = variables
    }

    private func failure(_ message: String, _ place: TemplatePlace) -> TemplateError {
        .execution(message, at: place, in: template.source, template: name)
    }

    private mutating func write(_ text: String) throws(TemplateError) {
        output += text
        do throws(BuiltinError) { try limits.checkTextSize(output.utf8.count) } catch { throw TemplateError(message: "template: \(error.message)") }
    }

    private mutating func step() throws(TemplateError) {
        steps += 1
        guard steps <= limits.elements else { throw TemplateError(message: "template: more than \(limits.elements) actions and rounds of loops") }
    }

    private mutating func run(_ nodes: [TemplateNode], _ dot: TemplateValue) throws(TemplateError) -> Flow {
        let known = variables.count
        defer { variables.removeLast(variables.count - known) }
        for node in nodes {
            let flow = try run(node, dot)
            if flow != .onward { return flow }
        }
        return .onward
    }

    private mutating func run(_ node: TemplateNode, _ dot: TemplateValue) throws(TemplateError) -> Flow {
        try step()
        switch node {
        case .text(let text): try write(text)
        case .action(let pipeline):
            let value = try evaluate(pipeline, dot)
            if pipeline.variables.isEmpty { try write(value.actionText) }
        case .conditional(let pipeline, let then, let alternative):
            let known = variables.count
            defer { variables.removeLast(variables.count - known) }
            return try run(try evaluate(pipeline, dot).isTrue ? then : alternative, dot)
        case .with(let pipeline, let then, let alternative):
            let known = variables.count
            defer { variables.removeLast(variables.count - known) }
            let value = try evaluate(pipeline, dot)
            return value.isTrue ? try run(then, value) : try run(alternative, dot)
        case .range(let pipeline, let body, let alternative): return try range(pipeline, body, alternative, dot)
        case .call(let name, let pipeline, let place): try call(name, pipeline, place, dot)
        case .leave: return .leave
        case .next: return .next
        }
        return .onward
    }

    private mutating func call(_ name: String, _ pipeline: TemplatePipeline?, _ place: TemplatePlace, _ dot: TemplateValue) throws(TemplateError) {
        guard let body = template.definitions[name] else { throw failure("template \(name.quotedForRego) not defined", place) }
        let argument = if let pipeline { try evaluate(pipeline, dot) } else { TemplateValue.missing }
        guard depth < Self.depthLimit else { throw failure("exceeded maximum template depth (\(Self.depthLimit))", place) }
        let outer = (variables, self.name)
        (variables, self.name) = ([("$", argument)], name)
        depth += 1
        _ = try run(body, argument)
        depth -= 1
        (variables, self.name) = outer
    }

    // MARK: Loops

    private mutating func range(_ pipeline: TemplatePipeline, _ body: [TemplateNode], _ alternative: [TemplateNode], _ dot: TemplateValue) throws(TemplateError) -> Flow {
        let known = variables.count
        defer { variables.removeLast(variables.count - known) }
        // The variables are those of each round, not of the whole.
        var plain = pipeline
        plain.variables = []
        let value = try evaluate(plain, dot)
        let isEmpty: Bool
        switch value {
        case .missing, .null: isEmpty = true
        case .list(let elements):
            isEmpty = elements.isEmpty
            for (position, element) in elements.enumerated() where try round(pipeline, .integer(position), TemplateValue(element), body) == .leave { return .onward }
        case .map(let entries):
            isEmpty = entries.isEmpty
            for entry in entries where try round(pipeline, .string(entry.key.schemaText), TemplateValue(entry.value), body) == .leave { return .onward }
        case .integer(let count):
            isEmpty = count <= 0
            if pipeline.variables.count > 1 { throw failure("can't use \(count) to iterate over more than one variable", place(of: pipeline)) }
            for number in 0..<max(0, count) where try round(pipeline, .integer(number), .integer(number), body) == .leave { return .onward }
        default: throw failure("range can't iterate over \(value.text)", place(of: pipeline))
        }
        return isEmpty ? try run(alternative, dot) : .onward
    }

    private func place(of pipeline: TemplatePipeline) -> TemplatePlace {
        TemplatePlace(offset: pipeline.commands.first?.place.offset ?? 0, text: pipeline.commands.map(\.text).joined(separator: " | "))
    }

    private mutating func round(_ pipeline: TemplatePipeline, _ key: TemplateValue, _ element: TemplateValue, _ body: [TemplateNode]) throws(TemplateError) -> Flow {
        try step()
        let known = variables.count
        defer { variables.removeLast(variables.count - known) }
        let values = pipeline.variables.count == 2 ? [key, element] : [element]
        for (name, value) in zip(pipeline.variables, values) { store(name, value, assigns: pipeline.assigns) }
        return try run(body, element)
    }

    // MARK: Pipelines

    private mutating func store(_ name: String, _ value: TemplateValue, assigns: Bool) {
        if assigns, let position = variables.lastIndex(where: { $0.name == name }) {
            variables[position].value = value
        } else {
            variables.append((name, value))
        }
    }

    private mutating func evaluate(_ pipeline: TemplatePipeline, _ dot: TemplateValue) throws(TemplateError) -> TemplateValue {
        var value: TemplateValue?
        for command in pipeline.commands { value = try evaluate(command, dot, final: value) }
        let result = value ?? .missing
        for name in pipeline.variables { store(name, result, assigns: pipeline.assigns) }
        return result
    }

    private mutating func evaluate(_ command: TemplateCommand, _ dot: TemplateValue, final: TemplateValue?) throws(TemplateError) -> TemplateValue {
        guard let first = command.operands.first else { return .missing }
        if case .function(let name) = first.kind, first.fields.isEmpty { return try call(name, command, dot, final: final) }
        if case .null = first.kind { throw failure("nil is not a command", first.place) }
        let hasArguments = command.operands.count > 1 || final != nil
        if hasArguments {
            guard let field = first.fields.last else { throw failure("can't give argument to non-function \(first.text)", first.place) }
            throw failure("\(field) is not a method but has arguments", first.place)
        }
        return try evaluate(first, dot)
    }

    private mutating func call(_ name: String, _ command: TemplateCommand, _ dot: TemplateValue, final: TemplateValue?) throws(TemplateError) -> TemplateValue {
        let operands = command.operands.dropFirst()
        if let problem = TemplateFunctions.arityProblem(name, count: operands.count + (final == nil ? 0 : 1)) { throw failure(problem, command.operands[0].place) }
        if name == "and" || name == "or" {
            // The first operand that decides is the result; those after it are not evaluated.
            var value = TemplateValue.missing
            for operand in operands {
                value = try evaluate(operand, dot)
                if value.isTrue == (name == "or") { return value }
            }
            return final ?? value
        }
        var arguments: [TemplateValue] = []
        for operand in operands { arguments.append(try evaluate(operand, dot)) }
        if let final { arguments.append(final) }
        do throws(TemplateFunctions.Failure) {
            return try TemplateFunctions.call(name, arguments, texts: operands.map(\.text), limits: limits)
        } catch {
            throw failure("error calling \(name): \(error.message)", command.place)
        }
    }

    private mutating func evaluate(_ operand: TemplateOperand, _ dot: TemplateValue) throws(TemplateError) -> TemplateValue {
        var value: TemplateValue
        // Members of the data are of any type; those of a variable have the type of its value.
        var type = "interface {}"
        switch operand.kind {
        case .dot: value = dot
        case .null: value = .null
        case .constant(let constant): value = constant
        case .variable(let name):
            value = variables.last { $0.name == name }?.value ?? .missing
            type = value.type
        case .pipeline(let pipeline):
            value = try evaluate(pipeline, dot)
            type = value.type
        case .function(let name):
            value = try call(name, TemplateCommand(operands: [TemplateOperand(kind: .function(name), offset: operand.offset, text: name)]), dot, final: nil)
            type = value.type
        }
        for field in operand.fields {
            switch value {
            case .missing: return .missing
            case .null: throw failure("nil pointer evaluating \(type == "<nil>" ? "interface {}" : type).\(field)", operand.place)
            case .map: value = value.member(field) ?? .missing
            default: throw failure("can't evaluate field \(field) in type \(type)", operand.place)
            }
            type = "interface {}"
        }
        return value
    }
}
