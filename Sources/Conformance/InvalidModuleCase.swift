import Foundation
import Rego

/// Modules with mistakes, and every error that must be reported for them.
package struct InvalidModuleCase: Sendable, CustomStringConvertible {
    /// One error, wanted or found.
    package struct Problem: Hashable, Sendable, CustomStringConvertible {
        package var file: String?
        package var code: String
        package var row: Int?
        package var message: String
        package var details: [String]

        package var description: String {
            (["\(file ?? ""):\(row.map(String.init) ?? "-"): \(code): \(message)"] + details).joined(separator: "\n\t")
        }
    }

    private let fields: Value
    package init(_ fields: Value) { self.fields = fields }

    /// All cases of a folder's JSON files.
    package static func load(directory: String) throws -> [InvalidModuleCase] {
        try FileManager.default.contentsOfDirectory(atPath: directory).filter { $0.hasSuffix(".json") }.sorted().flatMap { file in
            guard let data = FileManager.default.contents(atPath: "\(directory)/\(file)"), case .array(let cases) = try Value(json: Array(data)) else { return [InvalidModuleCase]() }
            return cases.map { InvalidModuleCase($0) }
        }
    }

    package var description: String { Self.text(fields["note"]) ?? "?" }

    private static func text(_ value: Value?) -> String? {
        if case .string(let text)? = value { text } else { nil }
    }

    private var version: RegoVersion { fields["v0"] == .boolean(true) ? .v0 : .v1 }

    private var policies: [PolicySource] {
        if let module = Self.text(fields["module"]) { return [PolicySource(file: "policy.rego", text: module, version: version)] }
        guard case .array(let modules)? = fields["modules"] else { return [] }
        return modules.enumerated().map { PolicySource(file: "policy\($0).rego", text: Self.text($1) ?? "", version: version) }
    }

    /// The errors that are wanted; what a case does not name counts as found.
    package var wanted: [Problem] {
        guard case .array(let errors)? = fields["errors"] else { return [] }
        return errors.map { error in
            var details: [String] = []
            if case .array(let lines)? = error["details"] { details = lines.compactMap(Self.text) }
            var row: Int?
            if case .number(let number)? = error["row"] { row = Int(number.text) }
            return Problem(file: Self.text(error["file"]), code: Self.text(error["code"]) ?? "", row: row, message: Self.text(error["message"]) ?? "", details: details)
        }
    }

    /// The errors that are found.
    package func found(compiler: CompilerOptions = .init()) -> [Problem] {
        var options = compiler
        options.strict = fields["strict"] == .boolean(true)
        do {
            _ = try PolicySnapshot(policies: policies, options: options)
            return []
        } catch {
            return error.diagnostics.map {
                Problem(file: $0.location?.file, code: $0.code.rawValue, row: $0.location?.row, message: $0.message, details: $0.details)
            }
        }
    }

    /// What is wrong, or nil where the case passes. Codes and rows always count, messages and details only where asked for.
    package func problem(comparesMessages: Bool = true, comparesDetails: Bool = true, compiler: CompilerOptions = .init()) -> String? {
        var left = found(compiler: compiler)
        var missing: [Problem] = []
        for want in wanted {
            let match = left.firstIndex { got in
                want.code == got.code && (want.row == nil || want.row == got.row) && (want.file == nil || want.file == got.file)
                    && (!comparesMessages || want.message == got.message) && (!comparesDetails || want.details == got.details)
            }
            if let match { left.remove(at: match) } else { missing.append(want) }
        }
        guard !missing.isEmpty || !left.isEmpty else { return nil }
        return (missing.map { "wanted \($0)" } + left.map { "got    \($0)" }).joined(separator: "\n  ")
    }
}
