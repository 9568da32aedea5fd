extension BuiltinRegistry {
    /// The families, in the order of the documentation.
    static let families: [[Builtin]] = [
        Builtin.comparison,
        Builtin.numbers,
        Builtin.bits,
        Builtin.aggregates,
        Builtin.arrays,
        Builtin.sets,
        Builtin.objects,
        Builtin.strings,
        Builtin.types,
        Builtin.regex,
        Builtin.glob,
        Builtin.graphs,
        Builtin.tracing,
        Builtin.encoding,
        Builtin.time,
        Builtin.units,
        Builtin.semanticVersions,
        Builtin.cryptography,
        Builtin.identifiers,
        Builtin.network,
        Builtin.jsonWebTokens,
        Builtin.jsonPatch,
        Builtin.graphql,
        Builtin.httpRequests,
    ]
}
