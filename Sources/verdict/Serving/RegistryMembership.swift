import Discovery
import Governance
import Logging
import ServiceLifecycle

/// Keeps the service in a registry while it runs, and takes it out before it stops to answer.
struct RegistryMembership: Service {
    private let registration: Registration
    private let logger: Logger

    init(_ settings: RegistrySettings.Registration, id: String, logger: Logger) {
        registration = Registration(settings.client, service: settings.service, id: id, address: settings.address, zone: settings.zone, heartbeat: settings.heartbeat)
        self.logger = logger
    }

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            await registration.run { problem in
                if let problem {
                    logger.error("The registry does not know of this service; it is told again.", metadata: ["reason": "\(problem)"])
                } else {
                    logger.info("The registry knows of this service.")
                }
            }
        }
        await registration.leave()
    }
}
