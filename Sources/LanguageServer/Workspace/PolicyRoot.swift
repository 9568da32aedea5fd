import Foundation
import Lint
import Rego

/// Policies that belong together: they are compiled and linted as one, with the data beside them.
///
/// That is a folder of the workspace; a folder in it with `.verdict`, `.regal` or `.manifest` holds policies of its own. A document outside of all
/// folders has a root to itself.
final class PolicyRoot {
    static let markers = [".verdict", ".regal", ".manifest"]

    /// Nil for documents without a file.
    let folder: String?
    var documents: [DocumentPath: PolicyDocument] = [:]
    var linter: Linter
    /// What the last compilation made; its snapshot is the last of policies without mistakes.
    var compiled = Compilation.Outcome()
    /// Changes since the server began; a compilation knows which of them it has seen.
    private(set) var revision = 0

    init(folder: String?, linter: Linter) {
        self.folder = folder
        self.linter = linter
    }

    func touch() { revision += 1 }

    /// By name, so that nothing depends on the order of a dictionary.
    var sorted: [PolicyDocument] { documents.values.sorted { $0.name < $1.name } }
    var trees: [PolicyTree] { sorted.compactMap(\.tree) }

    func name(of path: DocumentPath) -> String { folder.flatMap { path.relative(to: $0) } ?? path.text }

    // MARK: Rules

    /// Whether some rule makes this document.
    func isRule(_ path: [String]) -> Bool { documents.values.contains { $0.tree?.definitionsByPath[path] != nil } }

    /// What a symbol is when all files are known: a name that its file does not declare is a rule of another, or a variable.
    func settled(_ symbol: Symbol) -> Symbol {
        guard case .undeclared(let offset, let path) = symbol else { return symbol }
        return isRule(path) ? .document(path) : .local(offset)
    }

    /// The longest part of a path that a rule makes.
    func rule(at path: [String]) -> [String]? {
        (1...max(1, path.count)).reversed().lazy.map { Array(path.prefix($0)) }.first { self.isRule($0) }
    }

    /// The rules that make a document, with the documents they stand in.
    func definitions(of path: [String]) -> [(document: PolicyDocument, definition: PolicyTree.Definition)] {
        sorted.flatMap { document in (document.tree?.definitions(of: path) ?? []).map { (document, $0) } }
    }

    /// Where a symbol stands; variables only in the document that they are of.
    func occurrences(of symbol: Symbol, in document: PolicyDocument) -> [(document: PolicyDocument, occurrence: Occurrence)] {
        switch symbol {
        case .local(let offset), .undeclared(let offset, _):
            let found = document.tree?.occurrences.filter { if case .undeclared(offset, _) = $0.symbol { true } else { $0.symbol == .local(offset) } }
            return (found ?? []).map { (document, $0) }
        case .alias: return (document.tree?.occurrences(of: symbol) ?? []).map { (document, $0) }
        default: return sorted.flatMap { document in (document.tree?.occurrences(of: symbol) ?? []).map { (document, $0) } }
        }
    }
}
