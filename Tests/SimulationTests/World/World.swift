import DataConsistency
import FaultInjection

/// All that lies around the service, made from one seed.
struct World: Sendable {
    let seed: UInt64
    let time: VirtualTime
    let chaos: Chaos
    let network: SimulatedNetwork
    let disk: SimulatedDisk
    let bundles = BundleServer()
    let issuer: Issuer
    let collector = LogCollector()
    let history = Confined(History())
    /// How many times longer than usual decisions take.
    let slowness = Confined(1)

    /// What servers are called, by the network and by upstreams.
    enum Server: String, CaseIterable {
        case bundles, issuer, collector, service
    }

    init(seed: UInt64) {
        self.seed = seed
        time = VirtualTime(seed: seed)
        chaos = Chaos(seed: seed, time: time)
        network = SimulatedNetwork(time, seed: seed)
        disk = SimulatedDisk(chaos, Self.emptyLog)
        issuer = Issuer(time, seed: seed)
        network.add(bundles, as: Server.bundles.rawValue)
        network.add(issuer, as: Server.issuer.rawValue)
        network.add(collector, as: Server.collector.rawValue)
    }

    /// A disk with an event log that nothing was written to, so that not every simulation has to make one.
    private static let emptyLog: SimulatedDisk.Image? = {
        let disk = SimulatedDisk(nil)
        defer { disk.unmount() }
        guard let log = try? SQLiteEventLog(opening: disk.folder, .init(), on: MountedDisk(disk), at: 0) else { return nil }
        log.close()
        return disk.image
    }()

    /// A generator that belongs to a part of the world.
    func random(_ name: String) -> FaultInjection.SeededRandom { FaultInjection.SeededRandom(seed: seed, stream: name) }

    func note(_ line: String) { history.value.add("\(Self.text(time.elapsed)) \(line)") }

    func violate(_ invariant: Invariant, _ detail: String) { history.value.violate(invariant, "\(Self.text(time.elapsed)) \(detail)") }

    private static func text(_ time: Duration) -> String { "\(Int(time / .microseconds(1)))us" }
}
