/// A schema that has been put together from a document and checked (GraphQL specification, section 3).
struct GraphQLSchema {
    private(set) var types: [String: GraphQL.Definition] = [:]
    private(set) var directives: [String: GraphQL.DirectiveDefinition] = [:]
    /// The objects that a value of each type may be.
    private(set) var possibleTypes: [String: Set<String>] = [:]
    /// The root type of each kind of operation.
    private(set) var roots: [String: String] = [:]

    private static let builtInDirectives: Set<String> = ["include", "skip", "deprecated", "specifiedBy", "defer", "oneOf"]

    /// What every schema has: scalars, directives and the types of introspection.
    static let prelude = """
        scalar Int scalar Float scalar String scalar Boolean scalar ID
        directive @include(if: Boolean!) on FIELD | FRAGMENT_SPREAD | INLINE_FRAGMENT
        directive @skip(if: Boolean!) on FIELD | FRAGMENT_SPREAD | INLINE_FRAGMENT
        directive @deprecated(reason: String = "No longer supported") on FIELD_DEFINITION | ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION | ENUM_VALUE
        directive @specifiedBy(url: String!) on SCALAR
        directive @defer(if: Boolean = true, label: String) on FRAGMENT_SPREAD | INLINE_FRAGMENT
        directive @oneOf on INPUT_OBJECT
        type __Schema { description: String types: [__Type!]! queryType: __Type! mutationType: __Type subscriptionType: __Type directives: [__Directive!]! }
        type __Type {
          kind: __TypeKind! name: String description: String fields(includeDeprecated: Boolean = false): [__Field!] interfaces: [__Type!]
          possibleTypes: [__Type!] enumValues(includeDeprecated: Boolean = false): [__EnumValue!] inputFields(includeDeprecated: Boolean = false): [__InputValue!]
          ofType: __Type specifiedByURL: String isOneOf: Boolean
        }
        type __Field { name: String! description: String args(includeDeprecated: Boolean = false): [__InputValue!]! type: __Type! isDeprecated: Boolean! deprecationReason: String }
        type __InputValue { name: String! description: String type: __Type! defaultValue: String isDeprecated: Boolean! deprecationReason: String }
        type __EnumValue { name: String! description: String isDeprecated: Boolean! deprecationReason: String }
        enum __TypeKind { SCALAR OBJECT INTERFACE UNION ENUM INPUT_OBJECT LIST NON_NULL }
        type __Directive { name: String! description: String locations: [__DirectiveLocation!]! args(includeDeprecated: Boolean = false): [__InputValue!]! isRepeatable: Boolean! }
        enum __DirectiveLocation {
          QUERY MUTATION SUBSCRIPTION FIELD FRAGMENT_DEFINITION FRAGMENT_SPREAD INLINE_FRAGMENT VARIABLE_DEFINITION SCHEMA SCALAR OBJECT FIELD_DEFINITION
          ARGUMENT_DEFINITION INTERFACE UNION ENUM ENUM_VALUE INPUT_OBJECT INPUT_FIELD_DEFINITION
        }
        """

    init(_ document: GraphQL.SchemaDocument) throws(GraphQLError) {
        var whole = try GraphQLParser.schema(Self.prelude)
        for position in whole.definitions.indices { whole.definitions[position].isBuiltIn = true }
        whole.schemas += document.schemas
        whole.schemaExtensions += document.schemaExtensions
        whole.directives += document.directives
        whole.definitions += document.definitions
        whole.extensions += document.extensions
        try collectTypes(whole)
        collectPossibleTypes()
        try collectDirectives(whole)
        try collectRoots(whole)
        for name in types.keys.sorted() { if let definition = types[name] { try check(definition) } }
        for name in directives.keys.sorted() { if let directive = directives[name] { try check(directive) } }
        if whole.schemas.isEmpty {
            for (kind, name) in [("query", "Query"), ("mutation", "Mutation"), ("subscription", "Subscription")] where roots[kind] == nil && types[name] != nil {
                roots[kind] = name
            }
        }
    }

    // MARK: Collecting

    private mutating func collectTypes(_ document: GraphQL.SchemaDocument) throws(GraphQLError) {
        for definition in document.definitions {
            guard types[definition.name] == nil else { throw GraphQLError(message: "Cannot redeclare type \(definition.name).", location: definition.location) }
            types[definition.name] = definition
        }
        for addition in document.extensions {
            var definition = types[addition.name] ?? GraphQL.Definition(kind: addition.kind, name: addition.name, location: addition.location)
            guard definition.kind == addition.kind else {
                throw GraphQLError(
                    message: "Cannot extend type \(addition.name) because the base type is a \(definition.kind.rawValue), not \(addition.kind.rawValue).",
                    location: addition.location)
            }
            definition.directives += addition.directives
            definition.interfaces += addition.interfaces
            definition.fields += addition.fields
            definition.types += addition.types
            definition.values += addition.values
            types[addition.name] = definition
        }
    }

    private mutating func collectPossibleTypes() {
        for definition in types.values {
            switch definition.kind {
            case .union: possibleTypes[definition.name, default: []].formUnion(definition.types)
            case .object:
                possibleTypes[definition.name, default: []].insert(definition.name)
                for interface in definition.interfaces { possibleTypes[interface, default: []].insert(definition.name) }
            default: break
            }
        }
    }

    private mutating func collectDirectives(_ document: GraphQL.SchemaDocument) throws(GraphQLError) {
        for directive in document.directives {
            if directives[directive.name] != nil, !Self.builtInDirectives.contains(directive.name) {
                throw GraphQLError(message: "Cannot redeclare directive \(directive.name).", location: directive.location)
            }
            directives[directive.name] = directive
        }
    }

    private mutating func collectRoots(_ document: GraphQL.SchemaDocument) throws(GraphQLError) {
        if document.schemas.count > 1 {
            throw GraphQLError(message: "Cannot have multiple schema entry points, consider schema extensions instead.", location: document.schemas[1].location)
        }
        for schema in document.schemas + document.schemaExtensions {
            for operation in schema.operations {
                guard types[operation.type] != nil else {
                    throw GraphQLError(
                        message: "Schema root \(operation.kind) refers to a type \(operation.type) that does not exist.", location: operation.location)
                }
                roots[operation.kind] = operation.type
            }
        }
        for schema in document.schemas { try check(schema.directives, at: "SCHEMA") }
    }

    // MARK: Checking

    private func check(_ definition: GraphQL.Definition) throws(GraphQLError) {
        let title = "\(definition.kind.rawValue) \(definition.name)"
        func fail(_ message: String, _ location: GraphQLLocation? = nil) -> GraphQLError { GraphQLError(message: message, location: location ?? definition.location) }
        for field in definition.fields {
            if !definition.isBuiltIn { try checkName(field.name, field.location) }
            try checkExists(field.type, field.location)
            try check(field.arguments)
            try check(field.directives, at: definition.kind == .input ? "INPUT_FIELD_DEFINITION" : "FIELD_DEFINITION")
        }
        for name in definition.types {
            guard let type = types[name] else { throw fail("Undefined type \(name.quotedForRego).") }
            guard type.kind == .object else { throw fail("\(definition.kind.rawValue) type \(name.quotedForRego) must be OBJECT.") }
        }
        for interface in definition.interfaces { try checkImplements(definition, interface) }
        switch definition.kind {
        case .object, .interface:
            guard !definition.fields.isEmpty else { throw fail("\(title): must define one or more fields.") }
            for field in definition.fields where types[field.type.name]?.kind == .input {
                throw fail("\(title): field must be one of SCALAR, OBJECT, INTERFACE, UNION, ENUM.", field.location)
            }
        case .enumeration:
            guard !definition.values.isEmpty else { throw fail("\(title): must define one or more unique enum values.") }
            var names: Set<String> = []
            for value in definition.values {
                guard names.insert(value.name).inserted else { throw fail("Enum value \(definition.name).\(value.name) can only be defined once.", value.location) }
                if ["true", "false", "null"].contains(value.name) { throw fail("\(title): non-enum value \(value.name).", value.location) }
                try check(value.directives, at: "ENUM_VALUE")
            }
        case .input:
            guard !definition.fields.isEmpty else { throw fail("\(title): must define one or more input fields.") }
            for field in definition.fields {
                if let kind = types[field.type.name]?.kind, ![.scalar, .enumeration, .input].contains(kind) {
                    throw fail("\(title): field must be one of SCALAR, ENUM, INPUT_OBJECT.", field.location)
                }
            }
        case .scalar, .union: break
        }
        var seen: Set<String> = []
        for field in definition.fields where !seen.insert(field.name).inserted {
            throw fail("Field \(definition.name).\(field.name) can only be defined once.", field.location)
        }
        if !definition.isBuiltIn { try checkName(definition.name, definition.location) }
        try check(definition.directives, at: definition.kind.rawValue)
    }

    private func checkName(_ name: String, _ location: GraphQLLocation) throws(GraphQLError) {
        if name.hasPrefix("__") {
            throw GraphQLError(message: "Name \(name.quotedForRego) must not begin with \"__\", which is reserved by GraphQL introspection.", location: location)
        }
    }

    private func checkExists(_ type: GraphQL.TypeReference, _ location: GraphQLLocation) throws(GraphQLError) {
        if types[type.name] == nil { throw GraphQLError(message: "Undefined type \(type.name).", location: location) }
    }

    private func check(_ arguments: [GraphQL.FieldDefinition], inside directive: String? = nil) throws(GraphQLError) {
        for argument in arguments {
            try checkName(argument.name, argument.location)
            try checkExists(argument.type, argument.location)
            if let kind = types[argument.type.name]?.kind, ![.scalar, .enumeration, .input].contains(kind) {
                throw GraphQLError(
                    message: "cannot use \(argument.type.text) as argument \(argument.name) because \(kind.rawValue) is not a valid input type",
                    location: argument.location)
            }
            try check(argument.directives, at: "ARGUMENT_DEFINITION", inside: directive)
        }
    }

    private func check(_ used: [GraphQL.Directive], at place: String, inside current: String? = nil) throws(GraphQLError) {
        for directive in used {
            func fail(_ message: String) -> GraphQLError { GraphQLError(message: message, location: directive.location) }
            try checkName(directive.name, directive.location)
            if directive.name == current { throw fail("Directive \(directive.name) cannot refer to itself.") }
            guard let definition = directives[directive.name] else { throw fail("Undefined directive \(directive.name).") }
            guard definition.locations.contains(place) else { throw fail("Directive \(directive.name) is not applicable on \(place).") }
            for argument in directive.arguments where !definition.arguments.contains(where: { $0.name == argument.name }) {
                throw fail("Undefined argument \(argument.name) for directive \(directive.name).")
            }
            for argument in definition.arguments where argument.type.isNonNull && argument.defaultValue == nil {
                guard let given = directive.arguments.first(where: { $0.name == argument.name }), given.value.kind != .null else {
                    throw fail("Argument \(argument.name) for directive \(directive.name) cannot be null.")
                }
            }
        }
    }

    private func check(_ directive: GraphQL.DirectiveDefinition) throws(GraphQLError) {
        try checkName(directive.name, directive.location)
        try check(directive.arguments, inside: directive.name)
    }

    private func checkImplements(_ definition: GraphQL.Definition, _ name: String) throws(GraphQLError) {
        func fail(_ message: String, _ location: GraphQLLocation? = nil) -> GraphQLError { GraphQLError(message: message, location: location ?? definition.location) }
        guard let interface = types[name] else { throw fail("Undefined type \(name.quotedForRego).") }
        guard interface.kind == .interface else { throw fail("\(name.quotedForRego) is a non interface type \(interface.kind.rawValue).") }
        let title = "For \(definition.name) to implement \(name)"
        for required in interface.fields {
            guard let found = definition.fields.first(where: { $0.name == required.name }) else { throw fail("\(title) it must have a field called \(required.name).") }
            guard isCovariant(required.type, found.type) else { throw fail("\(title) the field \(required.name) must have type \(required.type.text).", found.location) }
            for argument in required.arguments {
                guard let match = found.arguments.first(where: { $0.name == argument.name }) else {
                    throw fail("\(title) the field \(required.name) must have the same arguments but it is missing \(argument.name).", found.location)
                }
                guard match.type.text == argument.type.text else {
                    throw fail("\(title) the field \(required.name) must have the same arguments but \(argument.name) has the wrong type.", match.location)
                }
            }
            for argument in found.arguments where argument.type.isNonNull && argument.defaultValue == nil && !required.arguments.contains(where: { $0.name == argument.name }) {
                throw fail(
                    "\(title) any additional arguments on \(found.name) must be optional or have a default value but \(argument.name) is required.", argument.location)
            }
        }
        for ancestor in interface.interfaces where !definition.interfaces.contains(ancestor) {
            throw fail("Type \(definition.name) must implement \(ancestor) because it is implemented by \(name).")
        }
    }

    private func isCovariant(_ required: GraphQL.TypeReference, _ actual: GraphQL.TypeReference) -> Bool {
        if required.isNonNull && !actual.isNonNull { return false }
        switch (required, actual) {
        case (.list(let left, _), .list(let right, _)): return isCovariant(left, right)
        case (.named(let left, _), .named(let right, _)):
            return left == right || possibleTypes[left]?.contains(right) == true || types[right]?.interfaces.contains(left) == true
        default: return false
        }
    }
}
