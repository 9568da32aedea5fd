/// Who serves what, for as long as they say so: instances of services with leases. A value without clock and lock.
///
/// Source: Consul's catalogue with blocking queries; etcd's leases.
public struct RegistryCatalogue: Sendable {
    public struct Instance: Sendable, Hashable, Codable {
        public var id: String
        /// Such as `http://10.0.0.7:8181`.
        public var address: String
        /// Nil where it says none.
        public var zone: String?

        public init(id: String, address: String, zone: String? = nil) {
            self.id = id
            self.address = address
            self.zone = zone
        }
    }

    private struct Entry {
        var instances: [String: (instance: Instance, until: ContinuousClock.Instant)] = [:]
        var index = 1
    }

    private var services: [String: Entry] = [:]
    /// What may be kept, so that nobody fills the memory.
    private static let serviceLimit = 1000
    private static let instanceLimit = 1000

    public init() {}

    /// Adds an instance, or renews its lease.
    ///
    /// - Returns: false where there are too many.
    public mutating func register(_ instance: Instance, of service: String, for lease: Duration, at now: ContinuousClock.Instant) -> Bool {
        guard services[service] != nil || services.count < Self.serviceLimit else { return false }
        var entry = services[service] ?? Entry()
        guard entry.instances[instance.id] != nil || entry.instances.count < Self.instanceLimit else { return false }
        if entry.instances[instance.id]?.instance != instance { entry.index += 1 }
        entry.instances[instance.id] = (instance, now + lease)
        services[service] = entry
        return true
    }

    /// Removes an instance; false where it is not there.
    public mutating func remove(_ id: String, of service: String) -> Bool {
        guard services[service]?.instances.removeValue(forKey: id) != nil else { return false }
        services[service]?.index += 1
        return true
    }

    /// The instances whose leases have not ended, and a number that grows whenever they change.
    public mutating func instances(of service: String, at now: ContinuousClock.Instant) -> (index: Int, instances: [Instance]) {
        guard var entry = services[service] else { return (1, []) }
        let ended = entry.instances.filter { $0.value.until <= now }.map(\.key)
        if !ended.isEmpty {
            for id in ended { entry.instances[id] = nil }
            entry.index += 1
            services[service] = entry
        }
        return (entry.index, entry.instances.values.map(\.instance).sorted { $0.id < $1.id })
    }
}
