import Rego

/// Events among the service's own log lines, with the members that OPA's have.
struct ConsoleSink: EventSink {
    /// Writes whole lines.
    let output: @Sendable ([UInt8]) -> Void
    /// Nanoseconds since 1970.
    let clock: @Sendable () -> Int64

    func write(_ events: [[UInt8]]) async {
        let time = Timestamp.text(nanoseconds: clock() / 1_000_000_000 * 1_000_000_000)
        let start = Array("{\"level\":\"info\",\"msg\":\"Decision Log\",\"time\":\"\(time)\",\"type\":\"openpolicyagent.org/decision_logs\",".utf8)
        var lines: [UInt8] = []
        for event in events {
            lines += start
            lines += event.dropFirst()
            lines.append(UInt8(ascii: "\n"))
        }
        output(lines)
    }

    func close() async {}
}
