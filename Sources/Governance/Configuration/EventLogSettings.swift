import DataConsistency
import Foundation

/// `event_log`: what happened is kept in order, so that it can be replayed.
public struct EventLogSettings: Sendable {
    /// Nil for `events` below the persistence directory.
    public var directory: String?
    public var log = SQLiteEventLog.Settings()
    /// State events after which a snapshot of the state is kept.
    public var snapshotEvents = 10_000
    /// Which fields are personal, by stream.
    public var personal: [EventStream: PersonalData.Declaration] = [:]

    public init() {}

    /// - Parameter persistenceDirectory: nil for `.opa` in the working directory.
    public func folder(persistenceDirectory: String?) -> URL {
        URL(fileURLWithPath: directory ?? (persistenceDirectory ?? ".opa") + "/events")
    }

    static func read(_ section: ConfigurationSection) -> EventLogSettings {
        var settings = EventLogSettings()
        settings.directory = section.string("directory")
        settings.log.lossWindow = section.seconds("loss_window_seconds", in: 0...3600) ?? settings.log.lossWindow
        settings.log.segmentBytes = section.integer("segment_bytes", in: 65_536...(1 << 40)) ?? settings.log.segmentBytes
        settings.log.segmentEvents = section.integer("segment_events", in: 1...(1 << 40)) ?? settings.log.segmentEvents
        settings.snapshotEvents = section.integer("snapshot_events", in: 1...1_000_000_000) ?? settings.snapshotEvents
        section.section("retention") { retention in
            for partition in EventPartition.allCases {
                retention.section(partition.rawValue) { limits in
                    var kept = settings.log.retention[partition] ?? Retention()
                    if let age = limits.seconds("max_age_seconds", in: 0...31_536_000_000) { kept.maximumAge = age == .zero ? nil : age }
                    if let bytes = limits.integer("max_bytes", in: 0...(1 << 50)) { kept.maximumBytes = bytes == 0 ? nil : bytes }
                    settings.log.retention[partition] = kept
                }
            }
        }
        section.section("personal") { personal in
            for stream in EventStream.allCases {
                personal.section(stream.rawValue) { settings.personal[stream] = readPersonal($0) }
            }
        }
        return settings
    }

    private static func readPersonal(_ section: ConfigurationSection) -> PersonalData.Declaration? {
        let subject = section.string("subject").flatMap { JSONPointer($0) }
        let fields = section.strings("fields") ?? []
        let pointers = fields.compactMap { JSONPointer($0) }
        if subject == nil { section.refuse("subject", "expected a JSON pointer to whom the fields are about, such as /input/user") }
        if pointers.isEmpty || pointers.count < fields.count { section.refuse("fields", "expected a list of JSON pointers, such as /input/email") }
        return subject.map { PersonalData.Declaration(subject: $0, fields: pointers) }
    }
}
