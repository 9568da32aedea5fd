import Synchronization

extension Chaos {
    private static let installation = Mutex<Chaos?>(nil)
    private static let isThere = Atomic<Bool>(false)

    /// What the process was started with; nil unless its configuration allows experiments. Asking costs a load and a branch.
    public static var installed: Chaos? {
        guard isThere.load(ordering: .relaxed) else { return nil }
        return installation.withLock { $0 }
    }

    /// Allows experiments in this process, once, at its start.
    public static func install(_ chaos: Chaos) {
        installation.withLock { $0 = chaos }
        isThere.store(true, ordering: .sequentiallyConsistent)
    }
}
