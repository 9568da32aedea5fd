import Foundation
import Logging
import Support

/// One process of the base beside Verdict.
public enum BaseRole: String, Sendable, CaseIterable {
    case issuer, collector, audit, payments, orders, gateway

    /// Runs it until the process is asked to end, or whoever started it has gone.
    ///
    /// - Parameter port: 0 for one that the system chooses.
    public func run(in folder: BaseFolder, port: Int) async throws {
        Self.endWithParent()
        switch self {
        case .issuer:
            let issuer = try IssuerStandIn(in: folder)
            try await Self.stand(in: rawValue, folder, try await LoopbackServer(at: .port(port)) { try issuer.answer($0) })
        case .collector:
            let collector = CollectorStandIn()
            try await Self.stand(in: rawValue, folder, try await LoopbackServer(at: .port(port)) { try collector.answer($0) })
        case .audit: try await Audit.run(try await frame(folder), port: port, in: folder)
        case .payments: try await Payments.run(try await frame(folder), port: port)
        case .orders: try await Orders.run(try await frame(folder), port: port)
        case .gateway: try await Gateway.run(try await frame(folder), port: port)
        }
    }

    private func frame(_ folder: BaseFolder) async throws -> ServiceFrame {
        try await ServiceFrame(rawValue, in: folder, logger: Logger(label: rawValue) { StreamLogHandler.standardError(label: $0) })
    }

    private static func stand(in name: String, _ folder: BaseFolder, _ server: LoopbackServer) async throws {
        try folder.announce(name, at: "127.0.0.1:\(server.port)")
        while !Task.isCancelled { try await Task.sleep(for: .seconds(3600)) }
        withExtendedLifetime(server) {}
    }

    /// Nothing is left behind where a test or a terminal ends without a word.
    private static func endWithParent() {
        let parent = getppid()
        Thread.detachNewThread {
            while getppid() == parent { Thread.sleep(forTimeInterval: 0.25) }
            exit(0)
        }
    }
}
