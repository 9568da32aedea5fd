import Yams

/// Reads `# METADATA` blocks and gives them to what follows them.
enum AnnotationsParser {
    /// A statement that annotations can stand before.
    enum Target {
        case package(SourceLocation)
        case `import`(SourceLocation)
        case rule(SourceLocation)

        var row: Int {
            switch self {
            case .package(let location), .import(let location), .rule(let location): location.row
            }
        }

        var name: String {
            switch self {
            case .package: "package"
            case .import: "import"
            case .rule: "rule"
            }
        }
    }

    /// Reads the blocks: each is a line with the word and the comment lines right below it that begin in the first column.
    static func read(_ comments: [Comment], _ source: SourceText) -> (annotations: [Annotations], diagnostics: [Diagnostic]) {
        var annotations: [Annotations] = []
        var diagnostics: [Diagnostic] = []
        var position = 0
        while position < comments.count {
            let first = comments[position]
            position += 1
            guard first.text.trimmed.hasPrefix("METADATA") else { continue }
            var lines: [Comment] = []
            while position < comments.count, comments[position].location.row == comments[position - 1].location.row + 1, comments[position].location.column == 1 {
                lines.append(comments[position])
                position += 1
            }
            do throws(AnnotationProblem) {
                annotations.append(try annotation(lines, at: first.location))
            } catch {
                let place = error.line.map { lines[min($0, lines.count - 1)].location } ?? first.location
                diagnostics.append(Diagnostic(.parse, error.message, at: place, details: source.excerpt(at: place.offset)))
            }
        }
        return (annotations, diagnostics)
    }

    private static func annotation(_ lines: [Comment], at location: SourceLocation) throws(AnnotationProblem) -> Annotations {
        let text = lines.map { $0.text.first == " " ? String($0.text.dropFirst()) : $0.text }.joined(separator: "\n")
        guard !text.allSatisfy(\.isWhitespace) else { throw AnnotationProblem("expected METADATA block, found whitespace") }
        let fields = try AnnotationFields(yaml: text)
        var annotations = Annotations(scope: fields.scope ?? "", fields: fields.object, entrypoint: fields.isEntrypoint, at: location)
        annotations.compileFields = fields.compile
        return annotations
    }

    /// Finds out what each block stands before, and whether its scope fits.
    static func attach(_ annotations: inout [Annotations], to targets: [Target]) -> [Diagnostic] {
        var diagnostics: [Diagnostic] = []
        for position in annotations.indices {
            let row = annotations[position].location.row
            let target = targets.first { $0.row > row }
            annotations[position].targetRow = target?.row ?? 0
            if annotations[position].scopeName.isEmpty { annotations[position].scopeName = scope(before: target, isEntrypoint: annotations[position].entrypoint) }
            diagnostics += problems(with: annotations[position], target)
        }
        return diagnostics
    }

    private static func scope(before target: Target?, isEntrypoint: Bool) -> String {
        switch target {
        case .rule?: isEntrypoint ? "document" : "rule"
        case .package?: "package"
        case .import?: "import"
        case nil: ""
        }
    }

    private static func problems(with annotations: Annotations, _ target: Target?) -> [Diagnostic] {
        let scope = annotations.scopeName
        var problems: [String] = []
        let have = target.map { " (have \($0.name))" } ?? ""
        switch (scope, target) {
        case ("rule", .rule), ("document", .rule), ("package", .package), ("subpackages", .package): break
        case ("rule", _), ("document", _): problems.append("annotation scope '\(scope)' must be applied to rule\(have)")
        case ("package", _), ("subpackages", _): problems.append("annotation scope '\(scope)' must be applied to package\(have)")
        default: problems.append("invalid annotation scope '\(scope)'. Use one of 'rule', 'document', 'package', or 'subpackages'")
        }
        if annotations.entrypoint, scope != "document", scope != "package" {
            problems.append("annotation entrypoint applied to non-document or package scope '\(scope)'")
        }
        return problems.map { Diagnostic(.parse, $0, at: annotations.location) }
    }

    /// Gives each block to the rule that it stands before.
    static func give(_ annotations: [Annotations], to module: inout Module) {
        for annotation in annotations where annotation.scope == .rule || annotation.scope == .document {
            guard let rule = module.rules.firstIndex(where: { $0.location.row == annotation.targetRow }) else { continue }
            module.rules[rule].annotations.append(annotation)
        }
    }
}

/// Why a block cannot be read; `line` counts the block's lines from 0.
struct AnnotationProblem: Error {
    var message: String
    var line: Int?
    init(_ message: String, line: Int? = nil) {
        self.message = message
        self.line = line
    }
}

extension String {
    /// Without spaces and tabs at either end.
    var trimmed: String {
        var text = Substring(self)
        while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return String(text)
    }
}
