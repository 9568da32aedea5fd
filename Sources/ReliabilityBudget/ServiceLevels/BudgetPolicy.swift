/// What the service forbids itself while its budget burns, so that no two risky things happen at once.
///
/// Source: Google, "The Site Reliability Workbook", appendix B, "Error Budget Policy".
public struct BudgetPolicy: Sendable, Hashable {
    /// Whether reloads wait while an alert that pages is on, or the budget is spent.
    public var freezesReloads: Bool
    /// Bundles that are reloaded even when the budget is spent.
    public var criticalBundles: Set<String>
    /// Whether experiments end, and none begins, while an alert that pages is on, or the budget is spent.
    public var freezesExperiments: Bool

    public init(freezesReloads: Bool = true, criticalBundles: Set<String> = [], freezesExperiments: Bool = true) {
        self.freezesReloads = freezesReloads
        self.criticalBundles = criticalBundles
        self.freezesExperiments = freezesExperiments
    }

    public enum State: String, Sendable {
        case normal
        /// The budget burns so fast that an alert pages: nothing is reloaded, and experiments stop.
        case burning
        /// Nothing is left of a budget: only critical bundles are reloaded, and no experiment begins.
        case spent
    }

    /// The worst of what the objectives say.
    public static func state(_ reports: [ObjectiveMonitor.Report]) -> State {
        if reports.contains(where: { $0.alerts.contains { $0.isOn && $0.alert.severity == .page } }) { return .burning }
        return reports.contains(where: \.isBudgetSpent) ? .spent : .normal
    }

    /// Whether a new version of a bundle may be activated.
    public func permitsReload(of bundle: String, in state: State) -> Bool {
        switch state {
        case .normal: true
        case .burning: !freezesReloads
        case .spent: !freezesReloads || criticalBundles.contains(bundle)
        }
    }

    /// Whether faults may be injected and changes be tried out.
    public func permitsExperiments(in state: State) -> Bool { !freezesExperiments || state == .normal }
}
