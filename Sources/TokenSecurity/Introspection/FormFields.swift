import Discovery
import Foundation

/// The body of a request to a token endpoint (`application/x-www-form-urlencoded`).
struct FormFields {
    let body: [UInt8]

    init(_ fields: [(String, String)]) {
        body = Array(fields.map { "\(Self.encoded($0.0))=\(Self.encoded($0.1))" }.joined(separator: "&").utf8)
    }

    func headers(_ others: [String: String]) -> [UpstreamRequest.Header] {
        others.map { .init($0.key, $0.value) } + [.init("Content-Type", "application/x-www-form-urlencoded"), .init("Accept", "application/json")]
    }

    private static let unreserved = CharacterSet(charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")

    private static func encoded(_ text: String) -> String { text.addingPercentEncoding(withAllowedCharacters: unreserved) ?? "" }
}
