/// Which documents are not to be inlined: their rules become rules of support, and references to them stay.
struct Inlining {
    /// No rule is inlined that depends on what is unknown.
    var isShallow: Bool
    /// Whether built-ins that may give another result next time are called; otherwise their calls are left over.
    var callsNondeterministicBuiltins: Bool

    private struct Frame {
        /// Set by evaluation itself, for the literals under `with`.
        var isInternal: Bool
        var references: [[PartialTerm]] = []
        var variable: String?
    }

    private var frames: [Frame]

    init(isShallow: Bool, callsNondeterministicBuiltins: Bool, disabled: [[PartialTerm]]) {
        self.isShallow = isShallow
        self.callsNondeterministicBuiltins = callsNondeterministicBuiltins
        frames = [Frame(isInternal: false, references: disabled)]
    }

    mutating func disable(_ references: [[PartialTerm]]) { frames.append(Frame(isInternal: true, references: references)) }
    mutating func disable(variable: String) { frames.append(Frame(isInternal: true, variable: variable)) }
    mutating func enable() { frames.removeLast() }

    func isDisabled(_ reference: some Collection<PartialTerm>, ignoringInternal: Bool) -> Bool {
        frames.contains { frame in
            guard !(frame.isInternal && ignoringInternal) else { return false }
            return frame.references.contains { $0.starts(with: reference) || reference.starts(with: $0) }
        }
    }

    func isDisabled(variable: String) -> Bool { frames.contains { $0.variable == variable } }
}
