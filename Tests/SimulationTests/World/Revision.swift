import Foundation
import Governance
import Rego
import Synchronization

/// Revisions of the bundle that simulations decide by, and what each of them must answer. Made once in a process.
struct Revision: Sendable {
    enum Kind: String, Sendable {
        case good
        /// Every decision ends with an error.
        case failing
        /// It does not compile, and so is never active.
        case broken
    }

    let name: String
    let kind: Kind
    let archive: [UInt8]
    private let query: PreparedQuery?

    static let path = ["app", "decision"]
    /// What is decided about: a few questions, so that the expected answers can be kept.
    static let inputs: [[UInt8]] = ["read", "write", "delete", "list"].flatMap { action in
        (1...3).map { Array(#"{"action":"\#(action)","level":\#($0)}"#.utf8) }
    }

    private init(_ number: Int, _ kind: Kind) throws {
        name = "\(kind.rawValue)-\(number)"
        self.kind = kind
        let text = """
            package app

            decision := {"revision": "\(name)", "allow": allowed}

            default allowed := false

            allowed if input.level >= data.app.levels[input.action]

            \(kind == .failing ? "decision := {\"revision\": \"\(name)\", \"allow\": \"both\"} if input.level" : "")
            \(kind == .broken ? "unsafe := x" : "")
            """
        let levels: Value = ["levels": ["read": .number(Number(number % 3 + 1)), "write": 2, "delete": .number(Number(3 - number % 3))]]
        let manifest: Value = ["revision": .string(name), "roots": ["app"]]
        archive = try BundleWriter.archive(BundleWriter.entries(policies: [("app.rego", text)], data: ["app": levels], manifest: manifest))
        query = kind == .broken ? nil : try PolicySnapshot(policies: [PolicySource(file: "app.rego", text: text)], data: .value(["app": levels])).document(Self.path)
    }

    /// Each kind's, by number.
    static func named(_ name: String) -> Revision? { catalogue[name] }

    private static let catalogue: [String: Revision] = {
        var catalogue: [String: Revision] = [:]
        for (kind, count) in [(Kind.good, 6), (.failing, 3), (.broken, 1)] {
            for number in 1...count { if let revision = try? Revision(number, kind) { catalogue[revision.name] = revision } }
        }
        return catalogue
    }()

    private static let answers = Mutex<[String: [[UInt8]?]]>([:])

    /// What deciding directly gives about each of the inputs; nil for an error.
    private var answers: [[UInt8]?] {
        if let known = Self.answers.withLock({ $0[name] }) { return known }
        let made = Self.inputs.map { input -> [UInt8]? in
            var output: [UInt8] = []
            guard let query, (try? input.withUnsafeBytes({ bytes in try query.decide(inputJSON: bytes, appendingTo: &output) })) != nil else { return nil }
            return output
        }
        Self.answers.withLock { $0[name] = made }
        return made
    }

    func answer(about input: Int) -> [UInt8]? { answers[input] }
}
