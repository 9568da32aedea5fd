import ArgumentParser
import Rego

/// `--capabilities`: what policies may use; shared by the commands that compile them.
struct CapabilitiesOption: ParsableArguments {
    @Option(name: .customLong("capabilities"), help: "A file that names the built-ins, features and hosts that policies may use; see `verdict capabilities`.")
    var file: String?

    /// Everything there is where no file is given.
    func read() throws(PolicyFiles.Failure) -> EngineCapabilities {
        guard let file else { return EngineCapabilities() }
        let text = try PolicyFiles.input(file)
        do {
            return try EngineCapabilities(try Value(json: text))
        } catch let error as EngineCapabilities.Problem {
            throw PolicyFiles.Failure(problems: ["\(file): \(error)"])
        } catch let error as EvaluationError {
            throw PolicyFiles.Failure(problems: ["\(file): \(error.message)"])
        } catch {
            throw PolicyFiles.Failure(problems: ["\(file): \(error)"])
        }
    }
}
