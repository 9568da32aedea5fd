import ServiceLifecycle

/// A part of the service that works by itself in the background, under the supervisor.
public struct Component: Sendable {
    /// What fails and is restarted together.
    public enum Subsystem: String, Sendable, CaseIterable {
        /// What brings policies and data; later components follow earlier ones.
        case policy
        /// What keeps keys and certificates current.
        case security
        /// What tells others of the service.
        case telemetry
        /// What watches over the rest.
        case healing
    }

    public var name: String
    public var subsystem: Subsystem
    /// Its `run` may be called again after it ended.
    public var service: any Service

    public init(_ name: String, of subsystem: Subsystem, _ service: any Service) {
        self.name = name
        self.subsystem = subsystem
        self.service = service
    }
}
