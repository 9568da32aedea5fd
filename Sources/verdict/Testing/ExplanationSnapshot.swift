import Foundation
import Rego
import Synchronization

/// Why tests ended as they did, kept in a file, so that one which passes for another reason than before is noticed.
///
/// Of each test the file has the literals that failed on the way, as `verdict eval --explain fails` shows them; without their places, so that moving
/// lines changes nothing.
final class ExplanationSnapshot: Sendable {
    private let explanations = Mutex<[String: [String]]>([:])

    func add(_ test: PolicyTest, _ observer: Observer, _ snapshot: PolicySnapshot) {
        let lines = Trace(ExplanationMode.fails.filtered(observer.trace), of: snapshot, query: test.fullName).lines(showsPlaces: false)
        explanations.withLock { $0[test.fullName] = lines }
    }

    private var text: String {
        let document = explanations.withLock { Value.makeObject($0.map { (.string($0.key), .array($0.value.map { .string($0) })) }) }
        return document.prettyJSON() + "\n"
    }

    /// Writes the file where there is none or it is to be written anew; otherwise gives what differs from it, as `diff -u` shows it.
    func settle(with path: String, updates: Bool) throws -> String? {
        guard !updates, FileManager.default.fileExists(atPath: path) else {
            do { try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic) } catch {
                throw PolicyFiles.Failure(problems: ["\(path): cannot be written: \(error.localizedDescription)"])
            }
            return nil
        }
        let known = String(decoding: try PolicyFiles.input(path), as: UTF8.self)
        return known == text ? nil : UnifiedDifference(of: path, from: known, to: text).text(hasColors: Terminal.output.hasColors)
    }
}
