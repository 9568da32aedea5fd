/// The types of variables by where they stand, for tools that show them.
struct VariableTypes: Sendable {
    private struct Place: Hashable {
        var file: String
        var offset: Int
    }

    private var types: [Place: RegoType] = [:]

    /// Takes in the variables of a body; `environment` is what is known at its end. Those of comprehensions are not known there.
    mutating func add(_ body: Body, _ environment: TypeEnvironment, _ originals: OriginalTerms) {
        for literal in body {
            literal.walkDeep { term in
                guard case .variable(let name) = term.kind, VariableCollection.isVariable(name) else { return }
                // What the compiler made stands where its term does, which may begin with a variable.
                guard originals.localNames[name] != nil || !LocalNames.isGenerated(name) else { return }
                let type = environment.type(ofVariable: name)
                if type != .unknown { types[Place(file: term.location.file, offset: term.location.offset)] = type }
            }
        }
    }

    func type(in file: String, at offset: Int) -> RegoType? { types[Place(file: file, offset: offset)] }
}
