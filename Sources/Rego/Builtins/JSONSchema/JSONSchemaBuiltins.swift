extension Builtin {
    private static let documentType = RegoType.anyOf(.string, .object())

    static let jsonSchema: [Builtin] = [
        Builtin(
            "json.match_schema", ["document": documentType, "schema": documentType],
            returns: .array(.boolean, .array(of: .object(["error": .string, "type": .string, "field": .string, "desc": .string]))),
            "Whether a document fits a JSON Schema, and in which ways it does not."
        ) { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            let document: Value, schema: JSONSchema
            do throws(JSONSchemaError) {
                document = call[0].tag == .array ? call.value(0).withoutSets : try call.schemaOperand(0)
                schema = try call.compiledSchema(1)
            } catch {
                throw .failure(error.message)
            }
            let problems = try JSONSchemaValidator(schema).validate(document)
            return call.make(.array([.boolean(problems.isEmpty), .array(problems.map(\.document))]))
        },
        Builtin(
            "json.verify_schema", ["schema": documentType], returns: .array(.boolean, .anyOf(.null, .string)),
            "Whether a document is a JSON Schema, and why not."
        ) { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            do throws(JSONSchemaError) {
                _ = try call.compiledSchema(0)
                return call.make([true, .null])
            } catch {
                return call.make([false, .string("jsonschema: \(error.message)")])
            }
        },
    ]
}

extension BuiltinCall {
    /// A document given as it is or as JSON text.
    fileprivate func schemaOperand(_ position: Int) throws(JSONSchemaError) -> Value {
        switch self[position].tag {
        case .string:
            do throws(EvaluationError) { return try Value(json: Array(self[position].bytes)) } catch { throw JSONSchemaError("invalid JSON string") }
        case .object: return value(position).withoutSets
        default: throw JSONSchemaError("wrong type, expected string or object")
        }
    }

    fileprivate func compiledSchema(_ position: Int) throws(JSONSchemaError) -> JSONSchema {
        guard self[position].tag != .array else { throw JSONSchemaError("schema is invalid") }
        let document = try schemaOperand(position)
        let text = String(decoding: document.json(escapesHTML: false), as: UTF8.self)
        return try context.cache.value(kind: "schema", source: text) { () throws(JSONSchemaError) in try JSONSchemaCompiler.compile(document) }
    }
}
