import Crypto
import Foundation
import Support
import Testing

/// Who asks, as the service knows it from verified tokens and from certificates.
@Suite struct IdentityTests {
    private static let policy = """
        package app

        who := input.identity.sub

        package_identity := input.identity
        """
    private static let guarding = "package system.authz\n\ndefault allow := false\n\nallow if input.identity.role == \"reader\"\n\nallow if input.path == [\"health\"]\n"

    private static func configuration(_ more: String = "") -> String {
        "authentication:\n  issuer: https://issuer.example\n  audiences: [verdict]\n  algorithms: [ES256]\n  keys: {file: keys.json}\n\(more)"
    }

    private static func base64(_ data: Data) -> String {
        data.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    private static func keySet(_ key: P256.Signing.PrivateKey, _ identifier: String) -> String {
        let point = key.publicKey.rawRepresentation
        return "{\"keys\": [{\"kty\": \"EC\", \"crv\": \"P-256\", \"kid\": \"\(identifier)\", \"x\": \"\(base64(point.prefix(32)))\", \"y\": \"\(base64(point.suffix(32)))\"}]}"
    }

    private static func token(_ key: P256.Signing.PrivateKey, _ identifier: String, role: String = "reader", audience: String = "verdict", age: Int = 0) throws -> String {
        let now = Int(Date().timeIntervalSince1970) - age
        let header = base64(Data("{\"alg\":\"ES256\",\"kid\":\"\(identifier)\"}".utf8))
        let claims = base64(Data("{\"iss\":\"https://issuer.example\",\"aud\":\"\(audience)\",\"sub\":\"ada\",\"role\":\"\(role)\",\"exp\":\(now + 60)}".utf8))
        return "\(header).\(claims).\(base64(try key.signature(for: Data("\(header).\(claims)".utf8)).rawRepresentation))"
    }

    @Test func verifiedClaimsAreTheIdentityThatPoliciesSee() async throws {
        let key = P256.Signing.PrivateKey()
        let folder = try TemporaryFolder(files: ["p.rego": Self.policy, "authz.rego": Self.guarding, "keys.json": Self.keySet(key, "a"), "c.yaml": Self.configuration()])
        let service = try await RunningService.started(["-c", "c.yaml", "--authentication=jwt", "--authorization=basic", "p.rego", "authz.rego"], in: folder.url)
        func ask(_ token: String?, _ body: String = "{\"input\": {}}") async throws -> Client.Answer {
            try await service.client.ask("POST", "/v1/data/app/package_identity", body: Data(body.utf8), headers: token.map { ["Authorization": "Bearer \($0)"] } ?? [:])
        }
        #expect(try await ask(Self.token(key, "a")).body == "{}\n")
        #expect(try await service.client.ask("GET", "/health").status == 200)
        #expect(try await ask(nil).status == 401)
        for (token, reason) in [
            (try Self.token(key, "a", role: "other"), "request rejected by administrative policy"), (try Self.token(key, "a", audience: "x"), "token_claim_refused"),
            (try Self.token(key, "a", age: 300), "token_expired"), (try Self.token(.init(), "a"), "token_signature_invalid"), ("nonsense", "token_malformed"),
        ] {
            let answer = try await ask(token)
            #expect(answer.status == 401)
            #expect(answer.body.contains(reason), "\(answer.body)")
        }
        // Keys change without a restart.
        let next = P256.Signing.PrivateKey()
        try folder.write("keys.json", Self.keySet(next, "b"))
        #expect(try await service.waitForLog("Token keys were renewed."))
        #expect(try await ask(Self.token(next, "b")).status == 200)
        #expect(try await ask(Self.token(key, "a")).status == 401)
        #expect(await service.stop() == 0)
        #expect(!service.logText.contains("eyJ"))
    }

    @Test func theIdentityReachesDecisionsWhereConfigured() async throws {
        let key = P256.Signing.PrivateKey()
        let folder = try TemporaryFolder(files: ["p.rego": Self.policy, "keys.json": Self.keySet(key, "a"), "c.yaml": Self.configuration("  pass_identity: true\n")])
        let service = try await RunningService.started(["-c", "c.yaml", "--authentication=jwt", "p.rego"], in: folder.url)
        let headers = ["Authorization": "Bearer \(try Self.token(key, "a"))"]
        for body in ["{\"input\": {\"identity\": {\"sub\": \"root\"}}}", "{\"input\": {}}", "{}", "", "{\"Input\": {\"identity\": {\"sub\": \"root\"}}}"] {
            #expect(try await service.client.ask("POST", "/v1/data/app/who", body: Data(body.utf8), headers: headers).body.hasPrefix("{\"result\":\"ada\""), "\(body)")
        }
        #expect(try await service.client.ask("POST", "/v0/data/app/who", body: Data("{\"identity\": 1}".utf8), headers: headers).body == "\"ada\"\n")
        #expect(try await service.client.ask("GET", "/v1/data/app/who?input=%7B%7D", headers: headers).body == "{\"result\":\"ada\"}\n")
        #expect(try await service.client.ask("POST", "/v1/data/app/who", body: Data("{}".utf8)).status == 401)
        #expect(await service.stop() == 0)
    }

    @Test func aCertificateIsAnIdentity() async throws {
        let certificates = try TestCertificates.make()
        try certificates.write("authz.rego", "package system.authz\n\ndefault allow := false\n\nallow if {\n\tinput.identity == \"CN=client\"\n\tinput.client_certificates[0].Subject.CommonName == \"client\"\n}\n")
        let service = try await RunningService.started(
            [
                "--tls-cert-file", "server.pem", "--tls-private-key-file", "server.key", "--tls-ca-cert-file", "ca.pem", "--authentication=tls", "--authorization=basic", "authz.rego",
            ], in: certificates.url)
        func ask(_ arguments: String, _ path: String) throws -> String {
            try Command.shell("curl -s --cacert ca.pem \(arguments) -o /dev/null -w '%{http_code}' https://\(service.address)\(path)", in: certificates.url).output
        }
        let certificate = "--cert client.pem --key client.key"
        for version in ["--http1.1", "--http2"] {
            for path in ["/health", "/v1/data/x"] { #expect(try ask("\(version) \(certificate)", path) == "200") }
        }
        #expect(try ask("", "/health") == "000")
        #expect(await service.stop() == 0)
    }

    @Test(arguments: [
        ("issuer: https://issuer.example", "issuer: ''", "name the only issuer"), ("[ES256]", "[none]", "'none' is none of"), ("[ES256]", "[ES256, HS256]", "cannot be accepted beside"),
        ("audiences: [verdict]", "audiences: []", "list the audiences"), ("{file: keys.json}", "{service: x, resource: y}", "'x' is not under services"), ("keys.json", "none.json", "cannot be read"),
    ])
    func settingsThatProtectNothingEndTheStart(_ part: String, _ replacement: String, _ message: String) throws {
        let folder = try TemporaryFolder(files: ["c.yaml": Self.configuration().replacing(part, with: replacement)])
        let outcome = try Command.verdict(["run", "--server", "--addr", "127.0.0.1:0", "-c", "c.yaml", "--authentication=jwt"], in: folder.url)
        #expect(outcome.code == 1)
        #expect(outcome.error.contains(message), "\(outcome.error)")
    }
}
