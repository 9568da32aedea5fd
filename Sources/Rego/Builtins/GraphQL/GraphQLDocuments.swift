/// Documents as Rego values, in the shape that OPA gives them: empty lists and absent parts are left out.
protocol GraphQLNode {
    var document: Value { get }
    init?(_ document: Value)
}

/// Collects the members of a node.
private struct Members {
    private var pairs: [(Value, Value)] = []
    mutating func put(_ name: String, _ text: String) { pairs.append((.string(name), .string(text))) }
    mutating func put(_ name: String, _ flag: Bool) { pairs.append((.string(name), .boolean(flag))) }
    mutating func put(_ name: String, _ number: Int) { pairs.append((.string(name), .number(Number(number)))) }
    mutating func put(_ name: String, _ node: (some GraphQLNode)?) { if let node { pairs.append((.string(name), node.document)) } }
    mutating func put(_ name: String, _ nodes: [some GraphQLNode]) { put(name, nodes.map(\.document)) }
    mutating func put(_ name: String, _ texts: [String]) { put(name, texts.map { Value.string($0) }) }
    private mutating func put(_ name: String, _ values: [Value]) { if !values.isEmpty { pairs.append((.string(name), .array(values))) } }
    var document: Value { .makeObject(pairs) }
}

extension Value {
    /// A member, by its name in capitals and small letters alike, as Go reads JSON.
    private func member(_ name: String) -> Value? {
        if let value = self[name] { return value }
        guard case .object(let entries) = self else { return nil }
        return entries.first { if case .string(let key) = $0.key { key.lowercased() == name.lowercased() } else { false } }?.value
    }

    fileprivate func text(_ name: String) -> String { if case .string(let text)? = member(name) { text } else { "" } }
    fileprivate func flag(_ name: String) -> Bool { member(name) == .boolean(true) }
    fileprivate func node<Node: GraphQLNode>(_ name: String) -> Node? { member(name).flatMap { Node($0) } }
    fileprivate func texts(_ name: String) -> [String] {
        guard case .array(let elements)? = member(name) else { return [] }
        return elements.compactMap { if case .string(let text) = $0 { text } else { nil } }
    }
    /// Nil where the member is no list, or an element has not the node's shape.
    fileprivate func nodes<Node: GraphQLNode>(_ name: String) -> [Node]? {
        guard let list = member(name), list != .null else { return [] }
        guard case .array(let elements) = list else { return nil }
        let nodes = elements.compactMap { Node($0) }
        return nodes.count == elements.count ? nodes : nil
    }
}

extension GraphQL.Argument: GraphQLNode {
    var document: Value {
        var members = Members()
        members.put("Name", name)
        members.put("Value", value)
        return members.document
    }
    init?(_ document: Value) {
        guard let value: GraphQL.Literal = document.node("Value") else { return nil }
        self.init(name: document.text("Name"), value: value)
    }
}

extension GraphQL.Literal: GraphQLNode {
    var document: Value {
        var members = Members()
        members.put("Kind", kind.rawValue)
        members.put("Raw", raw)
        members.put("Children", children)
        members.put("ExpectedTypeHasDefault", false)
        return members.document
    }
    init?(_ document: Value) {
        guard case .number(let number)? = document["Kind"], let kind = number.integer.flatMap({ GraphQL.ValueKind(rawValue: Int($0)) }) else { return nil }
        guard let children: [GraphQL.Argument] = document.nodes("Children") else { return nil }
        self.init(kind: kind, raw: document.text("Raw"), children: children)
    }
}

extension GraphQL.TypeReference: GraphQLNode {
    var document: Value {
        var members = Members()
        switch self {
        case .named(let name, let nonNull):
            members.put("NamedType", name)
            members.put("NonNull", nonNull)
        case .list(let element, let nonNull):
            members.put("NamedType", "")
            members.put("Elem", element)
            members.put("NonNull", nonNull)
        }
        return members.document
    }
    init?(_ document: Value) {
        guard case .object = document else { return nil }
        if let element: GraphQL.TypeReference = document.node("Elem") {
            self = .list(element, nonNull: document.flag("NonNull"))
        } else {
            self = .named(document.text("NamedType"), nonNull: document.flag("NonNull"))
        }
    }
}

extension GraphQL.Directive: GraphQLNode {
    var document: Value {
        var members = Members()
        members.put("Name", name)
        members.put("Arguments", arguments)
        members.put("Location", "")
        return members.document
    }
    init?(_ document: Value) {
        guard let arguments: [GraphQL.Argument] = document.nodes("Arguments") else { return nil }
        self.init(name: document.text("Name"), arguments: arguments)
    }
}

// MARK: Queries

extension GraphQL.VariableDefinition: GraphQLNode {
    var document: Value {
        var members = Members()
        members.put("Variable", name)
        members.put("Type", type)
        members.put("DefaultValue", defaultValue)
        members.put("Directives", directives)
        members.put("Used", false)
        return members.document
    }
    init?(_ document: Value) {
        guard let type: GraphQL.TypeReference = document.node("Type"), let directives: [GraphQL.Directive] = document.nodes("Directives") else { return nil }
        self.init(name: document.text("Variable"), type: type, defaultValue: document.node("DefaultValue"), directives: directives)
    }
}

extension GraphQL.Selection: GraphQLNode {
    var document: Value {
        var members = Members()
        switch self {
        case .field(let field):
            members.put("Alias", field.alias)
            members.put("Name", field.name)
            members.put("Arguments", field.arguments)
            members.put("Directives", field.directives)
            members.put("SelectionSet", field.selections)
        case .spread(let name, let directives, _):
            members.put("Name", name)
            members.put("Directives", directives)
        case .inline(let condition, let directives, let selections, _):
            members.put("TypeCondition", condition)
            members.put("Directives", directives)
            members.put("SelectionSet", selections)
        }
        return members.document
    }
    init?(_ document: Value) {
        guard case .object = document, let directives: [GraphQL.Directive] = document.nodes("Directives") else { return nil }
        guard let selections: [GraphQL.Selection] = document.nodes("SelectionSet") else { return nil }
        if document["Alias"] != nil {
            guard let arguments: [GraphQL.Argument] = document.nodes("Arguments") else { return nil }
            self = .field(GraphQL.Field(
                alias: document.text("Alias"), name: document.text("Name"), arguments: arguments, directives: directives, selections: selections))
        } else if document["Name"] != nil {
            self = .spread(name: document.text("Name"), directives: directives, location: GraphQLLocation())
        } else {
            self = .inline(condition: document.text("TypeCondition"), directives: directives, selections: selections, location: GraphQLLocation())
        }
    }
}

extension GraphQL.Operation: GraphQLNode {
    var document: Value {
        var members = Members()
        members.put("Operation", kind)
        members.put("Name", name)
        members.put("VariableDefinitions", variables)
        members.put("Directives", directives)
        members.put("SelectionSet", selections)
        return members.document
    }
    init?(_ document: Value) {
        guard let variables: [GraphQL.VariableDefinition] = document.nodes("VariableDefinitions"), let directives: [GraphQL.Directive] = document.nodes("Directives"),
            let selections: [GraphQL.Selection] = document.nodes("SelectionSet")
        else { return nil }
        self.init(kind: document.text("Operation"), name: document.text("Name"), variables: variables, directives: directives, selections: selections)
    }
}

extension GraphQL.Fragment: GraphQLNode {
    var document: Value {
        var members = Members()
        members.put("Name", name)
        members.put("VariableDefinition", variables)
        members.put("TypeCondition", condition)
        members.put("Directives", directives)
        members.put("SelectionSet", selections)
        return members.document
    }
    init?(_ document: Value) {
        guard let variables: [GraphQL.VariableDefinition] = document.nodes("VariableDefinition"), let directives: [GraphQL.Directive] = document.nodes("Directives"),
            let selections: [GraphQL.Selection] = document.nodes("SelectionSet")
        else { return nil }
        self.init(name: document.text("Name"), variables: variables, condition: document.text("TypeCondition"), directives: directives, selections: selections)
    }
}

extension GraphQL.QueryDocument: GraphQLNode {
    var document: Value {
        var members = Members()
        members.put("Operations", operations)
        members.put("Fragments", fragments)
        return members.document
    }
    init?(_ document: Value) {
        guard case .object = document, let operations: [GraphQL.Operation] = document.nodes("Operations"), let fragments: [GraphQL.Fragment] = document.nodes("Fragments")
        else { return nil }
        self.init(operations: operations, fragments: fragments)
    }
}

// MARK: Schemas

extension GraphQL.FieldDefinition: GraphQLNode {
    var document: Value {
        var members = Members()
        members.put("Description", description)
        members.put("Name", name)
        members.put("Arguments", arguments)
        members.put("DefaultValue", defaultValue)
        members.put("Type", type)
        members.put("Directives", directives)
        return members.document
    }
    init?(_ document: Value) {
        guard let arguments: [GraphQL.FieldDefinition] = document.nodes("Arguments"), let type: GraphQL.TypeReference = document.node("Type"),
            let directives: [GraphQL.Directive] = document.nodes("Directives")
        else { return nil }
        self.init(
            description: document.text("Description"), name: document.text("Name"), arguments: arguments, defaultValue: document.node("DefaultValue"), type: type,
            directives: directives)
    }
}

extension GraphQL.EnumValue: GraphQLNode {
    var document: Value {
        var members = Members()
        members.put("Description", description)
        members.put("Name", name)
        members.put("Directives", directives)
        return members.document
    }
    init?(_ document: Value) {
        guard let directives: [GraphQL.Directive] = document.nodes("Directives") else { return nil }
        self.init(description: document.text("Description"), name: document.text("Name"), directives: directives)
    }
}

extension GraphQL.Definition: GraphQLNode {
    var document: Value {
        var members = Members()
        members.put("Kind", kind.rawValue)
        members.put("Description", description)
        members.put("Name", name)
        members.put("Directives", directives)
        members.put("Interfaces", interfaces)
        members.put("Fields", fields)
        members.put("Types", types)
        members.put("EnumValues", values)
        members.put("BuiltIn", isBuiltIn)
        return members.document
    }
    init?(_ document: Value) {
        guard let kind = GraphQL.TypeKind(rawValue: document.text("Kind")), let directives: [GraphQL.Directive] = document.nodes("Directives"),
            let fields: [GraphQL.FieldDefinition] = document.nodes("Fields"), let values: [GraphQL.EnumValue] = document.nodes("EnumValues")
        else { return nil }
        self.init(
            kind: kind, description: document.text("Description"), name: document.text("Name"), directives: directives, interfaces: document.texts("Interfaces"),
            fields: fields, types: document.texts("Types"), values: values, isBuiltIn: document.flag("BuiltIn"))
    }
}

/// The type behind a schema's operation.
private struct OperationType: GraphQLNode {
    var kind: String
    var type: String
    init(kind: String, type: String) {
        self.kind = kind
        self.type = type
    }
    var document: Value { ["Operation": .string(kind), "Type": .string(type)] }
    init?(_ document: Value) { self.init(kind: document.text("Operation"), type: document.text("Type")) }
}

extension GraphQL.SchemaDefinition: GraphQLNode {
    var document: Value {
        var members = Members()
        members.put("Description", description)
        members.put("Directives", directives)
        members.put("OperationTypes", operations.map { OperationType(kind: $0.kind, type: $0.type) })
        return members.document
    }
    init?(_ document: Value) {
        guard let directives: [GraphQL.Directive] = document.nodes("Directives"), let operations: [OperationType] = document.nodes("OperationTypes") else { return nil }
        self.init(description: document.text("Description"), directives: directives, operations: operations.map { ($0.kind, $0.type, GraphQLLocation()) })
    }
}

extension GraphQL.DirectiveDefinition: GraphQLNode {
    var document: Value {
        var members = Members()
        members.put("Description", description)
        members.put("Name", name)
        members.put("Arguments", arguments)
        members.put("Locations", locations)
        members.put("IsRepeatable", isRepeatable)
        return members.document
    }
    init?(_ document: Value) {
        guard let arguments: [GraphQL.FieldDefinition] = document.nodes("Arguments") else { return nil }
        self.init(
            description: document.text("Description"), name: document.text("Name"), arguments: arguments, locations: document.texts("Locations"),
            isRepeatable: document.flag("IsRepeatable"))
    }
}

extension GraphQL.SchemaDocument: GraphQLNode {
    var document: Value {
        var members = Members()
        members.put("Schema", schemas)
        members.put("SchemaExtension", schemaExtensions)
        members.put("Directives", directives)
        members.put("Definitions", definitions)
        members.put("Extensions", extensions)
        return members.document
    }
    init?(_ document: Value) {
        guard case .object = document, let schemas: [GraphQL.SchemaDefinition] = document.nodes("Schema"),
            let schemaExtensions: [GraphQL.SchemaDefinition] = document.nodes("SchemaExtension"),
            let directives: [GraphQL.DirectiveDefinition] = document.nodes("Directives"), let definitions: [GraphQL.Definition] = document.nodes("Definitions"),
            let extensions: [GraphQL.Definition] = document.nodes("Extensions")
        else { return nil }
        self.init(schemas: schemas, schemaExtensions: schemaExtensions, directives: directives, definitions: definitions, extensions: extensions)
    }
}
