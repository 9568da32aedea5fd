import Foundation
import Rego

/// A client's session from `initialize` to `exit`: takes events, answers requests, and does what is left to do when there are none.
final class Session {
    enum Stage {
        case new, initialized, shutDown
    }

    /// A message that waits for its turn.
    struct Message {
        var envelope: Envelope
        var body: Data
    }

    let workspace: Workspace
    let background: BackgroundWork
    /// Beside the other, so that linting does not wait for compiling.
    let linting: BackgroundWork
    let output: MessageWriter
    let version: String
    var stage = Stage.new
    var parameters: InitializeParameters?
    /// What is left to do when no message waits.
    var tasks = OpenTasks()

    private let queue: EventQueue
    private var messages: [Message] = []
    /// Requests that the client no longer wants to know about.
    private var cancelled: Set<RequestIdentifier> = []
    private var exitCode: Int32?

    init(_ workspace: Workspace, queue: EventQueue, output: MessageWriter, version: String) {
        self.workspace = workspace
        self.queue = queue
        self.output = output
        self.version = version
        background = BackgroundWork(reportingTo: queue)
        linting = BackgroundWork(reportingTo: queue)
    }

    /// The loop; gives the exit code.
    func run() -> Int32 {
        var hasEnded = false
        while exitCode == nil {
            let isBusy = !messages.isEmpty || hasEnded || hasTasks
            for event in queue.take(waits: !isBusy) {
                switch event {
                case .message(let body): receive(Data(body))
                case .problem(let problem): refuse(nil, RequestError(.parseError, problem.description))
                case .finished(let result):
                    workspace.readChanges()
                    finish(result)
                case .end: hasEnded = true
                }
            }
            if !messages.isEmpty { handle(messages.removeFirst()) } else if hasEnded { exit() } else {
                workspace.readChanges()
                doNextTask()
            }
        }
        return exitCode ?? 1
    }

    func exit() { exitCode = stage == .shutDown ? 0 : 1 }

    // MARK: Messages

    /// Takes a message in. What cancels another need not wait for its turn.
    private func receive(_ body: Data) {
        guard let envelope = try? JSONDecoder().decode(Envelope.self, from: body) else {
            return refuse(nil, RequestError(.parseError, "a message is no JSON-RPC object"))
        }
        if envelope.method == "$/cancelRequest" {
            if let id = try? JSONDecoder().decode(Parameters<CancelParameters>.self, from: body).params.id { cancel(id) }
        } else if envelope.method != nil {
            messages.append(Message(envelope: envelope, body: body))
        } else if envelope.id == nil {
            refuse(nil, RequestError(.invalidRequest, "a message has neither method nor id"))
        }
        // Else the client answers a request of the server, which needs no answer.
    }

    private func cancel(_ id: RequestIdentifier) {
        let isWaiting = messages.contains { $0.envelope.id == id }
        if isWaiting || tasks.cancellations[id] != nil { cancelled.insert(id) }
        tasks.cancellations[id]?.cancel()
    }

    private func handle(_ message: Message) {
        guard let method = message.envelope.method else { return }
        if method != "textDocument/didChange" { workspace.readChanges() }
        guard let id = message.envelope.id else { return notify(method, message.body) }
        do throws(RequestError) {
            if cancelled.remove(id) != nil { throw RequestError(.requestCancelled, "cancelled") }
            try answer(id, method, message.body)
        } catch {
            refuse(id, error)
        }
    }

    func decode<Content: Decodable>(_ type: Content.Type, _ body: Data) throws(RequestError) -> Content {
        do { return try JSONDecoder().decode(Parameters<Content>.self, from: body).params } catch {
            throw RequestError(.invalidParameters, "the parameters are not those of the method: \(error)")
        }
    }

    // MARK: Requests

    private func answer(_ id: RequestIdentifier, _ method: String, _ body: Data) throws(RequestError) {
        switch (stage, method) {
        case (.new, "initialize"): return respond(id, try initialize(decode(InitializeParameters.self, body)))
        case (.new, _): throw RequestError(.serverNotInitialized, "send initialize first")
        case (.initialized, "initialize"): throw RequestError(.invalidRequest, "initialize is sent once")
        case (.initialized, "shutdown"):
            stage = .shutDown
            return respond(id, NoParameters?.none)
        case (.shutDown, _): throw RequestError(.invalidRequest, "after shutdown only exit may follow")
        default: break
        }
        if let feature = Features.all.first(where: { $0.method == method }) { return try answer(id, feature, body) }
        if let feature = Features.background.first(where: { $0.method == method }) { return try prepare(id, feature, body) }
        throw RequestError(.methodNotFound, "\(method) is not supported")
    }

    private func answer<Answering: Feature>(_ id: RequestIdentifier, _ feature: Answering.Type, _ body: Data) throws(RequestError) {
        respond(id, try feature.answer(decode(Answering.Parameters.self, body), in: workspace))
    }

    private func prepare<Answering: BackgroundFeature>(_ id: RequestIdentifier, _ feature: Answering.Type, _ body: Data) throws(RequestError) {
        tasks.requests.append((id, try feature.prepare(decode(Answering.Parameters.self, body), in: workspace)))
        tasks.cancellations[id] = Cancellation()
    }

    /// Something was done in the background.
    private func finish(_ result: BackgroundWork.Result) {
        switch result {
        case .compilation(let folder, let outcome): finish(compilationOf: folder, outcome)
        case .findings(let folder, let path, let version, let findings): finish(lintingOf: path, in: folder, version, findings)
        case .answer(let id, let answer):
            tasks.cancellations[id] = nil
            if cancelled.remove(id) != nil { return refuse(id, RequestError(.requestCancelled, "cancelled")) }
            switch answer {
            case .success(let answer):
                if let message = answer.message { send("window/showMessage", MessageParameters(type: .info, message: message)) }
                respond(id, RegoDocument(answer.document))
            case .failure(let error): refuse(id, error)
            }
        }
    }

    // MARK: Output

    private func respond(_ id: RequestIdentifier, _ result: some Encodable) { output.write(Response(id: id, result: result)) }

    private func refuse(_ id: RequestIdentifier?, _ error: RequestError) { output.write(ErrorResponse(id: id, error: error)) }

    func send(_ method: String, _ content: some Encodable) { output.write(OutgoingMessage(method: method, params: content)) }

    /// Sends a request whose answer does not matter.
    func ask(_ method: String, _ content: some Encodable) {
        output.write(OutgoingMessage(id: .text("verdict-\(method)"), method: method, params: content))
    }
}
