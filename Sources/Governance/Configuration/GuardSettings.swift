import Discovery
import Foundation
import Resilience

/// `services.<name>.breaker`, `.routes`, `.bulkhead` and `.balancing`: how calls to a service are guarded and spread.
enum GuardSettings {
    /// - Parameter url: of the service.
    static func read(_ section: ConfigurationSection, url: String, into settings: inout UpstreamSettings) {
        section.section("breaker") { (settings.breaker, settings.dependencies) = breaker($0) }
        settings.routes = section.sections("routes") { route($0, $1, url: url) }
        section.section("bulkhead") { bulkhead in
            settings.bulkhead.inFlight = bulkhead.integer("in_flight", in: 1...100_000) ?? settings.bulkhead.inFlight
            settings.bulkhead.queue = bulkhead.integer("queue", in: 0...100_000) ?? settings.bulkhead.queue
            settings.bulkhead.wait = bulkhead.seconds("wait_seconds", in: 0...60) ?? settings.bulkhead.wait
        }
        section.section("balancing") { balancing in
            settings.balancing.consecutiveFailures = balancing.integer("consecutive_failures", in: 1...1000) ?? settings.balancing.consecutiveFailures
            settings.balancing.ejectionDuration = balancing.seconds("ejection_seconds", in: 0.01...86_400) ?? settings.balancing.ejectionDuration
            settings.balancing.maximumEjectedShare = balancing.number("maximum_ejected_share", in: 0...1) ?? settings.balancing.maximumEjectedShare
            settings.balancing.latencyFactor = balancing.number("latency_factor", in: 1...1000) ?? settings.balancing.latencyFactor
            settings.balancing.zone = balancing.string("zone")
            settings.balancing.minimumZoneShare = balancing.number("minimum_zone_share", in: 0...1) ?? settings.balancing.minimumZoneShare
            settings.balancing.slowStart = balancing.seconds("slow_start_seconds", in: 0...3600) ?? settings.balancing.slowStart
        }
    }

    private static func route(_ prefix: String, _ section: ConfigurationSection, url: String) -> UpstreamRoute {
        let isPath = prefix.hasPrefix("/") && prefix.count > 1 && !prefix.hasSuffix("/") && !prefix.contains("?") && !prefix.contains("#")
        if !isPath { section.refuse("", "'\(prefix)' is not the beginning of a path, such as /bundles") }
        let base = URLComponents(string: url)?.percentEncodedPath ?? ""
        var route = UpstreamRoute(prefix: prefix, path: base + prefix)
        section.section("breaker") { (route.breaker, route.dependencies) = breaker($0) }
        return route
    }

    private static func breaker(_ section: ConfigurationSection) -> (settings: CircuitBreaker.Settings?, dependencies: [String]) {
        var breaker = CircuitBreaker.Settings()
        breaker.windowCalls = section.integer("window_calls", in: 1...100_000) ?? breaker.windowCalls
        breaker.windowDuration = section.seconds("window_seconds", in: 0.1...3600) ?? breaker.windowDuration
        breaker.minimumCalls = section.integer("minimum_calls", in: 1...100_000) ?? breaker.minimumCalls
        breaker.failureShare = section.number("failure_share", in: 0.01...1) ?? breaker.failureShare
        breaker.slowShare = section.number("slow_share", in: 0.01...1) ?? breaker.slowShare
        breaker.expectedLatency = section.seconds("expected_latency_seconds", in: 0.001...3600)
        breaker.openDuration = section.seconds("open_seconds", in: 0.01...3600) ?? breaker.openDuration
        breaker.maximumOpenDuration = section.seconds("maximum_open_seconds", in: 0.01...86_400) ?? breaker.maximumOpenDuration
        breaker.probes = section.integer("probes", in: 1...1000) ?? breaker.probes
        if breaker.minimumCalls > breaker.windowCalls { section.refuse("minimum_calls", "must not exceed window_calls, which is \(breaker.windowCalls)") }
        if breaker.maximumOpenDuration < breaker.openDuration { section.refuse("maximum_open_seconds", "must be at least open_seconds") }
        let dependencies = section.strings("depends_on") ?? []
        return (section.flag("enabled") ?? true ? breaker : nil, dependencies)
    }
}

/// `services.<name>.retry`: whether calls to a service are tried again by themselves.
struct RetrySettings {
    var policy: RetryPolicy
    var budget: RetryBudget.Settings?
    var deadline: Duration?

    /// Nil where the section is not there.
    static func read(_ service: ConfigurationSection) -> RetrySettings? {
        service.section("retry") { section in
            var policy = RetryPolicy(maximumAttempts: section.integer("attempts", in: 1...100) ?? 3)
            policy.baseDelay = section.seconds("base_delay_seconds", in: 0...60) ?? policy.baseDelay
            policy.maximumDelay = section.seconds("maximum_delay_seconds", in: 0...3600) ?? policy.maximumDelay
            policy.maximumRetryAfter = section.seconds("maximum_retry_after_seconds", in: 0...3600) ?? policy.maximumRetryAfter
            policy.hedgesReads = section.flag("hedge_reads") ?? false
            if policy.maximumDelay < policy.baseDelay { section.refuse("maximum_delay_seconds", "must be at least base_delay_seconds") }
            let budget = section.section("budget") { inner in
                var budget = RetryBudget.Settings()
                budget.share = inner.number("share", in: 0...1) ?? budget.share
                budget.minimumPerSecond = inner.number("minimum_per_second", in: 0...10_000) ?? budget.minimumPerSecond
                return budget
            }
            return RetrySettings(policy: policy, budget: budget, deadline: section.seconds("deadline_seconds", in: 0.01...3600))
        }
    }
}
