import Synchronization

/// A registry that many use at once, and that watchers wait at.
public final class Registry: Sendable {
    private let catalogue = Mutex(RegistryCatalogue())
    /// How often watchers look.
    private static let tick: Duration = .milliseconds(50)

    public init() {}

    public func register(_ instance: RegistryCatalogue.Instance, of service: String, for lease: Duration) -> Bool {
        catalogue.withLock { $0.register(instance, of: service, for: lease, at: .now) }
    }

    public func remove(_ id: String, of service: String) -> Bool { catalogue.withLock { $0.remove(id, of: service) } }

    /// The instances of a service as soon as they are not those of an index, or after a wait.
    public func watch(_ service: String, index: Int?, wait: Duration) async -> (index: Int, instances: [RegistryCatalogue.Instance]) {
        let end = ContinuousClock.now + wait
        while true {
            let found = catalogue.withLock { $0.instances(of: service, at: .now) }
            guard found.index == index, ContinuousClock.now < end, !Task.isCancelled else { return found }
            try? await Task.sleep(for: Self.tick)
        }
    }
}
