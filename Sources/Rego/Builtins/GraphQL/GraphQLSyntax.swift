/// The parts of GraphQL documents, as the library that OPA uses names them.
enum GraphQL {
    enum ValueKind: Int {
        case variable, integer, float, string, block, boolean, null, enumeration, list, object
    }

    struct Argument {
        var name: String
        var value: Literal
        var location = GraphQLLocation()
    }

    struct Literal {
        var kind: ValueKind
        var raw = ""
        /// Elements of a list (without names) or fields of an object.
        var children: [Argument] = []
        var location = GraphQLLocation()
    }

    indirect enum TypeReference {
        case named(String, nonNull: Bool)
        case list(TypeReference, nonNull: Bool)

        var name: String {
            switch self {
            case .named(let name, _): name
            case .list(let element, _): element.name
            }
        }

        var isNonNull: Bool {
            switch self {
            case .named(_, let nonNull), .list(_, let nonNull): nonNull
            }
        }

        var text: String {
            switch self {
            case .named(let name, let nonNull): name + (nonNull ? "!" : "")
            case .list(let element, let nonNull): "[\(element.text)]" + (nonNull ? "!" : "")
            }
        }
    }

    struct Directive {
        var name: String
        var arguments: [Argument]
        var location = GraphQLLocation()
    }

    // MARK: Queries

    struct VariableDefinition {
        var name: String
        var type: TypeReference
        var defaultValue: Literal?
        var directives: [Directive]
        var location = GraphQLLocation()
    }

    indirect enum Selection {
        case field(Field)
        case spread(name: String, directives: [Directive], location: GraphQLLocation)
        case inline(condition: String, directives: [Directive], selections: [Selection], location: GraphQLLocation)
    }

    struct Field {
        var alias: String
        var name: String
        var arguments: [Argument]
        var directives: [Directive]
        var selections: [Selection]
        var location = GraphQLLocation()
    }

    struct Operation {
        var kind: String
        var name: String
        var variables: [VariableDefinition]
        var directives: [Directive]
        var selections: [Selection]
        var location = GraphQLLocation()
    }

    struct Fragment {
        var name: String
        var variables: [VariableDefinition]
        var condition: String
        var directives: [Directive]
        var selections: [Selection]
        var location = GraphQLLocation()
    }

    struct QueryDocument {
        var operations: [Operation] = []
        var fragments: [Fragment] = []
    }

    // MARK: Schemas

    enum TypeKind: String {
        case scalar = "SCALAR", object = "OBJECT", interface = "INTERFACE", union = "UNION", enumeration = "ENUM", input = "INPUT_OBJECT"
    }

    /// A field of a type, or an argument of a field.
    struct FieldDefinition {
        var description: String
        var name: String
        var arguments: [FieldDefinition] = []
        var defaultValue: Literal?
        var type: TypeReference
        var directives: [Directive]
        var location = GraphQLLocation()
    }

    struct EnumValue {
        var description: String
        var name: String
        var directives: [Directive]
        var location = GraphQLLocation()
    }

    struct Definition {
        var kind: TypeKind
        var description = ""
        var name: String
        var directives: [Directive] = []
        var interfaces: [String] = []
        var fields: [FieldDefinition] = []
        var types: [String] = []
        var values: [EnumValue] = []
        var isBuiltIn = false
        var location = GraphQLLocation()
    }

    struct SchemaDefinition {
        var description: String
        var directives: [Directive]
        var operations: [(kind: String, type: String, location: GraphQLLocation)]
        var location = GraphQLLocation()
    }

    struct DirectiveDefinition {
        var description: String
        var name: String
        var arguments: [FieldDefinition]
        var locations: [String]
        var isRepeatable: Bool
        var location = GraphQLLocation()
    }

    struct SchemaDocument {
        var schemas: [SchemaDefinition] = []
        var schemaExtensions: [SchemaDefinition] = []
        var directives: [DirectiveDefinition] = []
        var definitions: [Definition] = []
        var extensions: [Definition] = []
    }
}
