import Foundation
import Support
import Testing

/// The ways on which requests reach the service: TLS, HTTP/2, compression, Unix sockets, several addresses.
@Suite struct TransportTests {
    private static let policy = "package app\n\nallow if input.user == \"ada\"\n\nlist := numbers.range(1, 2000)\n\nsize := count(input.text)\n"
    private static let body = #"{"input": {"user": "ada"}}"#
    private static let granted = "{\"result\":true}\n"

    /// A folder with a policy, and what `openssl` makes of these certificates' names.
    private func folder(certificates: [String] = []) throws -> TemporaryFolder {
        let folder = try TemporaryFolder(files: ["policies/p.rego": Self.policy])
        for name in certificates { try makeCertificate(name, in: folder) }
        return folder
    }

    private func makeCertificate(_ name: String, in folder: TemporaryFolder) throws {
        let command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=\(name) -addext subjectAltName=IP:127.0.0.1 -keyout \(name).key -out \(name).pem"
        #expect(try Command.shell(command, in: folder.url).code == 0)
    }

    private func curl(_ arguments: String, in folder: TemporaryFolder) throws -> String { try Command.shell("curl -sS \(arguments)", in: folder.url).output }

    @Test func decisionsOverTLS() async throws {
        let folder = try folder(certificates: ["service"])
        let service = try await RunningService.started(["--tls-cert-file", "service.pem", "--tls-private-key-file", "service.key", "policies"], in: folder.url)
        let ask = "--cacert service.pem -d '\(Self.body)' -w '%{http_version}' https://\(service.address)/v1/data/app/allow"
        #expect(try curl("--http1.1 \(ask)", in: folder) == Self.granted + "1.1")
        #expect(try curl("--http2 \(ask)", in: folder) == Self.granted + "2")
        #expect(try curl("--http2 --cacert service.pem https://\(service.address)/health", in: folder) == "{}\n")
        #expect(try curl("--tls-max 1.1 \(ask)", in: folder) == "0")
        // Without TLS nothing is answered, and nobody is hurt.
        #expect(try curl("http://\(service.address)/health", in: folder).isEmpty)
        #expect(try curl("--http2 \(ask)", in: folder) == Self.granted + "2")
        #expect(await service.stop() == 0)
    }

    @Test func aCertificateIsReplacedWithoutRestart() async throws {
        let folder = try folder(certificates: ["service", "next"])
        let service = try await RunningService.started(
            ["--tls-cert-file", "service.pem", "--tls-private-key-file", "service.key", "--tls-cert-refresh-period", "0.1", "policies"], in: folder.url)
        try folder.write("service.pem", "nonsense")
        #expect(try await service.waitForLog("The changed certificate was refused"))
        #expect(try Command.shell("cp next.pem service.pem; cp next.key service.key", in: folder.url).code == 0)
        #expect(try await service.waitForLog("Certificate reloaded."))
        #expect(try curl("--cacert next.pem https://\(service.address)/health", in: folder) == "{}\n")
    }

    @Test func aCertificateThatCannotBeReadIsAnError() throws {
        let folder = try folder(certificates: ["service", "other"])
        for (arguments, message) in [
            (["--tls-cert-file", "none.pem", "--tls-private-key-file", "service.key"], "none.pem"),
            (["--tls-cert-file", "service.pem", "--tls-private-key-file", "other.key"], "do not go together"),
            (["--addr", "https://127.0.0.1:0"], "TLS needs a certificate"),
        ] {
            let outcome = try Command.verdict(["run", "--server", "--addr", "127.0.0.1:0"] + arguments + ["policies"], in: folder.url)
            #expect(outcome.code == 1)
            #expect(outcome.error.contains(message), "\(outcome.error)")
        }
    }

    @Test func http2WithoutTLS() async throws {
        let folder = try folder()
        let service = try await RunningService.started(["--h2c", "policies"], in: folder.url)
        let ask = "-d '\(Self.body)' -w '%{http_version}' http://\(service.address)/v1/data/app/allow"
        #expect(try curl("--http2-prior-knowledge \(ask)", in: folder) == Self.granted + "2")
        #expect(try curl(ask, in: folder) == Self.granted + "1.1")
        #expect(await service.stop() == 0)
    }

    @Test func compressedBodies() async throws {
        let folder = try folder()
        let service = try await RunningService.started(["--max-request-size", "1000000", "policies"], in: folder.url)
        let place = "http://\(service.address)/v1/data/app"
        let compressed = "-H 'Content-Encoding: gzip' --data-binary @-"
        #expect(try Command.shell("echo '\(Self.body)' | gzip | curl -sS \(compressed) \(place)/allow").output == Self.granted)
        let bomb = try Command.shell("head -c 20000000 /dev/zero | gzip | curl -sS -w '%{http_code}' \(compressed) \(place)/allow").output
        #expect(bomb.hasSuffix("413"))
        #expect(bomb.contains("gzip payload too large"))
        let large = try Command.shell("head -c 1200000 /dev/urandom | base64 | gzip | curl -sS -w '%{http_code}' \(compressed) \(place)/allow").output
        #expect(large.hasSuffix("413"))
        #expect(large.contains("request body too large: at most 1000000 bytes"))
        let broken = try Command.shell("echo nonsense | curl -sS -w '%{http_code}' \(compressed) \(place)/allow").output
        #expect(broken.hasSuffix("400"))
        #expect(broken.contains("could not decompress the body"))
        let cut = try Command.shell("echo '\(Self.body)' | gzip | head -c 20 | curl -sS -w '%{http_code}' \(compressed) \(place)/allow").output
        #expect(cut.hasSuffix("400"))
        // Large answers are compressed for those who ask for that.
        let answer = try Command.shell("curl -sS -H 'Accept-Encoding: gzip' \(place)/list | gzip -d | tail -c 8").output
        #expect(answer == ",2000]}\n")
        for refused in ["gzip;q=0", "br", "identity"] {
            #expect(try curl("-i -H 'Accept-Encoding: \(refused)' \(place)/list", in: folder).lowercased().contains("content-encoding") == false)
        }
        #expect(try curl("-i -H 'Accept-Encoding: gzip' \(place)/none", in: folder).lowercased().contains("content-encoding") == false)
    }

    @Test func severalAddresses() async throws {
        let folder = try folder()
        let service = try await RunningService.started(
            ["--addr", "127.0.0.1:0", "--addr", "unix://\(folder.url.path)/s.sock", "--unix-socket-perm", "700", "--diagnostic-addr", "127.0.0.1:0", "policies"], in: folder.url)
        #expect(try await service.waitForLog("Server started.", count: 4))
        #expect(try curl("--unix-socket s.sock -d '\(Self.body)' http://verdict/v1/data/app/allow", in: folder) == Self.granted)
        #expect(try Command.shell("stat -c %a s.sock", in: folder.url).output == "700\n")
        let addresses = service.addresses
        #expect(addresses.count == 4)
        #expect(try curl("-d '\(Self.body)' http://\(addresses[1])/v1/data/app/allow", in: folder) == Self.granted)
        #expect(try curl("http://\(addresses[3])/health", in: folder) == "{}\n")
        #expect(try curl("http://\(addresses[3])/metrics", in: folder).contains("http_request_duration_seconds"))
        #expect(try curl("-o s.out -w '%{http_code}' -d '\(Self.body)' http://\(addresses[3])/v1/data/app/allow", in: folder) == "404")
        #expect(await service.stop() == 0)
        #expect(!FileManager.default.fileExists(atPath: "\(folder.url.path)/s.sock"))
    }
}
