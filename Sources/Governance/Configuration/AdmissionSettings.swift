import ReliabilityBudget

/// `admission`: who is turned away when not all can be answered.
enum AdmissionSettings {
    static func read(_ section: ConfigurationSection) -> AdmissionControl.Settings {
        var settings = AdmissionControl.Settings()
        section.section("criticality") { classes in
            settings.classes.header = classes.string("header") ?? settings.classes.header
            settings.classes.fallback = criticality("default", classes) ?? settings.classes.fallback
            settings.classes.highest = criticality("highest", classes) ?? settings.classes.highest
        }
        section.section("concurrency") { concurrency in
            let range = 1...1_000_000
            settings.concurrency.minimum = concurrency.integer("minimum", in: range) ?? settings.concurrency.minimum
            settings.concurrency.maximum = concurrency.integer("maximum", in: range) ?? max(settings.concurrency.maximum, settings.concurrency.minimum)
            settings.concurrency.initial = concurrency.integer("initial", in: range) ?? min(settings.concurrency.initial, settings.concurrency.maximum)
            settings.concurrency.tolerance = concurrency.number("tolerance", in: 1...1000) ?? settings.concurrency.tolerance
            if settings.concurrency.minimum > settings.concurrency.maximum { concurrency.refuse("minimum", "must not be above maximum") }
        }
        section.section("queue") { queue in
            settings.queueTarget = queue.seconds("target_seconds", in: 0.001...3600) ?? settings.queueTarget
            settings.queueInterval = queue.seconds("interval_seconds", in: 0.001...3600) ?? settings.queueInterval
        }
        settings.rates = section.sections("rates", readRate).compactMap { $0 }
        return settings
    }

    private static func criticality(_ key: String, _ section: ConfigurationSection) -> Criticality? {
        guard let text = section.string(key) else { return nil }
        guard let found = Criticality(name: text) else {
            section.refuse(key, "'\(text)' is not one of \(Criticality.allCases.map(\.name).joined(separator: ", "))")
            return nil
        }
        return found
    }

    private enum Subject: String, CaseIterable {
        case identity, header, route
    }

    private static func readRate(_ name: String, _ section: ConfigurationSection) -> AdmissionControl.Rate? {
        guard let rate = section.number("per_second", in: 0.001...10_000_000) else {
            if !section.has("per_second") { section.refuse("", "per_second is missing") }
            return nil
        }
        let header = section.string("header")
        let subject: AdmissionControl.Subject
        switch section.choice("by", Subject.self) ?? .identity {
        case .identity: subject = .identity
        case .route: subject = .route
        case .header:
            guard let header else {
                section.refuse("", "header is missing: the name of the one that tells callers apart")
                return nil
            }
            subject = .header(header)
        }
        let burst = section.integer("burst", in: 1...10_000_000) ?? max(1, Int(rate))
        return AdmissionControl.Rate(name: name, subject: subject, budget: RateBudget(perSecond: rate, burst: burst))
    }
}
