import Rego
import Testing

/// What a snapshot's machines keep from query to query must be what each query would find by itself.
@Suite struct LastingRuleTests {
    /// A chain whose server certificate is checked against the time of the query.
    private static let policy = """
        package chains

        valid := crypto.x509.parse_and_verify_certificates(data.chain)[0]

        names := {name | some name in data.names}

        quotient := 1 / data.zero

        dependent := 1 if not quotient
        """

    private static func snapshot(chain: String) throws -> PolicySnapshot {
        try PolicySnapshot(
            policies: [PolicySource(file: "chains.rego", text: policy)], data: .value(["chain": .string(chain), "names": ["b", "a"], "zero": 0]))
    }

    private func value(_ query: PreparedQuery, _ options: EvaluationOptions = .init()) throws -> Value? {
        try query.evaluate(options: options).solutions.first?.expressions.first?.value
    }

    @Test func certificatesExpire() throws {
        let query = try Self.snapshot(chain: CertificateChain.text).prepare("data.chains.valid")
        var options = EvaluationOptions()
        for (now, expected) in [(CertificateChain.validAt, true), (CertificateChain.expiredAt, false), (CertificateChain.validAt, true)] {
            options.now = now
            #expect(try value(query, options) == .boolean(expected))
        }
    }

    @Test func valuesAreTheSameEachTime() throws {
        let query = try Self.snapshot(chain: "").prepare("data.chains.names")
        for _ in 0..<3 { #expect(try value(query) == .makeSet(["a", "b"])) }
    }

    /// A rule that rests on a failed built-in is not kept, so that a strict query later still meets the error.
    @Test func errorsAreMetByStrictQueries() throws {
        let snapshot = try Self.snapshot(chain: "")
        // The error comes first, so that the rule which rests on it finds a memo.
        let both = try snapshot.prepare("not data.chains.quotient; data.chains.dependent")
        #expect(try both.evaluate().solutions.count == 1)
        let dependent = try snapshot.prepare("data.chains.dependent")
        var options = EvaluationOptions()
        options.strictBuiltinErrors = true
        #expect(throws: EvaluationError.self) { try dependent.evaluate(options: options) }
    }

    private struct Network: PolicyNetwork {
        func send(_ request: OutgoingRequest) throws(NetworkProblem) -> IncomingResponse { throw NetworkProblem("no") }
        func addresses(of host: String) throws(NetworkProblem) -> [String] { ["10.0.0.1"] }
    }

    /// What must not wait ends, to be repeated where it may.
    @Test func queriesThatMustNotWaitEnd() throws {
        let query = try PolicySnapshot(policies: []).prepare("net.lookup_ip_addr(\"db.example\")")
        var options = EvaluationOptions()
        options.network = Network()
        #expect(try value(query, options) == .makeSet(["10.0.0.1"]))
        options.mayWait = false
        let error = #expect(throws: EvaluationError.self) { try query.evaluate(options: options) }
        #expect(error?.code == .cancel)
    }
}
