extension Builtin {
    private static let document: RegoType = .anyOf(.string, .object())
    private static let result: RegoType = .object()

    /// GraphQL documents, parsed and checked against schemas.
    static let graphql: [Builtin] = [
        Builtin("graphql.parse", ["query": document, "schema": document], returns: .array(result, result), "The syntax trees of a query and a schema that fit each other.") {
            (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            let query = try call.graphQLQuery(0), schema = try call.graphQLSchema(1)
            try call.graphQLResult { () throws(GraphQLError) in
                if let problem = GraphQLValidation.errors(in: query, try GraphQLSchema(schema)).first { throw problem }
            }
            return call.make(Value.array([query.document, schema.document]))
        },
        Builtin("graphql.parse_and_verify", ["query": document, "schema": document], returns: .array(.boolean, result, result),
            "Whether a query fits a schema, and the syntax trees of both where it does.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            guard let query = try? call.graphQLQuery(0), let schema = try? call.graphQLSchema(1), Self.fits(query, schema) else {
                return call.make(Value.array([false, [:], [:]]))
            }
            return call.make(Value.array([true, query.document, schema.document]))
        },
        Builtin("graphql.parse_query", ["query": .string], returns: result, "The syntax tree of a query.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            let text = try call.string(0)
            return call.make(try call.graphQLResult { () throws(GraphQLError) in try GraphQLParser.query(text) }.document)
        },
        Builtin("graphql.parse_schema", ["schema": .string], returns: result, "The syntax tree of a schema.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            let text = try call.string(0)
            return call.make(try call.graphQLResult { () throws(GraphQLError) in try GraphQLParser.schema(text) }.document)
        },
        Builtin("graphql.is_valid", ["query": document, "schema": document], returns: .boolean, "Whether a query fits a schema.") {
            (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            guard let query = try? call.graphQLQuery(0), let schema = try? call.graphQLSchema(1) else { return .false }
            return .boolean(fits(query, schema))
        },
        Builtin("graphql.schema_is_valid", ["schema": document], returns: .boolean, "Whether a schema is one.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            guard let schema = try? call.graphQLSchema(0) else { return .false }
            return .boolean((try? GraphQLSchema(schema)) != nil)
        },
    ]

    private static func fits(_ query: GraphQL.QueryDocument, _ schema: GraphQL.SchemaDocument) -> Bool {
        guard let schema = try? GraphQLSchema(schema) else { return false }
        return GraphQLValidation.errors(in: query, schema).isEmpty
    }
}

extension BuiltinCall {
    fileprivate func graphQLResult<Result>(_ parse: () throws(GraphQLError) -> Result) throws(BuiltinError) -> Result {
        do throws(GraphQLError) { return try parse() } catch { throw .failure(error.text) }
    }

    fileprivate func graphQLQuery(_ position: Int) throws(BuiltinError) -> GraphQL.QueryDocument {
        if self[position].tag == .string {
            let text = try string(position)
            return try graphQLResult { () throws(GraphQLError) in try GraphQLParser.query(text) }
        }
        guard self[position].tag == .object else { throw mismatch(position, "one of {string, object}") }
        guard let document = GraphQL.QueryDocument(Value(self[position])) else { throw .failure("operand \(position + 1) is not the syntax tree of a GraphQL query") }
        return document
    }

    fileprivate func graphQLSchema(_ position: Int) throws(BuiltinError) -> GraphQL.SchemaDocument {
        if self[position].tag == .string {
            let text = try string(position)
            return try graphQLResult { () throws(GraphQLError) in try GraphQLParser.schema(text) }
        }
        guard self[position].tag == .object else { throw mismatch(position, "one of {string, object}") }
        guard let document = GraphQL.SchemaDocument(Value(self[position])) else { throw .failure("operand \(position + 1) is not the syntax tree of a GraphQL schema") }
        return document
    }
}
