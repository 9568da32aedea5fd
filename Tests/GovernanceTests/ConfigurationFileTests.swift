import Discovery
import Foundation
import Governance
import Rego
import Support
import Testing

/// Configurations, and what is said of them, as data in `Cases/Configuration`.
struct ConfigurationCase: Decodable, CustomTestStringConvertible {
    var note: String
    var text: String
    var set: [String]?
    var setFile: [String: String]?
    var environment: [String: String]?
    /// How the problems begin, or a part of them; in order.
    var problems: [String]?
    var warnings: [String]?
    var document: JSONDocument?

    var testDescription: String { note }

    func read() throws(ConfigurationError) -> Configuration {
        try Configuration(
            text: text, file: "c.yaml", overrides: set ?? [], fileOverrides: (setFile ?? [:]).map { ($0.key, $0.value) }, environment: environment ?? [:])
    }
}

/// A value within a case.
struct JSONDocument: Decodable {
    var value: Value

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            value = .null
        } else if let flag = try? container.decode(Bool.self) {
            value = .boolean(flag)
        } else if let number = try? container.decode(Int.self) {
            value = .number(Number(number))
        } else if let text = try? container.decode(String.self) {
            value = .string(text)
        } else if let elements = try? container.decode([JSONDocument].self) {
            value = .array(elements.map(\.value))
        } else {
            value = .makeObject(try container.decode([String: JSONDocument].self).map { (.string($0.key), $0.value.value) })
        }
    }
}

@Suite struct ConfigurationFileTests {
    static let cases = Result { try CaseFiles.load(ConfigurationCase.self, beside: #filePath, folder: "Cases/Configuration") }

    @Test func casesAreThere() throws { #expect(try Self.cases.get().count > 40) }

    @Test(arguments: (try? cases.get()) ?? [])
    func isReadAsExpected(_ item: ConfigurationCase) {
        do {
            let configuration = try item.read()
            #expect(item.problems == nil)
            #expect(configuration.warnings.map(\.description) == item.warnings ?? [])
            if let document = item.document { #expect(configuration.document == document.value) }
        } catch {
            let problems = error.problems.map(\.description)
            #expect(problems.count == item.problems?.count, "\(problems)")
            for (problem, expected) in zip(problems, item.problems ?? []) { #expect(problem.contains(expected)) }
        }
    }

    private static let whole = """
        services:
          first:
            url: https://a.example/x/
            response_header_timeout_seconds: 0
            credentials:
              client_tls: {cert: c.pem, private_key: k.pem}
            tls: {ca_cert: ca.pem}
          second:
            url: http://b.example
            credentials:
              bearer: {token_path: /run/token}
        labels: {app: shop}
        keys:
          k: {key: secret, algorithm: HS256}
        bundles:
          authz:
            polling: {min_delay_seconds: 1.5, max_delay_seconds: 3, long_polling_timeout_seconds: 20}
            persist: true
            size_limit_bytes: 1000
            signing: {keyid: k, scope: write, exclude_files: ["*.txt"]}
          other: {service: second, resource: o.tar.gz}
        decision_logs:
          service: second
          partition_name: p
          request_context: {http: {headers: [X-Id]}}
          reporting: {buffer_type: event, buffer_size_limit_events: 5, min_delay_seconds: 1, max_delay_seconds: 2, max_decisions_per_second: 0.5}
        status: {console: true}
        distributed_tracing: {type: http, sample_percentage: 10, resource: {service_version: "1"}, batch_span_processor_options: {max_queue_size: 7}}
        server: {decoding: {max_length: 10, gzip: {max_length: 20}}}
        caching: {inter_query_builtin_cache: {max_size_bytes: 100}}
        persistence_directory: /var/opa
        default_decision: /a/b
        nd_builtin_cache: true
        """

    @Test func everySectionIsTyped() throws {
        let configuration = try Configuration(text: Self.whole)
        #expect(configuration.warnings.isEmpty, "\(configuration.warnings)")
        let first = try #require(configuration.services.first)
        #expect(first.url(for: "/b") == "https://a.example/x/b")
        #expect(first.responseHeaderTimeout == nil)
        #expect(first.upstream.security == TransportSecurity(authorities: [.file("ca.pem")], certificate: .file("c.pem"), privateKey: .file("k.pem")))
        let authz = try #require(configuration.bundles.first)
        #expect(authz.service == "first")
        #expect(authz.resource == "bundles/authz")
        #expect(authz.polling == PollingSettings(minimumDelay: .seconds(1.5), maximumDelay: .seconds(3), longPollingTimeout: .seconds(20)))
        #expect(authz.persists && authz.sizeLimit == 1000)
        #expect(authz.signing == SigningSettings(keyID: "k", scope: "write", excludedFiles: ["*.txt"]))
        #expect(configuration.bundles.last?.service == "second")
        #expect(configuration.keys["k"]?.algorithm == .hs256)
        let logs = try #require(configuration.decisionLogs)
        #expect(logs.service == "second" && logs.resource == "/logs/p" && logs.requestHeaders == ["X-Id"])
        #expect(logs.bufferType == .event && logs.bufferSizeLimitEvents == 5 && logs.maximumDecisionsPerSecond == 0.5)
        #expect(configuration.status?.console == true && configuration.status?.service == nil)
        let tracing = try #require(configuration.distributedTracing)
        #expect(tracing.address == "localhost:4318" && tracing.samplePercentage == 10 && tracing.maximumQueueSize == 7)
        #expect(tracing.resource == ["service.version": "1"])
        #expect(configuration.server.maximumRequestLength == 10 && configuration.server.maximumDecompressedLength == 20)
        #expect(configuration.caching.maximumSize == 100)
        #expect(configuration.persistenceDirectory == "/var/opa" && configuration.defaultDecision == "/a/b" && configuration.recordsNondeterministicBuiltins)
    }

    @Test func theExampleIsWhole() throws {
        let file = Command.repository.appendingPathComponent("examples/deploy/config.yaml")
        let configuration = try Configuration(text: String(contentsOf: file, encoding: .utf8), environment: ["BUNDLE_TOKEN": "t"])
        #expect(configuration.warnings.isEmpty)
        #expect(configuration.bundles.map(\.name) == ["authz"])
    }

    @Test func upstreamsGoOnWhereTheirSectionIsTheSame() throws {
        let before = try Configuration(text: "services: {a: {url: 'http://a'}, b: {url: 'http://b'}, c: {url: 'http://c'}}")
        let after = try Configuration(text: "services: {a: {url: 'http://a'}, b: {url: 'http://b', breaker: {probes: 1}}, d: {url: 'http://d'}}").keepingUpstreams(of: before)
        func state(_ name: String, _ configuration: Configuration) throws -> UpstreamState {
            try #require(configuration.services.first { $0.name == name }?.upstream.shared)
        }
        #expect(try state("a", after) === state("a", before))
        #expect(try state("b", after) !== state("b", before))
        let upstreams = Upstreams()
        upstreams.replace(with: after.upstreams)
        #expect(upstreams["c"] == nil && upstreams["d"] != nil)
    }

    @Test func theBootConfigurationWinsOverDiscovery() throws {
        let boot = try Configuration(text: "services: {s: {url: 'http://a', credentials: {bearer: {token: t}}}}\nlabels: {a: boot}\n")
        let discovered: Value = ["labels": ["a": "found", "b": "found"], "bundles": ["x": ["service": "s"]]]
        let both = try boot.discovering(discovered)
        #expect(both.labels == ["a": "boot", "b": "found"])
        #expect(both.bundles.map(\.name) == ["x"])
        if case .bearer? = both.services.first?.upstream.credentials {} else { Issue.record("the credentials are lost") }
    }
}
