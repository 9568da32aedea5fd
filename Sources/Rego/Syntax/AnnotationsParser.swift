import Yams

/// Reads `# METADATA` blocks and gives them to what follows them.
enum AnnotationsParser {
    static func attach(_ comments: [Comment], to module: inout Module, source: SourceText) throws(DiagnosticList) {
        var position = 0
        while position < comments.count {
            let first = comments[position]
            guard first.text.trimmed == "METADATA" else {
                position += 1
                continue
            }
            var lines: [Comment] = []
            position += 1
            while position < comments.count, comments[position].location.row == first.location.row + lines.count + 1,
                comments[position].location.column == first.location.column
            {
                lines.append(comments[position])
                position += 1
            }
            let last = lines.last ?? first
            try add(lines, first: first, lastRow: last.location.row, to: &module, source: source)
        }
    }

    private static func problem(_ message: String, _ location: SourceLocation, _ source: SourceText) -> DiagnosticList {
        DiagnosticList([Diagnostic(.parse, message, at: location, details: source.excerpt(at: location))])
    }

    private static func add(_ lines: [Comment], first: Comment, lastRow: Int, to module: inout Module, source: SourceText) throws(DiagnosticList) {
        let text = lines.map { $0.text.first == " " ? String($0.text.dropFirst()) : $0.text }.joined(separator: "\n")
        let fields: Value
        do {
            guard let node = try Yams.compose(yaml: text) else { throw problem("expected METADATA block, found whitespace", first.location, source) }
            fields = Value(yaml: node)
        } catch let error as DiagnosticList {
            throw error
        } catch {
            var row = 1
            if case .scanner(_, _, let mark, _)? = error as? YamlError { row = mark.line }
            if case .parser(_, _, let mark, _)? = error as? YamlError { row = mark.line }
            let place = lines.indices.contains(row - 1) ? lines[row - 1].location : first.location
            throw problem("yaml: \(error)", place, source)
        }
        let isEntrypoint = fields["entrypoint"] == .boolean(true)
        var scope: Annotations.Scope?
        if case .string(let name)? = fields["scope"] {
            guard let known = Annotations.Scope(rawValue: name) else {
                throw problem("invalid annotation scope '\(name)'. Use one of 'rule', 'document', 'package', or 'subpackages'", first.location, source)
            }
            scope = known
        }
        let isBeforePackage = module.package.location.row > lastRow
        let resolved = scope ?? (isBeforePackage ? .package : (isEntrypoint ? .document : .rule))
        let annotations = Annotations(scope: resolved, fields: fields, entrypoint: isEntrypoint, at: first.location)
        if isEntrypoint, resolved == .rule || resolved == .subpackages {
            throw problem("annotation entrypoint applied to non-document or package scope '\(resolved.rawValue)'", first.location, source)
        }
        module.annotations.append(annotations)
        if isBeforePackage {
            guard resolved == .package || resolved == .subpackages else {
                throw problem("annotation scope '\(resolved.rawValue)' must be applied to rule (have package)", first.location, source)
            }
            return
        }
        guard let rule = module.rules.indices.first(where: { module.rules[$0].location.row > lastRow }) else { return }
        guard resolved == .rule || resolved == .document else {
            throw problem("annotation scope '\(resolved.rawValue)' must be applied to package (have rule)", first.location, source)
        }
        module.rules[rule].annotations.append(annotations)
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
