import Rego

/// The cases that belong to a seed, by their numbers.
package struct DifferentialCases: Sendable {
    package let seed: UInt64
    private let library: OperandLibrary
    /// Calling every built-in with every operand takes its time.
    private static let sharedLibrary = Result { try OperandLibrary() }

    package init(seed: UInt64) throws {
        self.seed = seed
        library = try Self.sharedLibrary.get()
    }

    /// The case with a number, and what was put into it. Half of the cases call one built-in, each in turn; the others are policies of all kinds.
    package subscript(_ number: Int) -> (item: DifferentialCase, generated: Coverage.Generated) {
        var mixer = SeededRandom(seed: seed &+ UInt64(number) &* 0x9e37_79b9_7f4a_7c15)
        var generator = PolicyGenerator(library: library, random: SeededRandom(seed: mixer.next()))
        if number.isMultiple(of: 2) {
            let policy = generator.policy()
            return (policy, Coverage.Generated(features: generator.features))
        }
        let builtin = library.builtins[number / 2 % library.builtins.count]
        let call = generator.call(of: builtin)
        return (call, Coverage.Generated(features: generator.features, builtin: builtin.name))
    }
}
