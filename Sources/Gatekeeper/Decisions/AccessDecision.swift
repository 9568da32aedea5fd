import Foundation
import Rego

/// What a policy decided about a request: whether it may pass, what is changed about it, and what the client is told.
///
/// The document is `true`, `false`, or an object with the members of OPA's plugin for Envoy, and `obligations`.
public struct AccessDecision: Sendable, Hashable {
    public struct Header: Sendable, Hashable {
        public var name: String
        public var value: String

        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    public var isAllowed: Bool
    /// Of the answer to a client that may not pass.
    public var status = 403
    /// For the service that is guarded where the request may pass, else for the client.
    public var headers: [Header] = []
    /// For the client where the request may pass.
    public var responseHeaders: [Header] = []
    /// Names of headers that the service that is guarded does not get.
    public var removedHeaders: [String] = []
    public var body = ""
    /// What must be done where the request passes; who cannot do it must not let it pass.
    public var obligations: [Value] = []

    /// A document that is no decision. It lets nothing pass.
    public struct Problem: Error, Sendable, CustomStringConvertible {
        public var description: String
    }

    public init(isAllowed: Bool) { self.isAllowed = isAllowed }

    /// - Parameter document: nil where it is undefined, which is a no.
    /// - Throws: `Problem` where it cannot be understood as a whole.
    public init(_ document: Value?) throws(Problem) {
        switch document {
        case nil: self.init(isAllowed: false)
        case .boolean(let isAllowed)?: self.init(isAllowed: isAllowed)
        case .object?:
            let document = document ?? .null
            guard case .boolean(let isAllowed)? = document["allowed"] else { throw Problem(description: "allowed must be true or false") }
            self.init(isAllowed: isAllowed)
            status = try Self.status(document["http_status"])
            headers = try Self.headers(document["headers"], "headers")
            responseHeaders = try Self.headers(document["response_headers_to_add"], "response_headers_to_add")
            removedHeaders = try Self.names(document["request_headers_to_remove"])
            switch document["body"] {
            case nil: break
            case .string(let text)?: body = text
            default: throw Problem(description: "body must be a text")
            }
            switch document["obligations"] {
            case nil: break
            case .array(let elements)?, .set(let elements)?: obligations = elements
            default: throw Problem(description: "obligations must be an array")
            }
        default: throw Problem(description: "the decision must be true, false or an object")
        }
    }

    private static func status(_ value: Value?) throws(Problem) -> Int {
        switch value {
        case nil: return 403
        // A refusal must not look like anything else.
        case .number(let number)?: if let status = number.integer, (300...599).contains(status) { return Int(status) }
        default: break
        }
        throw Problem(description: "http_status must be a number from 300 to 599")
    }

    private static func headers(_ value: Value?, _ member: String) throws(Problem) -> [Header] {
        guard let value else { return [] }
        let maps: [Value] = if case .array(let elements) = value { elements } else { [value] }
        var headers: [Header] = []
        for map in maps {
            guard case .object(let entries) = map else { throw Problem(description: "\(member) must be an object") }
            for entry in entries {
                let values: [Value] = if case .array(let several) = entry.value { several } else { [entry.value] }
                for value in values {
                    guard case .string(let name) = entry.key, case .string(let text) = value, isName(name), isValue(text) else {
                        throw Problem(description: "\(member) must hold names and texts that headers may have")
                    }
                    headers.append(Header(name, text))
                }
            }
        }
        return headers
    }

    private static func names(_ value: Value?) throws(Problem) -> [String] {
        guard let value else { return [] }
        guard case .array(let elements) = value else { throw Problem(description: "request_headers_to_remove must be an array") }
        var names: [String] = []
        for element in elements {
            guard case .string(let name) = element, isName(name) else { throw Problem(description: "request_headers_to_remove must hold names of headers") }
            names.append(name)
        }
        return names
    }

    private static let nameCharacters = CharacterSet(charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-.^_`|~")

    /// RFC 9110, section 5.1: a line break in a name or value would be another header.
    private static func isName(_ text: String) -> Bool { !text.isEmpty && text.unicodeScalars.allSatisfy(nameCharacters.contains) }

    static func isValue(_ text: String) -> Bool { text.utf8.allSatisfy { $0 == 9 || ($0 >= 32 && $0 != 127) } }
}
