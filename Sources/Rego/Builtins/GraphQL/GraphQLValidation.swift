/// Checks a query against a schema (GraphQL specification, section 5); the errors come in the order of the document.
struct GraphQLValidation {
    private let schema: GraphQLSchema
    private let document: GraphQL.QueryDocument
    private let fragments: [String: GraphQL.Fragment]
    private var errors: [GraphQLError] = []

    /// What the operation that is being checked declares and uses.
    private var variables: [String: GraphQL.VariableDefinition] = [:]
    private var usedVariables: Set<String> = []
    private var usedFragments: Set<String> = []

    static func errors(in document: GraphQL.QueryDocument, _ schema: GraphQLSchema) -> [GraphQLError] {
        var validation = GraphQLValidation(schema: schema, document: document)
        validation.checkDocument()
        return validation.errors
    }

    private init(schema: GraphQLSchema, document: GraphQL.QueryDocument) {
        self.schema = schema
        self.document = document
        fragments = Dictionary(document.fragments.map { ($0.name, $0) }) { first, _ in first }
    }

    private mutating func fail(_ message: String, _ location: GraphQLLocation) {
        errors.append(GraphQLError(message: message, location: location))
    }

    // MARK: Document

    private mutating func checkDocument() {
        var names: Set<String> = []
        for operation in document.operations {
            if !names.insert(operation.name).inserted, !operation.name.isEmpty {
                fail("There can be only one operation named \"\(operation.name)\".", operation.location)
            }
            if operation.name.isEmpty, document.operations.count > 1 { fail("This anonymous operation must be the only defined operation.", operation.location) }
            check(operation)
        }
        var fragmentNames: Set<String> = []
        for fragment in document.fragments {
            if !fragmentNames.insert(fragment.name).inserted { fail("There can be only one fragment named \"\(fragment.name)\".", fragment.location) }
            check(fragment)
        }
        for fragment in document.fragments where !usedFragments.contains(fragment.name) { fail("Fragment \"\(fragment.name)\" is never used.", fragment.location) }
    }

    private mutating func check(_ operation: GraphQL.Operation) {
        variables = [:]
        usedVariables = []
        for variable in operation.variables {
            if variables[variable.name] != nil { fail("There can be only one variable named \"$\(variable.name)\".", variable.location) }
            variables[variable.name] = variable
            guard let type = schema.types[variable.type.name] else {
                fail("Unknown type \"\(variable.type.name)\".", variable.location)
                continue
            }
            if ![.scalar, .enumeration, .input].contains(type.kind) {
                fail("Variable \"$\(variable.name)\" cannot be non-input type \"\(variable.type.text)\".", variable.location)
            }
            if let value = variable.defaultValue { check(value, expected: variable.type, isConstant: true) }
            check(variable.directives, at: "VARIABLE_DEFINITION")
        }
        guard let root = schema.roots[operation.kind] else {
            fail("Schema does not support operation type \"\(operation.kind)\"", operation.location)
            return
        }
        check(operation.directives, at: operation.kind.uppercased())
        if operation.kind == "subscription", flattened(operation.selections, []).count != 1 {
            let name = operation.name.isEmpty ? "Anonymous Subscription" : "Subscription \"\(operation.name)\""
            fail("\(name) must select only one top level field.", operation.location)
        }
        var spread: Set<String> = []
        check(operation.selections, in: root, &spread)
        for name in operation.variables.map(\.name) where !usedVariables.contains(name) {
            let place = operation.name.isEmpty ? "" : " in operation \"\(operation.name)\""
            fail("Variable \"$\(name)\" is never used\(place).", operation.location)
        }
    }

    private mutating func check(_ fragment: GraphQL.Fragment) {
        guard let type = schema.types[fragment.condition] else {
            fail("Unknown type \"\(fragment.condition)\".", fragment.location)
            return
        }
        guard [.object, .interface, .union].contains(type.kind) else {
            fail("Fragment \"\(fragment.name)\" cannot condition on non composite type \"\(fragment.condition)\".", fragment.location)
            return
        }
        check(fragment.directives, at: "FRAGMENT_DEFINITION")
        if reaches(fragment.name, from: fragment.selections, []) {
            fail("Cannot spread fragment \"\(fragment.name)\" within itself.", fragment.location)
        }
    }

    /// Whether a fragment is spread somewhere in the selections.
    private func reaches(_ name: String, from selections: [GraphQL.Selection], _ visited: Set<String>) -> Bool {
        selections.contains { selection in
            switch selection {
            case .field(let field): return reaches(name, from: field.selections, visited)
            case .inline(_, _, let inner, _): return reaches(name, from: inner, visited)
            case .spread(let other, _, _):
                if other == name { return true }
                guard !visited.contains(other), let fragment = fragments[other] else { return false }
                return reaches(name, from: fragment.selections, visited.union([other]))
            }
        }
    }

    /// The fields of a selection with those of its fragments, by the name of the answer.
    private func flattened(_ selections: [GraphQL.Selection], _ visited: Set<String>) -> [String: [GraphQL.Field]] {
        var fields: [String: [GraphQL.Field]] = [:]
        for selection in selections {
            switch selection {
            case .field(let field): fields[field.alias, default: []].append(field)
            case .inline(_, _, let inner, _): fields.merge(flattened(inner, visited)) { $0 + $1 }
            case .spread(let name, _, _):
                guard !visited.contains(name), let fragment = fragments[name] else { continue }
                fields.merge(flattened(fragment.selections, visited.union([name]))) { $0 + $1 }
            }
        }
        return fields
    }

    // MARK: Selections

    /// `spread` holds the fragments being walked, so that a cycle ends.
    private mutating func check(_ selections: [GraphQL.Selection], in parent: String, _ spread: inout Set<String>) {
        checkMerging(selections, in: parent)
        for selection in selections {
            switch selection {
            case .field(let field): check(field, in: parent, &spread)
            case .inline(let condition, let directives, let inner, let location):
                check(directives, at: "INLINE_FRAGMENT")
                guard let target = condition.isEmpty ? parent : composite(condition, title: "Fragment", location) else { continue }
                if !overlap(target, parent) {
                    fail("Fragment cannot be spread here as objects of type \"\(parent)\" can never be of type \"\(target)\".", location)
                }
                check(inner, in: target, &spread)
            case .spread(let name, let directives, let location):
                check(directives, at: "FRAGMENT_SPREAD")
                usedFragments.insert(name)
                guard let fragment = fragments[name] else {
                    fail("Unknown fragment \"\(name)\".", location)
                    continue
                }
                guard schema.types[fragment.condition] != nil, spread.insert(name).inserted else { continue }
                if !overlap(fragment.condition, parent) {
                    fail("Fragment \"\(name)\" cannot be spread here as objects of type \"\(parent)\" can never be of type \"\(fragment.condition)\".", location)
                }
                check(fragment.selections, in: fragment.condition, &spread)
                spread.remove(name)
            }
        }
    }

    private mutating func composite(_ name: String, title: String, _ location: GraphQLLocation) -> String? {
        guard let type = schema.types[name] else {
            fail("Unknown type \"\(name)\".", location)
            return nil
        }
        guard [.object, .interface, .union].contains(type.kind) else {
            fail("\(title) cannot condition on non composite type \"\(name)\".", location)
            return nil
        }
        return name
    }

    private func overlap(_ a: String, _ b: String) -> Bool {
        a == b || !(schema.possibleTypes[a] ?? []).isDisjoint(with: schema.possibleTypes[b] ?? [])
    }

    private func definition(of field: String, in parent: String) -> GraphQL.FieldDefinition? {
        if field == "__typename" { return GraphQL.FieldDefinition(description: "", name: field, type: .named("String", nonNull: true), directives: []) }
        if parent == schema.roots["query"] {
            if field == "__schema" { return GraphQL.FieldDefinition(description: "", name: field, type: .named("__Schema", nonNull: false), directives: []) }
            if field == "__type" {
                let name = GraphQL.FieldDefinition(description: "", name: "name", type: .named("String", nonNull: true), directives: [])
                return GraphQL.FieldDefinition(description: "", name: field, arguments: [name], type: .named("__Type", nonNull: false), directives: [])
            }
        }
        return schema.types[parent]?.fields.first { $0.name == field }
    }

    private mutating func check(_ field: GraphQL.Field, in parent: String, _ spread: inout Set<String>) {
        check(field.directives, at: "FIELD")
        guard let definition = definition(of: field.name, in: parent) else {
            fail("Cannot query field \"\(field.name)\" on type \"\(parent)\".", field.location)
            markVariables(field.arguments)
            return
        }
        check(field.arguments, definition.arguments, of: "Field", field.name, on: "field \"\(parent).\(field.name)\"", field.location)
        guard let type = schema.types[definition.type.name] else { return }
        let isLeaf = type.kind == .scalar || type.kind == .enumeration
        if isLeaf && !field.selections.isEmpty {
            fail("Field \"\(field.name)\" must not have a selection since type \"\(definition.type.text)\" has no subfields.", field.location)
        } else if !isLeaf && field.selections.isEmpty {
            fail(
                "Field \"\(field.name)\" of type \"\(definition.type.text)\" must have a selection of subfields. Did you mean \"\(field.name) { ... }\"?",
                field.location)
        } else if !isLeaf {
            check(field.selections, in: type.name, &spread)
        }
    }

    // MARK: Arguments and directives

    private mutating func check(
        _ arguments: [GraphQL.Argument], _ definitions: [GraphQL.FieldDefinition], of kind: String, _ name: String, on place: String, _ location: GraphQLLocation
    ) {
        var seen: Set<String> = []
        for argument in arguments {
            if !seen.insert(argument.name).inserted { fail("There can be only one argument named \"\(argument.name)\".", argument.location) }
            guard let definition = definitions.first(where: { $0.name == argument.name }) else {
                fail("Unknown argument \"\(argument.name)\" on \(place).", argument.location)
                markVariables([argument])
                continue
            }
            check(argument.value, expected: definition.type, hasDefault: definition.defaultValue != nil)
        }
        for definition in definitions where definition.type.isNonNull && definition.defaultValue == nil && !arguments.contains(where: { $0.name == definition.name }) {
            fail("\(kind) \"\(name)\" argument \"\(definition.name)\" of type \"\(definition.type.text)\" is required, but it was not provided", location)
        }
    }

    private mutating func check(_ directives: [GraphQL.Directive], at place: String) {
        var seen: Set<String> = []
        for directive in directives {
            guard let definition = schema.directives[directive.name] else {
                fail("Unknown directive \"@\(directive.name)\".", directive.location)
                markVariables(directive.arguments)
                continue
            }
            if !definition.locations.contains(place) { fail("Directive \"@\(directive.name)\" may not be used on \(place).", directive.location) }
            if !seen.insert(directive.name).inserted, !definition.isRepeatable {
                fail("The directive \"@\(directive.name)\" can only be used once at this location.", directive.location)
            }
            check(directive.arguments, definition.arguments, of: "Directive", "@\(directive.name)", on: "directive \"@\(directive.name)\"", directive.location)
        }
    }

    private mutating func markVariables(_ arguments: [GraphQL.Argument]) {
        for argument in arguments {
            if argument.value.kind == .variable { usedVariables.insert(argument.value.raw) }
            markVariables(argument.value.children)
        }
    }

    // MARK: Values

    private mutating func check(_ value: GraphQL.Literal, expected: GraphQL.TypeReference, hasDefault: Bool = false, isConstant: Bool = false) {
        if value.kind == .variable {
            checkVariable(value, expected: expected, hasDefault: hasDefault)
            return
        }
        if value.kind == .null {
            if expected.isNonNull { fail("Expected value of type \"\(expected.text)\", found null.", value.location) }
            return
        }
        if case .list(let element, _) = expected {
            // A single value stands for a list of one.
            if value.kind == .list { for child in value.children { check(child.value, expected: element) } } else { check(value, expected: element) }
            return
        }
        guard let type = schema.types[expected.name] else { return }
        switch type.kind {
        case .scalar: checkScalar(value, type, expected)
        case .enumeration:
            if value.kind != .enumeration {
                fail("Enum \"\(type.name)\" cannot represent non-enum value: \(Self.text(value)).", value.location)
            } else if !type.values.contains(where: { $0.name == value.raw }) {
                fail("Value \"\(value.raw)\" does not exist in \"\(expected.text)\" enum.", value.location)
            }
        case .input: checkObject(value, type, expected)
        case .object, .interface, .union: break
        }
    }

    private mutating func checkVariable(_ value: GraphQL.Literal, expected: GraphQL.TypeReference, hasDefault: Bool) {
        usedVariables.insert(value.raw)
        guard let variable = variables[value.raw] else {
            fail("Variable \"$\(value.raw)\" is not defined.", value.location)
            return
        }
        if !accepts(expected, variable, hasDefault: hasDefault) {
            fail("Variable \"$\(value.raw)\" of type \"\(variable.type.text)\" used in position expecting type \"\(expected.text)\".", value.location)
        }
    }

    private func accepts(_ expected: GraphQL.TypeReference, _ variable: GraphQL.VariableDefinition, hasDefault: Bool) -> Bool {
        var actual = variable.type
        if expected.isNonNull, !actual.isNonNull, (variable.defaultValue.map { $0.kind != .null } ?? false) || hasDefault {
            switch actual {
            case .named(let name, _): actual = .named(name, nonNull: true)
            case .list(let element, _): actual = .list(element, nonNull: true)
            }
        }
        func fits(_ expected: GraphQL.TypeReference, _ actual: GraphQL.TypeReference) -> Bool {
            if expected.isNonNull && !actual.isNonNull { return false }
            switch (expected, actual) {
            case (.list(let left, _), .list(let right, _)): return fits(left, right)
            case (.named(let left, _), .named(let right, _)): return left == right
            default: return false
            }
        }
        return fits(expected, actual)
    }

    private mutating func checkScalar(_ value: GraphQL.Literal, _ type: GraphQL.Definition, _ expected: GraphQL.TypeReference) {
        let fits: Bool
        switch type.name {
        case "Int": fits = value.kind == .integer && Int32(value.raw) != nil
        case "Float": fits = value.kind == .integer || value.kind == .float
        case "String": fits = value.kind == .string || value.kind == .block
        case "Boolean": fits = value.kind == .boolean
        case "ID": fits = value.kind == .integer || value.kind == .string || value.kind == .block
        // What a schema's own scalar takes is not known here.
        default: return
        }
        if !fits { fail("\(type.name) cannot represent a value of another kind: \(Self.text(value))", value.location) }
    }

    private mutating func checkObject(_ value: GraphQL.Literal, _ type: GraphQL.Definition, _ expected: GraphQL.TypeReference) {
        guard value.kind == .object else {
            fail("Expected value of type \"\(expected.text)\", found \(Self.text(value)).", value.location)
            return
        }
        var seen: Set<String> = []
        for field in value.children {
            if !seen.insert(field.name).inserted { fail("There can be only one input field named \"\(field.name)\".", field.location) }
            guard let definition = type.fields.first(where: { $0.name == field.name }) else {
                fail("Field \"\(field.name)\" is not defined by type \"\(type.name)\".", field.location)
                continue
            }
            check(field.value, expected: definition.type, hasDefault: definition.defaultValue != nil)
        }
        for field in type.fields where field.type.isNonNull && field.defaultValue == nil && !seen.contains(field.name) {
            fail("Field \"\(type.name).\(field.name)\" of required type \"\(field.type.text)\" was not provided.", value.location)
        }
    }

    private static func text(_ value: GraphQL.Literal) -> String {
        switch value.kind {
        case .variable: "$\(value.raw)"
        case .string, .block: value.raw.quotedForRego
        case .list: "[\(value.children.map { text($0.value) }.joined(separator: ","))]"
        case .object: "{\(value.children.map { "\($0.name):\(text($0.value))" }.joined(separator: ","))}"
        default: value.raw
        }
    }

    // MARK: Merging

    /// Fields with one name of the answer must ask for the same, unless they can never meet in one object.
    private mutating func checkMerging(_ selections: [GraphQL.Selection], in parent: String) {
        for (alias, found) in typed(selections, in: parent, []).sorted(by: { $0.key < $1.key }) {
            guard let first = found.first else { continue }
            for other in found.dropFirst() {
                if let reason = conflict(first, other) {
                    fail(
                        "Fields \"\(alias)\" conflict because \(reason). Use different aliases on the fields to fetch both if this was intentional.",
                        first.field.location)
                    break
                }
            }
        }
    }

    private typealias TypedField = (field: GraphQL.Field, parent: String)

    private func typed(_ selections: [GraphQL.Selection], in parent: String, _ visited: Set<String>) -> [String: [TypedField]] {
        var fields: [String: [TypedField]] = [:]
        for selection in selections {
            switch selection {
            case .field(let field): fields[field.alias, default: []].append((field, parent))
            case .inline(let condition, _, let inner, _): fields.merge(typed(inner, in: condition.isEmpty ? parent : condition, visited)) { $0 + $1 }
            case .spread(let name, _, _):
                guard !visited.contains(name), let fragment = fragments[name] else { continue }
                fields.merge(typed(fragment.selections, in: fragment.condition, visited.union([name]))) { $0 + $1 }
            }
        }
        return fields
    }

    private func conflict(_ a: TypedField, _ b: TypedField) -> String? {
        let areExclusive = a.parent != b.parent && schema.types[a.parent]?.kind == .object && schema.types[b.parent]?.kind == .object
        if !areExclusive {
            if a.field.name != b.field.name { return "\"\(a.field.name)\" and \"\(b.field.name)\" are different fields" }
            if Self.arguments(a.field) != Self.arguments(b.field) { return "they have differing arguments" }
        }
        if let left = definition(of: a.field.name, in: a.parent), let right = definition(of: b.field.name, in: b.parent), shape(left.type) != shape(right.type) {
            return "they return conflicting types \"\(left.type.text)\" and \"\(right.type.text)\""
        }
        return nil
    }

    private static func arguments(_ field: GraphQL.Field) -> [String: String] {
        Dictionary(field.arguments.map { ($0.name, text($0.value)) }) { first, _ in first }
    }

    /// Lists and nullness count, and the names of leaf types; composite types may differ.
    private func shape(_ type: GraphQL.TypeReference) -> String {
        let kind = schema.types[type.name]?.kind
        if kind == .scalar || kind == .enumeration { return type.text }
        return type.text.replacing(type.name, with: "")
    }
}
