import Foundation
import PolicyClient

/// Sends three requests through the authorization and prints what became of them.
@main
struct Orders {
    static func main() async {
        let service = CommandLine.arguments.dropFirst().first ?? "http://localhost:8181"
        guard let url = URL(string: service) else {
            print("\(service) is not an address; give one such as http://localhost:8181")
            return
        }
        let authorization = Authorization(policy: PolicyClient(service: url, document: "api/allow"))
        let alice = Claims(sub: "alice", iss: "https://login.example.com", aud: "orders-api", exp: 4_102_444_800, scope: "orders:read")
        for request in [
            APIRequest(method: "GET", path: "/v1/orders/42", claims: alice),
            APIRequest(method: "DELETE", path: "/v1/orders/42", claims: alice),
            APIRequest(method: "GET", path: "/v1/orders"),
        ] {
            let response = await authorization.handle(request) { request in
                APIResponse(status: 200, body: "order \(request.path.split(separator: "/").last ?? "")")
            }
            print("\(request.method) \(request.path): \(response.status) \(response.body)")
        }
    }
}
