import Foundation

extension Builtin {
    private static let instant: RegoType = .anyOf(.number, .array(.number, .string))
    private static let formattedInstant: RegoType = .anyOf(.number, .array(.number, .string), .array(.number, .string, .string))

    static let time: [Builtin] = [
        Builtin("time.now_ns", [:], returns: .number, "Nanoseconds since 1970, the same throughout a query.", traits: .nondeterministic) { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            .integer(call.context.now)
        },
        Builtin("time.parse_ns", ["layout": .string, "value": .string], returns: .number, "The time that a text gives in one of Go's layouts.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            try call.parsedTime(try call.string(1), layout: try call.string(0))
        },
        Builtin("time.parse_rfc3339_ns", ["value": .string], returns: .number, "The time that a text gives as RFC 3339 says.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            if let time = InternetTime(try call.utf8(0))?.time.nanoseconds { return .integer(time) }
            return try call.parsedTime(try call.string(0), layout: "RFC3339")
        },
        Builtin("time.parse_duration_ns", ["duration": .string], returns: .number, "The nanoseconds of a duration such as 1h30m.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            let text = try call.string(0)
            guard let duration = GoDuration.parse(text) else { throw .failure(GoDuration.problem(text)) }
            return .integer(duration)
        },
        Builtin("time.format", ["x": formattedInstant], returns: .string, "The time as text, by default as RFC 3339.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            let (time, layout) = try call.civilTime(0)
            guard let layout else { return call.make(bytes: InternetTime(time).text) }
            return call.make(call.timeLayout(layout).format(time))
        },
        Builtin("time.date", ["x": instant], returns: .array(.number, .number, .number), "Year, month and day.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            let (time, _) = try call.civilTime(0)
            return call.make(array: [.integer(time.year), .integer(time.month), .integer(time.day)])
        },
        Builtin("time.clock", ["x": instant], returns: .array(.number, .number, .number), "Hour, minute and second.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            let (time, _) = try call.civilTime(0)
            return call.make(array: [.integer(time.hour), .integer(time.minute), .integer(time.second)])
        },
        Builtin("time.weekday", ["x": instant], returns: .string, "The name of the day.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            let (time, _) = try call.civilTime(0)
            return call.make(TimeLayout.weekdays[time.weekday])
        },
        Builtin("time.add_date", ["ns": .number, "years": .number, "months": .number, "days": .number], returns: .number, "The time some years, months and days later.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            let start = try call.nanoseconds(call[0], position: 0)
            var time = CivilTime(nanoseconds: start, in: nil)
            let (years, months, days) = (try call.integer(1), try call.integer(2), try call.integer(3))
            guard years.magnitude < 1_000_000, months.magnitude < 10_000_000, days.magnitude < 1_000_000_000 else { throw .failure("time outside of valid range") }
            time.year += years
            time.month += months
            time.day += days
            guard let result = time.nanoseconds else { throw .failure("time outside of valid range") }
            return .integer(result)
        },
        Builtin("time.diff", ["ns1": instant, "ns2": instant], returns: .array(.number, .number, .number, .number, .number, .number), "The difference in years, months, days, hours, minutes and seconds.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            var (first, _) = try call.civilTime(0)
            let zone = try call.timeZone(call[0])
            _ = try call.civilTime(1)
            var second = CivilTime(nanoseconds: try call.nanoseconds(call[1].tag == .array ? call[1].elements[0] : call[1], position: 1), in: zone)
            if (first.nanoseconds ?? 0) > (second.nanoseconds ?? 0) { swap(&first, &second) }
            var parts = [
                second.year - first.year, second.month - first.month, second.day - first.day, second.hour - first.hour, second.minute - first.minute, second.second - first.second,
            ]
            if parts[5] < 0 { parts[5] += 60; parts[4] -= 1 }
            if parts[4] < 0 { parts[4] += 60; parts[3] -= 1 }
            if parts[3] < 0 { parts[3] += 24; parts[2] -= 1 }
            if parts[2] < 0 {
                parts[2] += CivilTime.days(year: first.month == 12 ? first.year + 1 : first.year, month: first.month % 12 + 1, day: 1) - CivilTime.days(year: first.year, month: first.month, day: 1)
                parts[1] -= 1
            }
            if parts[1] < 0 { parts[1] += 12; parts[0] -= 1 }
            return call.make(array: parts.map { Datum.integer($0) })
        },
    ]
}

extension BuiltinCall {
    fileprivate func parsedTime(_ text: String, layout: String) throws(BuiltinError) -> Datum {
        let time: CivilTime
        do throws(TimeLayout.Problem) { time = try timeLayout(layout).parsed(text) } catch { throw .failure(error.message) }
        guard let nanoseconds = time.nanoseconds else { throw .failure("time outside of valid range") }
        return .integer(nanoseconds)
    }

    /// A layout is read once for all queries.
    fileprivate func timeLayout(_ layout: String) -> TimeLayout {
        context.cache.value(kind: "time layout", source: layout) { TimeLayout(layout) }
    }

    fileprivate func nanoseconds(_ datum: Datum, position: Int) throws(BuiltinError) -> Int64 {
        if datum.tag == .integer { return datum.integerValue }
        guard datum.tag == .number else { throw .type("operand \(position + 1) must be number but got \(datum.typeName)") }
        let number = datum.number
        guard let integer = number.integer else {
            throw .failure("timestamp too big")
        }
        return integer
    }

    private func instantMismatch(_ position: Int) -> BuiltinError {
        .type("operand 1 must be either number (ns) or [number (ns), string (tz)] but got \(self[position].typeName)")
    }

    fileprivate func timeZone(_ operand: Datum) throws(BuiltinError) -> TimeZone? {
        guard operand.tag == .array, operand.count >= 2 else { return nil }
        guard operand.elements[1].tag == .string else { throw .type("operand 1 must be string but got \(operand.elements[1].typeName)") }
        let name = operand.elements[1].text
        if name.isEmpty || name == "UTC" { return nil }
        if name == "Local" { return TimeZone.current }
        guard let zone = TimeZone(identifier: name), name.contains("/") || name.count <= 7 else { throw .failure("unknown time zone \(name)") }
        return zone
    }

    /// The operand's time in its zone, and its layout: a number, or an array of number, zone and layout.
    fileprivate func civilTime(_ position: Int) throws(BuiltinError) -> (CivilTime, layout: String?) {
        let operand = self[position]
        guard operand.tag == .array else {
            guard operand.isNumber else { throw instantMismatch(position) }
            return (CivilTime(nanoseconds: try nanoseconds(operand, position: position), in: nil), nil)
        }
        guard operand.count >= 1 else { throw instantMismatch(position) }
        guard operand.elements[0].isNumber else { throw .type("operand 1 must be number but got \(operand.elements[0].typeName)") }
        let zone = try timeZone(operand)
        if operand.count >= 3, operand.elements[2].tag != .string { throw .type("operand 1 must be string but got \(operand.elements[2].typeName)") }
        let time = CivilTime(nanoseconds: try nanoseconds(operand.elements[0], position: position), in: zone)
        guard operand.count >= 3 else { return (time, nil) }
        let layout = operand.elements[2].text
        return (time, layout.isEmpty ? nil : layout)
    }
}

/// Go's durations, such as `1h15m30.918ms`, with days, weeks and years as OPA has them.
package enum GoDuration {
    private static let units: [(name: String, nanoseconds: Double)] = [
        ("ns", 1), ("us", 1e3), ("µs", 1e3), ("μs", 1e3), ("ms", 1e6), ("s", 1e9), ("m", 60e9), ("h", 3600e9), ("d", 86_400e9), ("w", 604_800e9), ("y", 31_536_000e9),
    ]

    /// Go's words for what `parse` refuses.
    static func problem(_ text: String) -> String {
        let digits = text.drop { $0 == "+" || $0 == "-" }
        let quoted = "\"" + text.utf8.map { $0 < 0x80 ? String(Unicode.Scalar($0)) : "\\x" + String($0, radix: 16) }.joined() + "\""
        return !digits.isEmpty && digits.allSatisfy { ("0"..."9").contains($0) } ? "time: missing unit in duration \(quoted)" : "time: invalid duration \(quoted)"
    }

    package static func parse(_ text: String) -> Int64? {
        var rest = Substring(text)
        let isNegative = rest.first == "-"
        if isNegative || rest.first == "+" { rest.removeFirst() }
        if rest == "0" { return 0 }
        guard !rest.isEmpty else { return nil }
        var total = 0.0
        var exact: Int64 = 0
        while !rest.isEmpty {
            let digits = rest.prefix { ("0"..."9").contains($0) || $0 == "." }
            guard let value = Double(digits), !digits.isEmpty else { return nil }
            rest = rest.dropFirst(digits.count)
            let name = rest.prefix { !("0"..."9").contains($0) && $0 != "." }
            guard let unit = units.first(where: { $0.name == name }) else { return nil }
            rest = rest.dropFirst(name.count)
            total += value * unit.nanoseconds
            if let whole = Int64(digits) {
                let product = whole.multipliedReportingOverflow(by: Int64(unit.nanoseconds))
                let sum = exact.addingReportingOverflow(product.partialValue)
                if product.overflow || sum.overflow { return nil }
                exact = sum.partialValue
            } else {
                guard value * unit.nanoseconds < 9e18 else { return nil }
                exact += Int64(value.rounded(.down)) * Int64(unit.nanoseconds) + fraction(of: digits, unit.nanoseconds)
            }
        }
        guard total < 9.3e18 else { return nil }
        return isNegative ? -exact : exact
    }

    /// The nanoseconds of the digits after the point, rounded where Go rounds.
    private static func fraction(of digits: Substring, _ unit: Double) -> Int64 {
        guard let point = digits.firstIndex(of: ".") else { return 0 }
        var value: Int64 = 0, scale = 1.0
        for digit in digits[digits.index(after: point)...] {
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let sum = product.addingReportingOverflow(Int64(digit.wholeNumberValue ?? 0))
            if overflow || sum.overflow { break }
            value = sum.partialValue
            scale *= 10
        }
        return Int64(Double(value) * (unit / scale))
    }
}
