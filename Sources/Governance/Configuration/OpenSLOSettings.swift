import Foundation
import Rego
import ReliabilityBudget

/// `slo.openslo`: files with documents of OpenSLO, each objective one of kind SLO.
///
/// What an objective counts is one of the service's own indicators: the one that an annotation names (`OpenSLODocuments.indicatorKey`), or else
/// the indicator's or the document's name. The queries of its metric are for other tools.
///
/// Source: OpenSLO specification, `openslo/v1`.
enum OpenSLOSettings {
    private enum Kind: String, CaseIterable {
        case slo = "SLO"
        case indicator = "SLI"
        case service = "Service"
        case dataSource = "DataSource"
        case alertPolicy = "AlertPolicy"
        case alertCondition = "AlertCondition"
        case alertNotificationTarget = "AlertNotificationTarget"
    }

    private enum BudgetingMethod: String, CaseIterable {
        case occurrences = "Occurrences"
    }

    /// An indicator as its section has it.
    private struct FoundIndicator {
        var kind: Objective.Indicator.Kind?
        var threshold: Duration?
        /// Whether the objective says what is good (`thresholdMetric`).
        var needsValue: Bool
    }

    /// - Parameter period: of objectives that say none; nil for the usual one.
    /// - Returns: nil where there is no such key.
    static func read(_ section: ConfigurationSection, period: Duration?) -> [Objective]? {
        guard let files = section.strings("openslo") else { return nil }
        return files.flatMap { file -> [Objective] in
            guard let data = FileManager.default.contents(atPath: file) else {
                section.refuse("openslo", "\(file): no such file, or it cannot be read")
                return []
            }
            let reading = ConfigurationReading(file: file)
            defer { section.reading.take(reading) }
            do throws(ConfigurationError) {
                return objectives(try Configuration.documents(String(decoding: data, as: UTF8.self), file), reading, period)
            } catch {
                reading.take(error)
                return []
            }
        }
    }

    private static func objectives(_ nodes: [ConfigurationNode], _ reading: ConfigurationReading, _ period: Duration?) -> [Objective] {
        let documents = nodes.compactMap { node -> (kind: Kind, section: ConfigurationSection)? in
            let section = ConfigurationSection(node, path: "", reading: reading)
            if section.string("apiVersion") != OpenSLODocuments.version { section.refuse("apiVersion", "expected \(OpenSLODocuments.version)") }
            guard let kind = section.choice("kind", Kind.self) else {
                if !section.has("kind") { section.refuse("", "kind is missing, such as SLO") }
                return nil
            }
            return (kind, section)
        }
        var indicators: [String: FoundIndicator] = [:]
        for (kind, section) in documents where kind == .indicator {
            if case .scalar(.string(let name))? = section.node["metadata"]?["name"]?.content { indicators[name] = indicator(section) }
        }
        return documents.filter { $0.kind == .slo }.compactMap { objective($0.section, indicators, period) }
    }

    private static func objective(_ document: ConfigurationSection, _ indicators: [String: FoundIndicator], _ period: Duration?) -> Objective? {
        defer { document.finish() }
        guard let name = document.section("metadata", readName) ?? nil else {
            if !document.has("metadata") { document.refuse("", "metadata.name is missing") }
            return nil
        }
        return document.section("spec") { spec -> Objective? in
            for free in ["description", "service", "alertPolicies"] { _ = spec.has(free) }
            if spec.choice("budgetingMethod", BudgetingMethod.self) == nil, !spec.has("budgetingMethod") { spec.refuse("", "budgetingMethod is missing: Occurrences is the one that is there") }
            guard let found = indicator(of: spec, indicators) else { return nil }
            guard let kind = found.kind ?? Objective.Indicator.Kind(rawValue: name) else {
                let kinds = Objective.Indicator.Kind.allCases.map(\.rawValue).joined(separator: ", ")
                spec.refuse("indicator", "say what is counted: metadata.annotations '\(OpenSLODocuments.indicatorKey)' is one of \(kinds)")
                return nil
            }
            guard let goal = goal(spec, needsValue: found.needsValue) else { return nil }
            var objective = Objective(name: name, indicator: .init(kind, threshold: goal.threshold ?? found.threshold), target: goal.target)
            objective.period = timeWindow(spec) ?? period ?? objective.period
            return objective
        } ?? nil
    }

    private static func readName(_ metadata: ConfigurationSection) -> String? {
        for free in ["displayName", "labels", "annotations"] { _ = metadata.has(free) }
        guard let name = metadata.string("name") else {
            metadata.refuse("", "name is missing")
            return nil
        }
        guard ServiceLevelSettings.isName(name) else {
            metadata.refuse("name", "names of objectives are letters, digits, _ and -")
            return nil
        }
        return name
    }

    // MARK: Indicator

    private static func indicator(of spec: ConfigurationSection, _ known: [String: FoundIndicator]) -> FoundIndicator? {
        switch (spec.section("indicator", indicator), spec.string("indicatorRef")) {
        case (let found?, nil): return found
        case (nil, let name?):
            if let found = known[name] { return found }
            spec.refuse("indicatorRef", "there is no document of kind SLI with the name '\(name)' in this file")
        default: spec.refuse("", "give exactly one of indicator, indicatorRef")
        }
        return nil
    }

    /// The members `metadata` and `spec`, of a document of kind SLI or within one of kind SLO.
    private static func indicator(_ section: ConfigurationSection) -> FoundIndicator {
        for free in ["apiVersion", "kind"] { _ = section.has(free) }
        var found = FoundIndicator(needsValue: false)
        section.section("metadata") { metadata in
            for free in ["displayName", "labels"] { _ = metadata.has(free) }
            let annotations = metadata.stringMap("annotations") ?? [:]
            let said = annotations[OpenSLODocuments.indicatorKey], name = metadata.string("name")
            found.kind = (said ?? name).flatMap { Objective.Indicator.Kind(rawValue: $0) }
            if let said, found.kind == nil { metadata.refuse("annotations", "'\(said)' is none of \(Objective.Indicator.Kind.allCases.map(\.rawValue).joined(separator: ", "))") }
            guard let text = annotations[OpenSLODocuments.thresholdKey] else { return }
            if let seconds = Double(text), seconds > 0, seconds.isFinite { found.threshold = .seconds(seconds) } else {
                metadata.refuse("annotations", "\(OpenSLODocuments.thresholdKey) '\(text)' is no number of seconds")
            }
        }
        let metrics = section.section("spec") { spec -> [String] in
            _ = spec.has("description")
            return ["thresholdMetric", "ratioMetric"].filter { spec.has($0) }
        } ?? []
        if metrics.count != 1 { section.refuse("spec", "exactly one of ratioMetric, thresholdMetric is needed") }
        found.needsValue = metrics == ["thresholdMetric"]
        section.finish()
        return found
    }

    // MARK: Objective and time

    private static func goal(_ spec: ConfigurationSection, needsValue: Bool) -> (target: Double, threshold: Duration?)? {
        let goals = spec.elements("objectives") { goal -> (target: Double, threshold: Duration?)? in
            _ = goal.has("displayName")
            for unused in ["timeSliceTarget", "timeSliceWindow"] where goal.has(unused) { goal.refuse(unused, "belongs to the budgeting method Timeslices, which is not there") }
            let share = goal.number("target", in: 0.01...0.999_999), percent = goal.number("targetPercent", in: 1...99.9999)
            let limit = threshold(goal, isNeeded: needsValue)
            guard let target = share ?? percent.map({ $0 / 100 }), share == nil || percent == nil else {
                goal.refuse("", "exactly one of target, targetPercent is needed")
                return nil
            }
            return (target, limit)
        } ?? []
        guard goals.count == 1, let goal = goals.first else {
            spec.refuse("objectives", "exactly one objective is followed for each document; write another document for another target")
            return nil
        }
        return goal
    }

    private enum Comparison: String, CaseIterable {
        case lte, lt
    }

    private static func threshold(_ goal: ConfigurationSection, isNeeded: Bool) -> Duration? {
        guard isNeeded else {
            for unused in ["op", "value"] where goal.has(unused) { goal.refuse(unused, "belongs to indicators with thresholdMetric") }
            return nil
        }
        if goal.choice("op", Comparison.self) == nil, !goal.has("op") { goal.refuse("", "op is missing: lte or lt") }
        guard let value = goal.seconds("value", in: 0.000_001...31_536_000) else {
            if !goal.has("value") { goal.refuse("", "value is missing: seconds below which an event is good") }
            return nil
        }
        return value
    }

    private static func timeWindow(_ spec: ConfigurationSection) -> Duration? {
        let windows = spec.elements("timeWindow") { window -> Duration? in
            let isCalendar = window.has("calendar")
            if isCalendar || window.flag("isRolling") != true { window.refuse("isRolling", "only rolling windows are followed: isRolling is true, and there is no calendar") }
            guard let text = window.string("duration"), let found = OpenSLODocuments.duration(text) else {
                window.refuse("duration", "expected minutes, hours, days or weeks, such as 30d")
                return nil
            }
            return found
        } ?? []
        if windows.count > 1 { spec.refuse("timeWindow", "expected one window") }
        return windows.first ?? nil
    }
}
