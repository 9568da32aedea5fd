import ArgumentParser
import Foundation
import Logging
import Observability
import Rego

enum LogFormat: String, ExpressibleByArgument, CaseIterable {
    case json, text
}

/// Log lines on standard error: one JSON object a line with the members that OPA's have, or plain text. Secrets are taken out.
struct ServiceLog: LogHandler {
    let format: LogFormat
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?
    var logLevel = Logger.Level.info

    init(format: LogFormat) { self.format = format }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let fields = metadata.merging(event.metadata ?? [:]) { _, new in new }.map { ($0.key, Redaction.value("\($0.value)", of: $0.key)) }
        let message = Redaction.text("\(event.message)")
        let time = Date().ISO8601Format()
        switch format {
        case .json:
            let members = fields + [("level", event.level.rawValue), ("msg", message), ("time", time)]
            Reporting.error(String(decoding: Value.makeObject(members.map { (.string($0.0), .string($0.1)) }).json(escapesHTML: false), as: UTF8.self))
        case .text:
            let details = fields.sorted { $0.0 < $1.0 }.map { " \($0.0)=\($0.1)" }.joined()
            Reporting.error("\(time) \(event.level.rawValue) \(message)\(details)")
        }
    }
}
