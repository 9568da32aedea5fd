/// What a name in a policy stands for.
enum Symbol: Hashable, Sendable {
    /// A document below `data`: a package, a rule, or what lies in one.
    case document([String])
    /// A document below `input`.
    case input([String])
    /// A variable, by the offset of its declaration: arguments are the same in all bodies and branches of a rule.
    case local(Int)
    /// A name that the file does not declare: another file's rule of the package, or a variable where there is none.
    case undeclared(Int, [String])
    /// The name that an import has by `as`.
    case alias(String)
    case builtin(String)
}

/// A name at a place.
struct Occurrence: Sendable {
    /// Bytes of the name; with its quotes where it is written as a text in brackets.
    var range: Range<Int>
    var symbol: Symbol
    /// Where the name is made: heads of rules, packages, aliases, declarations of variables.
    var isDefinition = false
    /// Stands for itself, not behind a dot or in brackets.
    var isPlain = true
    /// The position of the rule in its module; nil for packages and imports.
    var rule: Int?
}
