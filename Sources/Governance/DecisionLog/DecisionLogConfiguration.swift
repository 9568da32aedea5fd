import Foundation

/// The section `decision_logs` of the configuration, with OPA's names and defaults; `file` and `buffer_size_limit_bytes` of the section
/// itself are Verdict's own.
public struct DecisionLogConfiguration: Sendable, Decodable {
    /// A file that events are appended to, one a line.
    public struct File: Sendable, Decodable {
        public var path: String
        /// Bytes after which the file is set aside and a new one begun.
        public var sizeLimit = 100 * 1024 * 1024
        /// Files set aside that are kept.
        public var fileLimit = 5

        private enum Key: String, CodingKey {
            case path
            case sizeLimit = "max_size_bytes"
            case fileLimit = "max_files"
        }

        public init(path: String) { self.path = path }

        public init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: Key.self)
            path = try values.decode(String.self, forKey: .path)
            sizeLimit = try values.decodeIfPresent(Int.self, forKey: .sizeLimit) ?? sizeLimit
            fileLimit = try values.decodeIfPresent(Int.self, forKey: .fileLimit) ?? fileLimit
        }
    }

    /// Writes events to standard error.
    public var console = false
    public var file: File?
    /// The service that events are uploaded to; nil where they are not.
    public var service: String?
    /// Where at the service; a partition follows it.
    public var resource = "/logs"
    public var partition: String?
    public var reporting = ReportingConfiguration()
    /// Keys below `data` of the document that masks.
    public var mask = ["system", "log", "mask"]
    /// Keys below `data` of the document that drops.
    public var drop = ["system", "log", "drop"]
    /// Headers of requests that events show.
    public var headers: [String] = []
    /// Bytes that decisions on their way to the log may keep alive; what comes when there are more is dropped and counted.
    public var bufferLimit = 64 * 1024 * 1024

    private enum Key: String, CodingKey {
        case console, file, service, resource, reporting, plugin
        case partition = "partition_name"
        case mask = "mask_decision"
        case drop = "drop_decision"
        case context = "request_context"
        case bufferLimit = "buffer_size_limit_bytes"
    }

    private struct RequestContext: Decodable {
        struct HTTP: Decodable { var headers: [String]? }
        var http: HTTP?
    }

    public init() {}

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        if let plugin = try values.decodeIfPresent(String.self, forKey: .plugin) {
            throw DecisionLogError(.configuration, "plugin \(plugin): there are no plugins; use console, file or service")
        }
        console = try values.decodeIfPresent(Bool.self, forKey: .console) ?? false
        file = try values.decodeIfPresent(File.self, forKey: .file)
        service = try values.decodeIfPresent(String.self, forKey: .service)
        resource = try values.decodeIfPresent(String.self, forKey: .resource) ?? resource
        partition = try values.decodeIfPresent(String.self, forKey: .partition)
        reporting = try values.decodeIfPresent(ReportingConfiguration.self, forKey: .reporting) ?? reporting
        mask = try values.decodeIfPresent(String.self, forKey: .mask).map(Self.keys) ?? mask
        drop = try values.decodeIfPresent(String.self, forKey: .drop).map(Self.keys) ?? drop
        headers = try values.decodeIfPresent(RequestContext.self, forKey: .context)?.http?.headers ?? []
        bufferLimit = try values.decodeIfPresent(Int.self, forKey: .bufferLimit) ?? bufferLimit
    }

    /// Reads the section from JSON text.
    ///
    /// - Parameter services: the names of the configured services. Without a console or a file, the first is uploaded to.
    /// - Throws: `DecisionLogError` that names the member which is wrong.
    public init(json: [UInt8], services: [String] = []) throws(DecisionLogError) {
        do {
            self = try JSONDecoder().decode(Self.self, from: Data(json))
        } catch let error as DecisionLogError {
            throw error
        } catch let error as DecodingError {
            throw DecisionLogError(.configuration, Self.describe(error))
        } catch {
            throw DecisionLogError(.configuration, "\(error)")
        }
        if service == nil, !console, file == nil { service = services.first }
        if let service, !services.contains(service) {
            throw DecisionLogError(.configuration, "invalid service name \"\(service)\" in decision_logs; services has: \(services.joined(separator: ", "))")
        }
        try reporting.check()
    }

    private static func keys(_ path: String) -> [String] { path.split(separator: "/").map(String.init) }

    private static func describe(_ error: DecodingError) -> String {
        func place(_ context: DecodingError.Context) -> String { (["decision_logs"] + context.codingPath.map(\.stringValue)).joined(separator: ".") }
        switch error {
        case .typeMismatch(let type, let context): return "\(place(context)): expected \(type)"
        case .valueNotFound(let type, let context): return "\(place(context)): expected \(type), not null"
        case .keyNotFound(let key, let context): return "\(place(context)).\(key.stringValue) is missing"
        case .dataCorrupted(let context): return "\(place(context)): \(context.debugDescription)"
        @unknown default: return "decision_logs: \(error)"
        }
    }
}
