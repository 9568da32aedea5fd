/// Why a GraphQL document is refused, in the words of the library that OPA uses.
struct GraphQLError: Error, Hashable {
    var message: String
    var location: GraphQLLocation

    var text: String { "\(message) in GraphQL string at location \(location.line):\(location.column)" }
}

/// 1-based line, and 1-based column in characters.
struct GraphQLLocation: Hashable {
    var line = 0
    var column = 0
}
