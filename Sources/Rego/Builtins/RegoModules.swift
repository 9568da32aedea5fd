extension Builtin {
    static let regoModules: [Builtin] = [
        Builtin("rego.parse_module", ["filename": .string, "rego": .string], returns: .object(.string, .any), "The syntax tree of a module.") {
            (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            let (module, diagnostics) = Parser.parse(PolicySource(file: try call.string(0), text: try call.string(1)), readsAnnotations: false)
            guard let module else { throw .failure(diagnostics.map(\.description).joined(separator: "\n")) }
            return call.make(module.document)
        },
    ]
}
