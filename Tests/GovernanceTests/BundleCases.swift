import Archives
import Governance
import Rego
import Support
import Testing

private func entries(_ files: [String: String]) -> [ArchiveEntry] {
    files.sorted { $0.key < $1.key }.map { ArchiveEntry(path: $0.key, bytes: Array($0.value.utf8)) }
}

/// Bundles and what is read of them, as data in `Cases/Reading`.
struct BundleReadingCase: Decodable, CustomTestStringConvertible {
    var note: String
    var files: [String: String]
    var verify: Bool?
    var revision: String?
    var policies: [String]?
    var data: JSONDocument?
    var code: String?
    var message: String?

    var testDescription: String { note }
}

@Suite struct BundleReadingCases {
    static let cases = Result { try CaseFiles.load(BundleReadingCase.self, beside: #filePath, folder: "Cases/Reading") }

    @Test func casesAreThere() throws { #expect(try Self.cases.get().count > 25) }

    @Test(arguments: (try? cases.get()) ?? [])
    func isReadAsExpected(_ item: BundleReadingCase) throws {
        let reader = BundleReader(name: "t", verification: item.verify ?? false ? BundleVerification(keys: [:]) : nil)
        do {
            let bundle = try reader.read(archive: try BundleWriter.archive(entries(item.files)))
            #expect(item.code == nil)
            #expect(bundle.revision == item.revision)
            #expect(bundle.policies.map(\.file) == item.policies)
            #expect(bundle.data == item.data?.value)
        } catch {
            #expect(error.code.rawValue == item.code, "\(error)")
            #expect(error.description.contains(item.message ?? "nothing"), "\(error)")
        }
    }
}

/// Bundles activated one after the other, and what is there in the end, as data in `Cases/Activation`.
struct BundleActivationCase: Decodable, CustomTestStringConvertible {
    struct Step: Decodable {
        var bundle: String
        var files: [String: String]?
        var remove: Bool?
        var code: String?
        var message: String?
    }

    struct End: Decodable {
        var policies: [String]
        /// Without what is recorded of bundles.
        var data: JSONDocument
    }

    var note: String
    var policies: [String: String]?
    var data: JSONDocument?
    var steps: [Step]
    var ends: End

    var testDescription: String { note }
}

@Suite struct BundleActivationCases {
    static let cases = Result { try CaseFiles.load(BundleActivationCase.self, beside: #filePath, folder: "Cases/Activation") }

    @Test func casesAreThere() throws { #expect(try Self.cases.get().count > 7) }

    @Test(arguments: (try? cases.get()) ?? [])
    func endsAsExpected(_ item: BundleActivationCase) throws {
        let policies = (item.policies ?? [:]).map { ($0.key, PolicySource(file: $0.key, text: $0.value)) }
        var active = BundleActivation(policies: Dictionary(uniqueKeysWithValues: policies), data: item.data?.value ?? .object([]), bundles: [:])
        for step in item.steps {
            do {
                active = try Self.after(step, active)
                #expect(step.code == nil)
            } catch {
                #expect(error.code.rawValue == step.code, "\(error)")
                #expect(error.description.contains(step.message ?? "nothing"), "\(error)")
            }
        }
        #expect(active.policies.keys.sorted() == item.ends.policies)
        guard case .object(let members) = active.data else { return }
        #expect(Value.object(members.filter { $0.key != "system" }) == item.ends.data.value)
    }

    private static func after(_ step: BundleActivationCase.Step, _ active: BundleActivation) throws(BundleError) -> BundleActivation {
        var next = active
        guard step.remove != true else {
            next.remove(step.bundle)
            return next
        }
        let bundle = try BundleReader(name: step.bundle).read(entries(step.files ?? [:]))
        try next.activate([(step.bundle, bundle, "etag")])
        #expect(next.data["system"]?["bundles"]?[step.bundle]?["manifest"] == bundle.manifest.document)
        return next
    }
}
