import Discovery
import Foundation
import NIOSSL
import Support
import Synchronization
import Testing

@Suite struct CredentialTests {
    @Test func bearerTokensAreSentAndFilesReadAgain() async throws {
        let server = try await LoopbackServer { _ in .text("") }
        _ = try await Upstream(credentials: .bearer(.init(.token("abc"), scheme: "Key"))).send(UpstreamRequest("GET", server.url))
        let folder = try TemporaryFolder(files: ["token": "first\n"])
        let upstream = Upstream(credentials: .bearer(.init(.file(folder.url.appendingPathComponent("token").path))))
        _ = try await upstream.send(UpstreamRequest("GET", server.url))
        try folder.write("token", "second")
        _ = try await upstream.send(UpstreamRequest("GET", server.url))
        #expect(server.requests.map { $0.header("Authorization") } == ["Key abc", "Bearer first", "Bearer second"])
        try folder.write("token", "\n")
        let code = await UpstreamTests.code(upstream, UpstreamRequest("GET", server.url))
        #expect(code == .credentials)
    }

    @Test func oauthTokensAreKeptUntilTheyEnd() async throws {
        let lifetime = Mutex(3600)
        let issued = Mutex(0)
        let server = try await LoopbackServer { request in
            guard request.target == "/token" else { return .text("") }
            let number = issued.withLock { $0 += 1; return $0 }
            return .text("{\"access_token\": \"t\(number)\", \"token_type\": \"Bearer\", \"expires_in\": \(lifetime.withLock { $0 })}")
        }
        let settings = OAuth2ClientCredentials.Settings(
            tokenURL: server.url + "/token", clientID: "me", proof: .secret("a b"), scopes: ["read", "write"], parameters: ["audience": "x/y"])
        let upstream = Upstream(credentials: .oauth2(OAuth2ClientCredentials(settings)))
        for _ in 0..<2 { _ = try await upstream.send(UpstreamRequest("GET", server.url + "/a")) }
        #expect(server.requests.map(\.target) == ["/token", "/a", "/a"])
        #expect(server.requests[0].text == "audience=x%2Fy&grant_type=client_credentials&scope=read%20write")
        #expect(server.requests[0].header("Authorization") == "Basic " + Data("me:a%20b".utf8).base64EncodedString())
        #expect(server.requests[2].header("Authorization") == "Bearer t1")
        // Less than ten seconds are left: the token is not used again.
        lifetime.withLock { $0 = 5 }
        let short = Upstream(credentials: .oauth2(OAuth2ClientCredentials(settings)))
        for _ in 0..<2 { _ = try await short.send(UpstreamRequest("GET", server.url + "/a")) }
        #expect(issued.withLock { $0 } == 3)
    }

    @Test(arguments: ["{\"token_type\": \"bearer\"}", "nonsense", "{\"access_token\": \"a\", \"token_type\": \"mac\"}"])
    func wrongTokenAnswersAreErrors(_ answer: String) async throws {
        let server = try await LoopbackServer { _ in .text(answer) }
        let client = OAuth2ClientCredentials(.init(tokenURL: server.url, clientID: "me", proof: .assertion("x")))
        let code = await UpstreamTests.code(Upstream(credentials: .oauth2(client)), UpstreamRequest("GET", server.url + "/a"))
        #expect(code == .credentials)
        #expect(server.requests.map(\.target) == ["/"])
    }

    @Test func certificatesAreChecked() async throws {
        let folder = try TestCertificates.make()
        let path = { (name: String) in folder.url.appendingPathComponent(name).path }
        var tls = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMFile(path("server.pem")).map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(file: path("server.key"), format: .pem)))
        tls.certificateVerification = .noHostnameVerification
        tls.trustRoots = .file(path("ca.pem"))
        let server = try await LoopbackServer(tls: tls) { _ in .text("ok") }
        let request = UpstreamRequest("GET", server.url, deadline: .seconds(30))
        let trusting = TransportSecurity(
            authorities: [.file(path("ca.pem"))], certificate: .file(path("client.pem")), privateKey: .file(path("client.key")))
        #expect(try await Upstream(security: trusting).send(request).status == 200)
        var skipping = trusting
        skipping.authorities = []
        skipping.skipsVerification = true
        #expect(try await Upstream(security: skipping).send(request).status == 200)
        skipping.skipsVerification = false
        let untrusted = await UpstreamTests.code(Upstream(security: skipping), request)
        #expect(untrusted == .transportSecurity)
        let anonymous = await UpstreamTests.code(Upstream(security: .init(authorities: trusting.authorities)), request)
        #expect(anonymous == .transportSecurity || anonymous == .connection)
        let unreadable = await UpstreamTests.code(Upstream(security: .init(authorities: [.file("/nowhere")])), request)
        #expect(unreadable == .transportSecurity)
    }

    @Test func serversMayGoByAnotherName() async throws {
        let folder = try TestCertificates.make(names: "DNS:verdict.example")
        let path = { (name: String) in folder.url.appendingPathComponent(name).path }
        let tls = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMFile(path("server.pem")).map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(file: path("server.key"), format: .pem)))
        let server = try await LoopbackServer(tls: tls) { _ in .text("ok") }
        let request = UpstreamRequest("GET", server.url + "/a?b=1", deadline: .seconds(30))
        var security = TransportSecurity(authorities: [.file(path("ca.pem"))])
        let unnamed = await UpstreamTests.code(Upstream(security: security), request)
        #expect(unnamed == .transportSecurity)
        security.serverName = "verdict.example"
        #expect(try await Upstream(security: security).send(request).status == 200)
        #expect(server.requests.map(\.target) == ["/a?b=1"])
        // What is asked is the host of the URL still.
        #expect(server.requests[0].header("Host").map { server.url.hasSuffix($0) } == true)
        security.serverName = "other.example"
        let misnamed = await UpstreamTests.code(Upstream(security: security), request)
        #expect(misnamed == .transportSecurity)
    }
}
