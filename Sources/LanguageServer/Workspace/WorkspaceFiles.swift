import Lint
import Rego

/// What the server reads of the disk and of settings. The command line gives it what its other commands read policies with.
public protocol WorkspaceFiles: Sendable {
    /// The paths of all policies below a folder.
    func policies(below folder: String) throws -> [String]
    /// The text of a file.
    func text(of file: String) throws -> String
    /// The data that files below a folder hold, as `data.…` has it.
    func data(below folder: String) throws -> DataSource
    /// The linter with the settings that hold in a folder.
    func linter(for folder: String) throws -> Linter
}
