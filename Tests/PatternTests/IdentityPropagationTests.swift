import Archives
import Foundation
import Support
import Testing

/// Who asks is passed on by a running service, to those that may know, in the form that is configured: nothing else ever leaves it.
@Suite(.serialized) struct IdentityPropagationTests {
    private static let authentication = """
        authentication:
          issuer: https://issuer.example
          audiences: [verdict]
          algorithms: [ES256]
          keys: {file: keys.json}
        """
    private static let policy = """
        package app

        ask(url) := http.send({"method": "POST", "url": url, "body": {}, "cache": true, "force_cache": true, "force_cache_duration_seconds": 60, "raise_error": false})

        back := ask(input.url).body

        status := ask(input.url).status_code

        x := 1
        """
    /// Lets everybody in; what a token is worth is for the tests to see.
    private static let open = "package system.authz\n\ndefault allow := true\n"

    private static func ask(_ service: RunningService, _ document: String, _ url: String, _ token: String) async throws -> Client.Answer {
        try await service.client.ask("POST", "/v1/data/app/\(document)", body: Data("{\"input\": {\"url\": \"\(url)\"}}".utf8), headers: ["Authorization": "Bearer \(token)"])
    }

    @Test func theNextServiceVerifiesWhoAsksAndWhoActs() async throws {
        let issuer = TestIssuer()
        let frontConfiguration = """
            services: {back: {url: 'http://back.example', resolver: {type: file, path: back.endpoints}}}
            \(Self.authentication)
            propagation:
              identity: {issuer: https://front.example, name: front}
              services: {back: {form: signed, audience: back, scopes: ['orders:read'], allow_plaintext: true}}
            routing: {routes: [{name: away, match: {headers: {X-Route: back}}, pool: {services: [back]}}]}
            """
        let frontFolder = try TemporaryFolder(files: ["keys.json": try issuer.keySet, "c.yaml": frontConfiguration, "p.rego": Self.policy, "authz.rego": Self.open, "back.endpoints": "http://127.0.0.1:9"])
        let front = try await RunningService.started(["-c", "c.yaml", "--authentication=jwt", "--authorization=basic", "p.rego", "authz.rego"], in: frontFolder.url)
        let backConfiguration = """
            services: {front: {url: 'http://\(front.address)'}}
            authentication:
              issuer: https://front.example
              audiences: [back]
              algorithms: [ES256]
              keys: {service: front, resource: /.well-known/jwks.json}
              pass_identity: true
            """
        let who = "package app\n\nwho := {\"sub\": input.identity.sub, \"scope\": input.identity.scope, \"act\": input.identity.act.sub}\n"
        let backFolder = try TemporaryFolder(files: ["c.yaml": backConfiguration, "p.rego": who])
        let back = try await RunningService.started(["-c", "c.yaml", "--authentication=jwt", "p.rego"], in: backFolder.url)
        let other = try await LoopbackServer { _ in .text("{}") }
        try frontFolder.write("back.endpoints", "http://\(back.address)")
        let ada = try issuer.token(["scope": "orders:read orders:write"]), bob = try issuer.token(["sub": "bob", "scope": "orders:read"])
        let url = "http://back.example/v1/data/app/who"
        try await Waiting.until { try await Self.ask(front, "status", url, ada).body == "{\"result\":200}\n" }
        #expect(try await Self.ask(front, "back", url, ada).body == "{\"result\":{\"result\":{\"act\":\"front\",\"scope\":\"orders:read\",\"sub\":\"ada\"}}}\n")
        // A decision that is forwarded takes it along too.
        let forwarded = try await front.client.ask("POST", "/v1/data/app/who", body: Data("{}".utf8), headers: ["Authorization": "Bearer \(ada)", "X-Route": "back", "X-Forwarded-User": "root"])
        #expect(forwarded.body == "{\"result\":{\"act\":\"front\",\"scope\":\"orders:read\",\"sub\":\"ada\"}}\n")
        // What was answered to one is not for another, whatever the policy says about caching.
        #expect(try await Self.ask(front, "back", url, bob).body.contains("\"sub\":\"bob\""))
        // None of the scopes may be passed on: nothing is sent.
        #expect(try await Self.ask(front, "status", url, try issuer.token(["scope": "billing"])).body == "{\"result\":0}\n")
        // Nobody else is told anything.
        #expect(try await Self.ask(front, "status", other.url + "/back.example", ada).body == "{\"result\":200}\n")
        #expect(other.requests.count == 1 && other.requests.allSatisfy { $0.header("Authorization") == nil })
        // What the caller sent is not what the next one takes, and the next one takes nothing else.
        #expect(try await back.client.ask("POST", "/v1/data/app/who", body: Data("{}".utf8), headers: ["Authorization": "Bearer \(ada)"]).status == 401)
        #expect(try await back.client.ask("POST", "/v1/data/app/who", body: Data("{}".utf8)).status == 401)
        #expect(try await front.client.ask("GET", "/metrics").body.contains("token_propagation_refusals_total{code=\"propagation_scopes_refused\"} 1"))
        #expect(await front.stop() == 0)
        #expect(await back.stop() == 0)
    }

    @Test func nothingIsSentWhileTokensCannotBeExchanged() async throws {
        let issuer = TestIssuer(), fault = Shared("none"), count = Shared(0)
        let login = try await LoopbackServer { _ in
            switch fault.withLock({ $0 }) {
            case "500": return .text("", status: 500)
            case "more": return .text(#"{"access_token": "too-much", "expires_in": 1, "scope": "orders:read admin"}"#)
            default:
                let number = count.withLock { count in
                    count += 1
                    return count
                }
                // Shorter than what is kept, so that each request exchanges anew.
                return .text("{\"access_token\": \"exchanged-\(number)\", \"token_type\": \"Bearer\", \"expires_in\": 1}")
            }
        }
        let orders = try await LoopbackServer { _ in .text("{}", headers: [("Content-Type", "application/json")]) }
        let configuration = """
            services:
              orders: {url: '\(orders.url)/api'}
              login: {url: '\(login.url)', breaker: {minimum_calls: 3, open_seconds: 0.3}}
            \(Self.authentication)
            propagation:
              exchange: {service: login, resource: /token}
              services: {orders: {form: exchanged, audience: orders}}
            """
        let folder = try TemporaryFolder(files: ["keys.json": try issuer.keySet, "c.yaml": configuration, "p.rego": Self.policy])
        let service = try await RunningService.started(["-c", "c.yaml", "--authentication=jwt", "p.rego"], in: folder.url)
        let token = try issuer.token(["scope": "orders:read"]), url = "\(orders.url)/api/orders"
        #expect(try await Self.ask(service, "status", url, token).body == "{\"result\":200}\n")
        for trouble in ["500", "more"] {
            let before = orders.requests.count
            fault.withLock { $0 = trouble }
            for _ in 0..<6 { #expect(try await Self.ask(service, "status", url, token).body == "{\"result\":0}\n") }
            #expect(orders.requests.count == before)
            if trouble == "500" {
                let breakers = try await service.client.ask("GET", "/v1/breakers", headers: ["Authorization": "Bearer \(token)"]).body
                guard case .array(let states)? = try JSONDecoder().decode(JSON.self, from: Data(breakers.utf8))["result"] else {
                    Issue.record("\(breakers)")
                    return
                }
                // It may be half open again by now.
                #expect(states.contains { $0["name"] == "login" && $0["transitions"] != 0 }, "\(breakers)")
            }
            fault.withLock { $0 = "none" }
            try await Waiting.until { try await Self.ask(service, "status", url, token).body == "{\"result\":200}\n" }
        }
        let sent = orders.requests.compactMap { $0.header("Authorization") }
        #expect(sent.count == orders.requests.count)
        #expect(sent.allSatisfy { $0.hasPrefix("Bearer exchanged-") }, "\(sent)")
        // A path beside the service is another one, and learns nothing.
        #expect(try await Self.ask(service, "status", "\(orders.url)/other", token).body == "{\"result\":200}\n")
        #expect(orders.requests.last?.header("Authorization") == nil)
        #expect(await service.stop() == 0)
    }

    /// The issuer changes its key again and again and signs with the new one at once, under load: no right token is refused, no other accepted.
    @Test func keysChangeUnderLoad() async throws {
        let first = TestIssuer(keyIdentifier: "0"), current = Shared(first), published = Shared([first])
        let server = try await LoopbackServer { _ in .text(try TestIssuer.keySet(published.withLock { $0 })) }
        let configuration = "services: {login: {url: '\(server.url)'}}\n" + Self.authentication.replacing("{file: keys.json}", with: "{service: login, resource: /keys, refresh_seconds: 1}")
        let folder = try TemporaryFolder(files: ["c.yaml": configuration, "p.rego": Self.policy])
        let service = try await RunningService.started(["-c", "c.yaml", "--authentication=jwt", "p.rego"], in: folder.url)
        let client = service.client, stranger = TestIssuer(keyIdentifier: "0"), asked = Shared((right: 0, wrong: 0, refused: 0, accepted: 0)), isOver = Shared(false)
        func status(_ token: String) async throws -> Int {
            try await client.ask("POST", "/v1/data/app/x", body: Data("{\"input\": {}}".utf8), headers: ["Authorization": "Bearer \(token)"]).status
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    while !isOver.withLock({ $0 }) {
                        let issuer = current.withLock { $0 }
                        let answer = try await status(issuer.token())
                        // The key may have been replaced while the request was under way.
                        let isStill = current.withLock { $0.keyIdentifier } == issuer.keyIdentifier
                        asked.withLock { asked in
                            asked.right += 1
                            if answer != 200, isStill { asked.refused += 1 }
                        }
                    }
                }
            }
            group.addTask {
                while !isOver.withLock({ $0 }) {
                    let forged = TestIssuer(keyIdentifier: current.withLock { $0.keyIdentifier }, key: stranger.key)
                    let answer = try await status(forged.token())
                    asked.withLock { asked in
                        asked.wrong += 1
                        if answer != 401 { asked.accepted += 1 }
                    }
                }
            }
            // One change comes at once with its first token; the others are published before they are used, as issuers do.
            let second = TestIssuer(keyIdentifier: "1"), third = TestIssuer(keyIdentifier: "2")
            // Not while keys are being fetched: who asks for a key then gets what that fetch brings.
            let regular = server.requests.count
            try await Waiting.until { server.requests.count > regular }
            try await Task.sleep(for: .milliseconds(200))
            published.withLock { $0 = [second] }
            current.withLock { $0 = second }
            try await Task.sleep(for: .milliseconds(500))
            let fetches = server.requests.count
            published.withLock { $0 = [second, third] }
            try await Waiting.until { server.requests.count > fetches + 1 }
            current.withLock { $0 = third }
            published.withLock { $0 = [third] }
            try await Task.sleep(for: .milliseconds(500))
            isOver.withLock { $0 = true }
            try await group.waitForAll()
        }
        let counts = asked.withLock { $0 }
        #expect(counts.right > 20 && counts.wrong > 5)
        #expect(counts.refused == 0, "\(counts)")
        #expect(counts.accepted == 0, "\(counts)")
        Measurement.note("keys change under load", "\(counts)")
        // What was signed with the keys before is refused as soon as the issuer no longer has them.
        try await Waiting.until { try await status(first.token()) == 401 }
        #expect(await service.stop() == 0)
    }

    @Test func tokensBoundToTheirHoldersOpaqueOnesAndRevokedOnes() async throws {
        let issuer = TestIssuer(), holder = TestHolder(), isAway = Shared(false)
        let login = try await LoopbackServer { request in
            if isAway.withLock({ $0 }) { return .text("", status: 503) }
            return .text(request.text.contains("token=good") ? #"{"active": true, "sub": "opal", "aud": "verdict"}"# : #"{"active": false}"#)
        }
        let configuration = """
            services: {login: {url: '\(login.url)', breaker: {enabled: false}}}
            \(Self.authentication)
              introspection: {service: login, resource: /introspect, cache_seconds: 0, refusal_cache_seconds: 0}
              revocation: {file: revoked.json}
              dpop: {nonce: true}
              pass_identity: true
            """
        let folder = try TemporaryFolder(files: [
            "keys.json": try issuer.keySet, "revoked.json": #"{"revoked": []}"#, "c.yaml": configuration, "p.rego": "package app\n\nwho := input.identity.sub\n",
        ])
        let service = try await RunningService.started(["-c", "c.yaml", "--authentication=jwt", "p.rego"], in: folder.url)
        let path = "/v1/data/app/who", url = "http://\(service.address)\(path)"
        func ask(_ headers: [String: String]) async throws -> Client.Answer { try await service.client.ask("POST", path, body: Data("{\"input\": {}}".utf8), headers: headers) }
        // Bound to a key.
        let bound = try issuer.token(["cnf": .object(["jkt": .string(holder.thumbprint)])])
        #expect(try await ask(["Authorization": "Bearer \(bound)"]).status == 401)
        let asked = try await ask(["Authorization": "DPoP \(bound)", "DPoP": try holder.proof("POST", url, token: bound)])
        #expect(asked.status == 401 && asked.headers["www-authenticate"] == "DPoP error=\"use_dpop_nonce\"")
        let nonce = try #require(asked.headers["dpop-nonce"])
        let proof = try holder.proof("POST", url, token: bound, claims: ["nonce": .string(nonce)])
        #expect(try await ask(["Authorization": "DPoP \(bound)", "DPoP": proof]).body == "{\"result\":\"ada\"}\n")
        let replayed = try await ask(["Authorization": "DPoP \(bound)", "DPoP": proof])
        #expect(replayed.status == 401 && replayed.body.contains("dpop_proof_replayed"))
        let stolen = try TestHolder().proof("POST", url, token: bound, claims: ["nonce": .string(nonce)])
        #expect(try await ask(["Authorization": "DPoP \(bound)", "DPoP": stolen]).body.contains("token_binding_refused"))
        let certificateBound = try issuer.token(["cnf": .object(["x5t#S256": "x"])])
        #expect(try await ask(["Authorization": "Bearer \(certificateBound)"]).body.contains("token_binding_refused"))
        // Opaque.
        #expect(try await ask(["Authorization": "Bearer good"]).body == "{\"result\":\"opal\"}\n")
        #expect(try await ask(["Authorization": "Bearer bad"]).body.contains("token_inactive"))
        isAway.withLock { $0 = true }
        let unanswered = try await ask(["Authorization": "Bearer good"])
        #expect(unanswered.status == 503 && unanswered.headers["retry-after"] == "1", "\(unanswered)")
        // Revoked, though it was accepted before.
        let token = try issuer.token(["jti": "one"])
        #expect(try await ask(["Authorization": "Bearer \(token)"]).status == 200)
        try folder.write("revoked.json", #"{"revoked": [{"jti": "one"}]}"#)
        try await Waiting.until { try await ask(["Authorization": "Bearer \(token)"]).body.contains("token_revoked") }
        #expect(try await ask(["Authorization": "Bearer \(try issuer.token(["jti": "two"]))"]).status == 200)
        let metrics = try await service.client.ask("GET", "/metrics", headers: ["Authorization": "Bearer \(try issuer.token())"]).body
        for part in ["token_refusals_total{code=\"dpop_proof_replayed\"} 1", "token_introspections_total{outcome=\"unavailable\"} 1", "token_revocations 1"] { #expect(metrics.contains(part), "\(part)") }
        #expect(await service.stop() == 0)
        for secret in [bound, proof, token, "Bearer good"] { #expect(!service.logText.contains(secret)) }
    }

    @Test func aTokenBoundToACertificateIsForItsConnection() async throws {
        let issuer = TestIssuer(), certificates = try TestCertificates.make()
        try certificates.write("keys.json", try issuer.keySet)
        try certificates.write("c.yaml", Self.authentication + "\n  require_client_certificates: true\n")
        let service = try await RunningService.started(
            ["--tls-cert-file", "server.pem", "--tls-private-key-file", "server.key", "--tls-ca-cert-file", "ca.pem", "-c", "c.yaml", "--authentication=jwt"], in: certificates.url)
        func ask(_ thumbprint: String, _ version: String) throws -> String {
            let token = try issuer.token(["cnf": .object(["x5t#S256": .string(thumbprint)])])
            return try Command.shell(
                "curl -s \(version) --cacert ca.pem --cert client.pem --key client.key -H 'Authorization: Bearer \(token)' -o /dev/null -w '%{http_code}' https://\(service.address)/health",
                in: certificates.url).output
        }
        let digest = "openssl x509 -in client.pem -outform DER | openssl dgst -sha256 -binary | openssl base64 | tr '+/' '-_' | tr -d '=\\n'"
        let thumbprint = try Command.shell(digest, in: certificates.url).output
        for version in ["--http1.1", "--http2"] {
            #expect(try ask(thumbprint, version) == "200")
            #expect(try ask("47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU", version) == "401")
        }
        #expect(await service.stop() == 0)
    }

    /// Every place where something of a token might be left is searched for all that were used.
    @Test func noTokenIsLeftAnywhere() async throws {
        let issuer = TestIssuer(), receiver = try await LoopbackServer { _ in .text("") }, sink = try await LoopbackServer { _ in .text("") }
        let orders = try await LoopbackServer { request in request.target.contains("fails") ? .close : .text("{}") }
        let login = try await LoopbackServer { request in
            request.target == "/token"
                ? .text(request.text.contains("fail") ? #"{"error": "invalid_grant"}"# : #"{"access_token": "exchanged-secret-token", "expires_in": 60}"#, status: 200) : .text(#"{"active": false}"#)
        }
        let configuration = """
            services:
              orders: {url: '\(orders.url)'}
              login: {url: '\(login.url)'}
              sink: {url: '\(sink.url)'}
            \(Self.authentication)
              introspection: {service: login, resource: /introspect}
            propagation:
              exchange: {service: login, resource: /token}
              services: {orders: {form: exchanged, audience: orders}}
            nd_builtin_cache: true
            decision_logs:
              console: true
              service: sink
              file: {path: decisions.log}
              reporting: {min_delay_seconds: 0.05, max_delay_seconds: 0.1}
              request_context: {http: {headers: [Authorization, DPoP, Cookie]}}
            distributed_tracing: {type: http, address: '127.0.0.1:\(receiver.port)', sample_percentage: 100, batch_span_processor_options: {batch_timeout_ms: 50}}
            status: {console: true}
            persistence_directory: stored
            event_log: {directory: events, loss_window_seconds: 0}
            """
        let folder = try TemporaryFolder(files: ["keys.json": try issuer.keySet, "c.yaml": configuration, "p.rego": Self.policy])
        let service = try await RunningService.started(["-c", "c.yaml", "--authentication=jwt", "-l", "debug", "p.rego"], in: folder.url)
        let good = try issuer.token(["scope": "r"])
        let tokens = [good, try issuer.token(["exp": 1]), try issuer.token(["aud": "other"]), try TestIssuer().token(), "opaque-secret-token", "a.b.c-secret-token"]
        var answers: [String] = []
        for token in tokens {
            for scheme in ["Bearer", "DPoP"] {
                let headers = ["Authorization": "\(scheme) \(token)", "DPoP": "proof.of.\(token)", "Cookie": "session=\(token)"]
                for (path, body) in [
                    ("/v1/data/app/status", "{\"input\": {\"url\": \"\(orders.url)/x\"}}"), ("/v1/data/app/status?explain=full&metrics&provenance", "{\"input\": {\"url\": \"\(orders.url)/fails\"}}"),
                    ("/v1/query", #"{"query": "data.app.x"}"#), ("/v1/data/app/x", "not json"), ("/nowhere", ""),
                ] {
                    let answer = try await service.client.ask("POST", path, body: Data(body.utf8), headers: headers)
                    answers.append(answer.body + answer.headers.description)
                }
            }
        }
        for path in ["/metrics", "/v1/status", "/v1/config", "/v1/upstreams", "/v1/healing", "/v1/health"] {
            answers.append(try await service.client.ask("GET", path, headers: ["Authorization": "Bearer \(good)"]).body)
        }
        try await Waiting.until { !receiver.requests.isEmpty && !sink.requests.isEmpty }
        #expect(orders.requests.contains { $0.header("Authorization") == "Bearer exchanged-secret-token" })
        #expect(await service.stop() == 0)
        var places: [(name: String, bytes: [UInt8])] = [("log", Array(service.logText.utf8)), ("answers", Array(answers.joined().utf8))]
        places += receiver.requests.map { ("traces", $0.body) }
        for request in sink.requests { places.append(("uploaded events", try Self.uncompressed(request.body))) }
        let files = FileManager.default.enumerator(atPath: folder.url.path)?.compactMap { $0 as? String } ?? []
        #expect(files.contains("decisions.log") && files.contains { $0.hasPrefix("events/") })
        for file in files { if let data = FileManager.default.contents(atPath: folder.url.appendingPathComponent(file).path) { places.append((file, Array(data))) } }
        #expect(places.contains { $0.name == "uploaded events" && $0.bytes.count > 100 })
        // Of a token in compact form any part of its signature is enough to know it by.
        let marks = tokens.map { String($0.split(separator: ".").last ?? "") } + ["exchanged-secret-token", "secret-token"]
        for mark in marks {
            let mark = Array(mark.utf8.prefix(40))
            for place in places where place.name != "keys.json" { #expect(!Self.contains(place.bytes, mark), "\(place.name) has \(String(decoding: mark, as: UTF8.self))") }
        }
    }

    private static func contains(_ bytes: [UInt8], _ part: [UInt8]) -> Bool { Data(bytes).range(of: Data(part)) != nil }

    private static func uncompressed(_ bytes: [UInt8]) throws -> [UInt8] {
        guard bytes.starts(with: [0x1f, 0x8b]) else { return bytes }
        return try GZip.decompress(bytes, limit: 1 << 24)
    }
}
