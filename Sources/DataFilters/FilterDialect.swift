/// A language that a filter can be written in, and what of Rego it can say.
package enum FilterDialect: String, CaseIterable, Sendable {
    case postgresql = "sql+postgresql"
    case mysql = "sql+mysql"
    case sqlserver = "sql+sqlserver"
    case sqlite = "sql+sqlite"
    case ucastAll = "ucast+all"
    case ucastPrisma = "ucast+prisma"
    case ucastLINQ = "ucast+linq"
    case ucastMinimal = "ucast+minimal"

    package var isSQL: Bool { rawValue.hasPrefix("sql+") }

    /// `postgresql`, `ucast`: the member of an answer with several filters.
    package var answerName: String { isSQL ? dialectName : "ucast" }

    package var dialectName: String { String(rawValue.drop { $0 != "+" }.dropFirst()) }

    /// The family as OPA's messages name it.
    var description: String { isSQL ? "SQL (\(dialectName))" : "UCAST (\(self == .ucastLINQ ? "LINQ" : dialectName))" }

    /// The media type that asks for it and that answers have.
    package var mediaType: String { "application/vnd.opa.\(isSQL ? "sql" : "ucast").\(dialectName)+json" }

    func supports(_ comparison: FilterComparison) -> Bool {
        switch comparison {
        case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual: true
        case .isMember: self != .ucastMinimal
        case .hasPrefix, .hasSuffix, .contains: [.postgresql, .mysql, .sqlserver, .ucastAll, .ucastPrisma].contains(self)
        }
    }

    var supportsNegation: Bool { isSQL || self == .ucastAll || self == .ucastPrisma }
    var supportsFieldReferences: Bool { isSQL || self == .ucastAll }
}
