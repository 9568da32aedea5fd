import Foundation

/// The parameters of a request's query string, read as OPA reads them.
struct RequestParameters: Sendable {
    private var items: [(name: String, value: String)]

    /// - Parameter query: what follows the question mark of a request's target.
    init(query: some StringProtocol) {
        items = query.split(separator: "&").map { item in
            let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map { Self.decoded(String($0)) }
            return (parts[0], parts.count > 1 ? parts[1] : "")
        }
    }

    /// The same with another parameter.
    func adding(_ name: String, _ value: String) -> RequestParameters {
        var more = self
        more.items.append((name, value))
        return more
    }

    private static func decoded(_ text: String) -> String {
        let spaced = text.replacing("+", with: " ")
        return spaced.removingPercentEncoding ?? spaced
    }

    var isEmpty: Bool { items.isEmpty }

    /// The last value of a parameter.
    subscript(name: String) -> String? { items.last { $0.name == name }?.value }

    /// Every value of a parameter, in the order of the request.
    func values(of name: String) -> [String] { items.filter { $0.name == name }.map(\.value) }

    /// Whether a parameter is there, with whatever value.
    func has(_ name: String) -> Bool { items.contains { $0.name == name } }

    /// True where a parameter is there without a value or with the value true.
    func isOn(_ name: String) -> Bool { items.contains { $0.name == name && ($0.value.isEmpty || $0.value.lowercased() == "true") } }
}
