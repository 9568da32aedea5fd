import Crypto
import Foundation
import Support
import Synchronization
import Testing

/// The issuer's key endpoint is away: no valid token is refused, and no revoked key is accepted once the endpoint has said so.
@Suite(.serialized) struct KeyFaultTests {
    private struct Issuer {
        let keys = ["a": P256.Signing.PrivateKey(), "b": P256.Signing.PrivateKey()]

        private func base64(_ data: Data) -> String {
            data.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
        }

        func keySet(_ names: [String]) -> String {
            let entries = names.compactMap { name in
                keys[name].map { key in
                    let point = key.publicKey.rawRepresentation
                    return "{\"kty\": \"EC\", \"crv\": \"P-256\", \"kid\": \"\(name)\", \"x\": \"\(base64(point.prefix(32)))\", \"y\": \"\(base64(point.suffix(32)))\"}"
                }
            }
            return "{\"keys\": [\(entries.joined(separator: ", "))]}"
        }

        func token(_ name: String) throws -> String {
            let key = try #require(keys[name])
            let header = base64(Data("{\"alg\":\"ES256\",\"kid\":\"\(name)\"}".utf8))
            let claims = base64(Data("{\"iss\":\"https://issuer.example\",\"aud\":\"verdict\",\"sub\":\"ada\",\"exp\":\(Int(Date().timeIntervalSince1970) + 600)}".utf8))
            return "\(header).\(claims).\(base64(try key.signature(for: Data("\(header).\(claims)".utf8)).rawRepresentation))"
        }
    }

    @Test(arguments: ["500", "hangs", "nonsense"])
    func validTokensAreAcceptedWhileKeysCannotBeFetched(_ fault: String) async throws {
        let issuer = Issuer()
        let state = Mutex((isBroken: false, names: ["a", "b"]))
        let server = try await LoopbackServer { _ in
            let (isBroken, names) = state.withLock { $0 }
            guard isBroken else { return .text(issuer.keySet(names)) }
            return fault == "500" ? .text("", status: 500) : fault == "hangs" ? .silence : .text("nonsense")
        }
        let configuration = """
            services: {login: {url: '\(server.url)', response_header_timeout_seconds: 1, breaker: {minimum_calls: 2, open_seconds: 0.3}}}
            authentication:
              issuer: https://issuer.example
              audiences: [verdict]
              algorithms: [ES256]
              keys: {service: login, resource: /keys, refresh_seconds: 1}
            """
        let folder = try TemporaryFolder(files: ["c.yaml": configuration, "p.rego": "package app\n\nx := 1"])
        let service = try await RunningService.started(["-c", "c.yaml", "--authentication=jwt", "p.rego"], in: folder.url)
        func ask(_ name: String) async throws -> Int {
            try await service.client.ask("GET", "/v1/data/app/x", headers: ["Authorization": "Bearer \(try issuer.token(name))"]).status
        }
        #expect(try await ask("a") == 200)
        state.withLock { $0 = (true, ["a"]) }
        let before = server.requests.count
        try await Waiting.until {
            let statuses = (try await ask("a"), try await ask("b"))
            #expect(statuses == (200, 200))
            return server.requests.count >= before + 2
        }
        if fault != "nonsense" {
            try await Waiting.until { try await service.client.ask("GET", "/v1/breakers", headers: ["Authorization": "Bearer \(try issuer.token("a"))"]).body.contains("\"state\":\"open\"") }
        }
        #expect(service.logText.contains("Token keys could not be renewed; those in use stay."))
        // The endpoint is back, and the key b is revoked.
        state.withLock { $0.isBroken = false }
        let mended = ContinuousClock.now
        try await Waiting.until { try await ask("b") == 401 }
        Measurement.note("revoked key refused after", "\(ContinuousClock.now - mended)")
        #expect(try await ask("a") == 200)
        #expect(await service.stop() == 0)
    }
}
