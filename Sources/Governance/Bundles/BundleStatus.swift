import Foundation
import Rego
import Synchronization

/// How a bundle is doing, in the terms of OPA's Status API.
public struct BundleStatus: Sendable, Equatable {
    public struct Problem: Sendable, Equatable {
        /// `bundle_error`.
        public var code: String
        public var message: String
        /// Errors of policies.
        public var diagnostics: [Diagnostic]
        /// The status of the server's answer, where that is the problem.
        public var httpStatus: Int?
    }

    public var name: String
    /// Empty where the bundle has none; nil while no version is active.
    public var activeRevision: String?
    public var kind: Bundle.Kind?
    /// Bytes of the last download.
    public var size: Int?
    public var lastRequest: Date?
    /// The last request that the server answered with 200 or 304.
    public var lastSuccessfulRequest: Date?
    public var lastSuccessfulDownload: Date?
    public var lastSuccessfulActivation: Date?
    /// What went wrong last; nil when all is well again.
    public var problem: Problem?

    public init(name: String) { self.name = name }

    public var isActive: Bool { lastSuccessfulActivation != nil }

    mutating func recordFailure(_ error: BundleError) {
        problem = Problem(code: "bundle_error", message: error.message, diagnostics: error.diagnostics, httpStatus: error.httpStatus)
    }
}

/// The statuses of all configured bundles.
public final class BundleStatuses: Sendable {
    private struct State {
        var statuses: [String: BundleStatus] = [:]
        var listeners: [AsyncStream<[BundleStatus]>.Continuation] = []
    }

    private let state = Mutex(State())

    public init() {}

    /// By name.
    public var all: [BundleStatus] { state.withLock { Self.sorted($0) } }

    /// Whether every configured bundle was activated at least once: the service is ready.
    public var areAllActive: Bool { state.withLock { $0.statuses.values.allSatisfy(\.isActive) } }

    /// The statuses now, and after every change and every poll; a slow reader gets the newest.
    public func changes() -> AsyncStream<[BundleStatus]> {
        let (stream, continuation) = AsyncStream.makeStream(of: [BundleStatus].self, bufferingPolicy: .bufferingNewest(1))
        state.withLock { state in
            state.listeners.append(continuation)
            continuation.yield(Self.sorted(state))
        }
        return stream
    }

    /// Makes a bundle known before its first version is there, or changes its status.
    public func update(_ name: String, _ change: (inout BundleStatus) -> Void = { _ in }) {
        state.withLock { state in
            change(&state.statuses[name, default: BundleStatus(name: name)])
            announce(state)
        }
    }

    public func remove(_ name: String) {
        state.withLock { state in
            state.statuses[name] = nil
            announce(state)
        }
    }

    private static func sorted(_ state: State) -> [BundleStatus] { state.statuses.values.sorted { $0.name < $1.name } }

    private func announce(_ state: State) {
        let all = Self.sorted(state)
        for listener in state.listeners { listener.yield(all) }
    }
}
