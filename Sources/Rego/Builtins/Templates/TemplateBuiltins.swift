extension Builtin {
    static let templates: [Builtin] = [
        Builtin(
            "strings.render_template", ["value": .string, "vars": .object(.string, .any)], returns: .string,
            "The text that a template in the language of Go's text/template makes of the variables; `<undefined>` stands for those that are missing."
        ) { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            let source = try call.string(0)
            // As in OPA, the variables go through JSON text: sets are refused.
            let text = Array(Value(try call.object(1).datum).regoText.utf8)
            let variables: Value
            do throws(EvaluationError) { variables = try Value(json: text) } catch { throw .failure(error.message) }
            do throws(TemplateError) {
                let template = try call.context.cache.value(kind: "template", source: source) { () throws(TemplateError) in try TemplateParser.parse(source) }
                return call.make(try TemplateExecution.run(template, variables, limits: call.limits).replacing("<no value>", with: "<undefined>"))
            } catch {
                throw .failure(error.message)
            }
        },
    ]
}
