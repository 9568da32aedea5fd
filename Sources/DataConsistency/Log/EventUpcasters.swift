import Rego

/// Makes payloads of older versions into those of today, when events are used; the log keeps what was written.
public struct EventUpcasters: Sendable {
    public typealias Upcast = @Sendable (Value) -> Value

    private struct Key: Hashable, Sendable {
        var type: String
        var version: Int
    }

    private var steps: [Key: Upcast] = [:]

    /// Of what earlier versions of Verdict wrote: so far there is one version of each form.
    public static let current = EventUpcasters()

    public init() {}

    /// What a version of a type needs to become the next version.
    public mutating func add(_ type: String, from version: Int, _ upcast: @escaping Upcast) { steps[Key(type: type, version: version)] = upcast }

    /// The payload in the newest form that is known, and its version.
    ///
    /// - Throws: `EventLogError` with the code `damaged` where the payload is not JSON.
    public func payload(of event: Event) throws(EventLogError) -> (value: Value, version: Int) {
        var value: Value, version = event.version
        do throws(EvaluationError) { value = try Value(json: event.payload) } catch {
            throw EventLogError(.damaged, "event \(event.sequence) of \(event.stream.rawValue): \(error.message)")
        }
        while let step = steps[Key(type: event.type, version: version)] {
            value = step(value)
            version += 1
        }
        return (value, version)
    }
}
