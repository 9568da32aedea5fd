import HTTPTypes
import Hummingbird
import Observability

/// `/metrics` in Prometheus' text format, or that of OpenMetrics where it is asked for; and the bytes of memory in use.
struct MetricsRoutes {
    let telemetry: Telemetry

    func add(to router: Router<ServiceContext>) {
        router.get("/metrics") { request, _ in
            let (text, type) = telemetry.registry.text(accepting: request.headers[values: .accept].joined(separator: ","))
            return Response(status: .ok, headers: [.contentType: type, .vary: "Accept"], body: .init(byteBuffer: .init(string: text)))
        }
        router.get("/metrics/alloc_bytes") { request, _ in
            let bytes = ProcessMetrics.residentBytes ?? 0
            return Response(status: .ok, headers: [.contentType: "text/plain; charset=utf-8"], body: .init(byteBuffer: .init(string: request.parameters.isOn("pretty") ? Self.pretty(bytes) : String(bytes))))
        }
    }

    /// Bytes in the largest unit that leaves at least one, such as 6.1MB.
    private static func pretty(_ bytes: Int) -> String {
        let units = ["B", "KB", "MB", "GB", "TB"]
        var value = Double(bytes), unit = 0
        while value >= 1024, unit < units.count - 1 {
            value /= 1024
            unit += 1
        }
        return "\(Double(Int(value * 10)) / 10)\(units[unit])"
    }
}
