import Foundation
import Rego
import Support
import Testing

/// `docs/endpoints.md` says what the service's own description in OpenAPI says.
///
/// To write the page anew: `UPDATE_ENDPOINTS_PAGE=1 swift test --filter EndpointsPage`.
@Suite struct EndpointsPage {
    private static let page = Command.repository.appendingPathComponent("docs/endpoints.md")
    private static let description = Command.repository.appendingPathComponent("Sources/DecisionService/Resources/openapi.json")
    private static let methods = ["get", "head", "post", "put", "patch", "delete"]

    private static let header = """
        # Requests

        Every request that the service answers, made of the description that it serves at `/v1/openapi.json`, which also has parameters, bodies and answers.
        [HTTP](http.md) shows them at work.

        | request | does | answers |
        | --- | --- | --- |

        """

    private static func generated() throws -> String {
        let document = try Value(json: Array(try Data(contentsOf: description)))
        guard case .object(let paths)? = document["paths"] else { return "" }
        let rows = paths.flatMap { path in
            methods.compactMap { method -> String? in
                guard case .string(let name) = path.key, let operation = path.value[method], case .string(let summary)? = operation["summary"] else { return nil }
                var statuses: [String] = []
                if case .object(let responses)? = operation["responses"] { statuses = responses.compactMap { if case .string(let code) = $0.key { code } else { nil } } }
                return "| `\(method.uppercased()) \(name)` | \(summary) | \(statuses.joined(separator: ", ")) |\n"
            }
        }
        return header + rows.joined()
    }

    @Test func pageIsUpToDate() throws {
        let generated = try Self.generated()
        if ProcessInfo.processInfo.environment["UPDATE_ENDPOINTS_PAGE"] != nil { try generated.write(to: Self.page, atomically: true, encoding: .utf8) }
        #expect((try? String(contentsOf: Self.page, encoding: .utf8)) == generated, "docs/endpoints.md is stale; see EndpointsPage.swift")
    }
}
