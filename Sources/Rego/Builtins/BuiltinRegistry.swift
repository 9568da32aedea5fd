/// All built-ins, by name.
///
/// A family is a file `Builtins/<Family>.swift` that extends `Builtin` with `static let <family>: [Builtin]`; it is listed here.
public struct BuiltinRegistry: Sendable {
    public let builtins: [Builtin]
    private let positions: [String: Int]

    public init(_ builtins: [Builtin]) {
        self.builtins = builtins
        positions = Dictionary(builtins.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    public subscript(name: String) -> Builtin? { positions[name].map { builtins[$0] } }

    /// Where a built-in stands in `builtins`.
    func position(of name: String) -> Int? { positions[name] }

    public static let standard = BuiltinRegistry(families.flatMap(\.self))
}
