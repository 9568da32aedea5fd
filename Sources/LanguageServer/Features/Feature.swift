import Rego

/// A request that the server answers. A feature is a file here and a line in `Features.all`.
protocol Feature: SendableMetatype {
    associatedtype Parameters: Decodable
    associatedtype Answer: Encodable

    /// The request, as LSP 3.17 calls it.
    static var method: String { get }
    static var capability: Capability { get }
    static func answer(_ parameters: Parameters, in workspace: Workspace) throws(RequestError) -> Answer
}

/// What `initialize` says of a feature: its name among the server's capabilities, and its options.
typealias Capability = (name: String, options: Value)

/// A feature that evaluates: it is prepared at once, and done in the background after the policies of now are compiled.
protocol BackgroundFeature: SendableMetatype {
    associatedtype Parameters: Decodable

    static var method: String { get }
    static var capability: Capability { get }
    static func prepare(_ parameters: Parameters, in workspace: Workspace) throws(RequestError) -> BackgroundRequest
}

/// What is to be done about a root once it is compiled.
struct BackgroundRequest {
    let root: PolicyRoot
    let work: @Sendable (_ compiled: Compilation.Outcome, _ cancellation: Cancellation) -> Result<BackgroundWork.Answer, RequestError>
}

/// All features, in the order in which LSP describes them.
enum Features {
    static let all: [any Feature.Type] = [
        Definitions.self, References.self, Highlights.self, Hovers.self, CodeLenses.self, FoldingRanges.self, DocumentSymbols.self, WorkspaceSymbols.self,
        InlayHints.self, Completions.self, SignatureHelp.self, CodeActions.self, Formatting.self, RenamePreparation.self, Rename.self,
    ]
    static let background: [any BackgroundFeature.Type] = [Evaluation.self]

    /// What `initialize` answers, beside the encoding of positions.
    static var capabilities: [(Value, Value)] {
        (all.map { $0.capability } + background.map { $0.capability }).map { (.string($0.name), $0.options) }
    }
}

extension Workspace {
    /// The document that a request is about.
    func subject(_ document: TextDocumentIdentifier) throws(RequestError) -> (root: PolicyRoot, document: PolicyDocument) {
        guard let found = self.document(document.uri) else {
            throw RequestError(.invalidParameters, "\(document.uri) is not known; open it first (textDocument/didOpen)")
        }
        return found
    }

    /// The name at a place, with what it stands for when all files are known; nil where there is none.
    func name(at parameters: PositionParameters) throws(RequestError) -> NameAtPlace? {
        let (root, document) = try subject(parameters.textDocument)
        guard let occurrence = document.occurrence(at: parameters.position) else { return nil }
        return NameAtPlace(root: root, document: document, occurrence: occurrence, symbol: root.settled(occurrence.symbol))
    }
}

/// A name that a request is about.
struct NameAtPlace {
    let root: PolicyRoot
    let document: PolicyDocument
    let occurrence: Occurrence
    let symbol: Symbol

    /// Everywhere it stands.
    var occurrences: [(document: PolicyDocument, occurrence: Occurrence)] { root.occurrences(of: symbol, in: document) }
}
