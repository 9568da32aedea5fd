import FaultInjection
import Foundation

/// Says where an upstream can be asked.
public protocol Resolver: Sendable {
    /// - Throws: why nothing is known. What was known before then goes on.
    func resolve() async throws -> Resolution
}

public struct Resolution: Sendable, Hashable {
    public var endpoints: [Endpoint]
    /// How long this is true.
    public var validity: Duration

    public init(endpoints: [Endpoint], validity: Duration) {
        self.endpoints = endpoints
        self.validity = validity
    }
}

/// Why endpoints are not known.
public struct ResolutionFailure: Error, Sendable, Hashable, CustomStringConvertible {
    public var description: String

    public init(_ description: String) { self.description = description }
}

/// Endpoints that the configuration names.
public struct StaticResolver: Resolver {
    private let endpoints: [Endpoint]

    public init(_ endpoints: [Endpoint]) { self.endpoints = endpoints }

    public func resolve() -> Resolution { Resolution(endpoints: endpoints, validity: .seconds(86_400)) }
}

/// Endpoints from a file, an address a line, with `zone=NAME` behind it where zones matter; what follows `#` is a comment. A changed file counts within a second and a half. Who writes it replaces it
/// as a whole (writes another and renames it): a file that is empty or has a line that is no address changes nothing.
public struct FileResolver: Resolver {
    private let path: String
    private static let period: Duration = .milliseconds(250)

    public init(path: String) { self.path = path }

    public func resolve() throws -> Resolution {
        guard let data = FileManager.default.contents(atPath: path) else { throw ResolutionFailure("\(path): no such file, or it cannot be read") }
        let bytes = Array(data)
        let text: [UInt8]
        do throws(FaultFailure) { text = try Chaos.installed?.reading(bytes, from: path) ?? bytes } catch { throw ResolutionFailure("\(path): \(error.description)") }
        var endpoints: [Endpoint] = []
        for line in String(decoding: text, as: UTF8.self).split(whereSeparator: \.isNewline) {
            let words = line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace)
            guard let base = words.first.map(String.init) else { continue }
            if let problem = Endpoint.problem(ofBase: base) { throw ResolutionFailure("\(path): \(problem)") }
            if words.count > 2 || words.dropFirst().contains(where: { !$0.hasPrefix("zone=") || $0.count == 5 }) {
                throw ResolutionFailure("\(path): '\(line)' is not an address, or an address and zone=NAME")
            }
            endpoints.append(Endpoint(base: base, zone: words.dropFirst().first.map { String($0.dropFirst(5)) }))
        }
        guard !endpoints.isEmpty else { throw ResolutionFailure("\(path): the file names no address") }
        return Resolution(endpoints: endpoints, validity: Self.period)
    }
}
