import Discovery

/// The address of the service: whichever process is there answers, and while there is none, nobody does.
final class ServiceHost: SimulatedServer {
    let process = Confined<SimulatedService?>(nil)

    func receive(_ request: UpstreamRequest, reply: @escaping @Sendable (UpstreamResponse) -> Void) { process.value?.edge.value?.receive(request, reply: reply) }
}
