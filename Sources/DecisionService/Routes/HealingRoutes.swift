import Governance
import Hummingbird
import Observability
import Rego

/// `GET /v1/healing`: what the service mended by itself, the newest last.
struct HealingRoutes {
    let healing: HealingLog

    func add(to router: Router<ServiceContext>) {
        router.get("/v1/healing") { request, _ -> Response in
            .json(.object([("result", .value(.array(healing.events.map(\.document))))]), pretty: request.parameters.isOn("pretty"))
        }
    }
}

extension HealingEvent {
    fileprivate var document: Value {
        var members: [(Value, Value)] = [
            ("time", .time(time)), ("component", .string(component)), ("cause", .string(cause)), ("action", .string(action.rawValue)),
        ]
        if let duration { members.append(("duration_seconds", .seconds(duration))) }
        return .makeObject(members)
    }
}

extension Value {
    /// RFC 3339.
    ///
    /// - Parameter nanoseconds: since 1970.
    static func time(_ nanoseconds: Int64) -> Value { .string(Timestamp.text(nanoseconds: nanoseconds)) }
}
