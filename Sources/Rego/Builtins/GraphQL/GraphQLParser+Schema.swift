/// Schema documents (GraphQL specification, section 3).
extension GraphQLParser {
    static func schema(_ source: String) throws(GraphQLError) -> GraphQL.SchemaDocument {
        var parser = GraphQLParser(source)
        var document = GraphQL.SchemaDocument()
        while parser.token.kind != .end {
            let description = parser.description()
            guard parser.token.kind == .name else { throw parser.unexpected() }
            switch parser.token.value {
            case "schema": document.schemas.append(try parser.schemaDefinition(description))
            case "directive": document.directives.append(try parser.directiveDefinition(description))
            case "extend":
                if !description.isEmpty { throw parser.unexpected(parser.previous) }
                try parser.extension(&document)
            default: document.definitions.append(try parser.definition(description))
            }
        }
        return document
    }

    private mutating func description() -> String {
        token.kind == .string || token.kind == .blockString ? advance().value : ""
    }

    private mutating func schemaDefinition(_ description: String) throws(GraphQLError) -> GraphQL.SchemaDefinition {
        let location = token.location
        try expectKeyword("schema")
        let directives = try directives(isConstant: true)
        let operations = try some(.leftBrace, .rightBrace) { (parser) throws(GraphQLError) in
            let place = parser.token.location
            let kind = try parser.operationKind()
            try parser.expect(.colon)
            return (kind: kind, type: try parser.name(), location: place)
        }
        return GraphQL.SchemaDefinition(description: description, directives: directives, operations: operations, location: location)
    }

    private mutating func `extension`(_ document: inout GraphQL.SchemaDocument) throws(GraphQLError) {
        try expectKeyword("extend")
        if isKeyword("schema") {
            let schema = try schemaDefinition("")
            if schema.directives.isEmpty && schema.operations.isEmpty { throw unexpected() }
            document.schemaExtensions.append(schema)
            return
        }
        let definition = try definition("")
        let isEmpty = definition.directives.isEmpty && definition.interfaces.isEmpty && definition.fields.isEmpty && definition.types.isEmpty && definition.values.isEmpty
        if isEmpty { throw unexpected() }
        document.extensions.append(definition)
    }

    private mutating func definition(_ description: String) throws(GraphQLError) -> GraphQL.Definition {
        let location = token.location
        let kinds: [String: GraphQL.TypeKind] = [
            "scalar": .scalar, "type": .object, "interface": .interface, "union": .union, "enum": .enumeration, "input": .input,
        ]
        guard token.kind == .name, let kind = kinds[token.value] else { throw unexpected() }
        advance()
        var definition = GraphQL.Definition(kind: kind, description: description, name: try name(), location: location)
        if kind == .object || kind == .interface { definition.interfaces = try interfaces() }
        definition.directives = try directives(isConstant: true)
        switch kind {
        case .scalar: break
        case .object, .interface:
            definition.fields = try some(.leftBrace, .rightBrace) { (parser) throws(GraphQLError) in try parser.fieldDefinition() }
        case .union: definition.types = try unionTypes()
        case .enumeration:
            definition.values = try some(.leftBrace, .rightBrace) { (parser) throws(GraphQLError) in
                let description = parser.description(), location = parser.token.location
                return GraphQL.EnumValue(description: description, name: try parser.name(), directives: try parser.directives(isConstant: true), location: location)
            }
        case .input: definition.fields = try some(.leftBrace, .rightBrace) { (parser) throws(GraphQLError) in try parser.inputDefinition() }
        }
        return definition
    }

    private mutating func interfaces() throws(GraphQLError) -> [String] {
        guard isKeyword("implements") else { return [] }
        advance()
        _ = skip(.ampersand)
        var names = [try name()]
        while skip(.ampersand) { names.append(try name()) }
        return names
    }

    private mutating func unionTypes() throws(GraphQLError) -> [String] {
        guard skip(.equals) else { return [] }
        _ = skip(.pipe)
        var names = [try name()]
        while skip(.pipe) { names.append(try name()) }
        return names
    }

    private mutating func fieldDefinition() throws(GraphQLError) -> GraphQL.FieldDefinition {
        let description = description(), location = token.location
        let name = try name()
        let arguments = try argumentDefinitions()
        try expect(.colon)
        return GraphQL.FieldDefinition(
            description: description, name: name, arguments: arguments, type: try type(), directives: try directives(isConstant: true), location: location)
    }

    private mutating func argumentDefinitions() throws(GraphQLError) -> [GraphQL.FieldDefinition] {
        try some(.leftParenthesis, .rightParenthesis) { (parser) throws(GraphQLError) in try parser.inputDefinition() }
    }

    /// An argument, or a field of an input object.
    private mutating func inputDefinition() throws(GraphQLError) -> GraphQL.FieldDefinition {
        let description = description(), location = token.location
        let name = try name()
        try expect(.colon)
        let type = try type()
        let value = skip(.equals) ? try literal(isConstant: true) : nil
        return GraphQL.FieldDefinition(
            description: description, name: name, defaultValue: value, type: type, directives: try directives(isConstant: true), location: location)
    }

    private static let directiveLocations: Set<String> = [
        "QUERY", "MUTATION", "SUBSCRIPTION", "FIELD", "FRAGMENT_DEFINITION", "FRAGMENT_SPREAD", "INLINE_FRAGMENT", "VARIABLE_DEFINITION",
        "SCHEMA", "SCALAR", "OBJECT", "FIELD_DEFINITION", "ARGUMENT_DEFINITION", "INTERFACE", "UNION", "ENUM", "ENUM_VALUE", "INPUT_OBJECT",
        "INPUT_FIELD_DEFINITION",
    ]

    private mutating func directiveDefinition(_ description: String) throws(GraphQLError) -> GraphQL.DirectiveDefinition {
        let location = token.location
        try expectKeyword("directive")
        try expect(.at)
        let name = try name()
        let arguments = try argumentDefinitions()
        let isRepeatable = isKeyword("repeatable")
        if isRepeatable { advance() }
        try expectKeyword("on")
        _ = skip(.pipe)
        var locations: [String] = []
        repeat {
            let place = try expect(.name)
            guard Self.directiveLocations.contains(place.value) else { throw unexpected(place) }
            locations.append(place.value)
        } while skip(.pipe)
        return GraphQL.DirectiveDefinition(
            description: description, name: name, arguments: arguments, locations: locations, isRepeatable: isRepeatable, location: location)
    }
}
