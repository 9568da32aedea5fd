import HTTPTypes
import Hummingbird
import TokenSecurity

extension IdentityHeaders {
    /// The names of those that a request has.
    func present(in request: Request) -> [HTTPField.Name] { request.headers.map(\.name).filter { contains($0.rawName) } }
}
