import Foundation

/// Go's time layouts: a layout is how the reference time Mon Jan 2 15:04:05 MST 2006 would be written.
struct TimeLayout {
    static let weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
    static let months = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]

    /// Layouts that `time.format` and `time.parse_ns` know by name.
    static let named = [
        "ANSIC": "Mon Jan _2 15:04:05 2006", "UnixDate": "Mon Jan _2 15:04:05 MST 2006", "RubyDate": "Mon Jan 02 15:04:05 -0700 2006",
        "RFC822": "02 Jan 06 15:04 MST", "RFC822Z": "02 Jan 06 15:04 -0700", "RFC850": "Monday, 02-Jan-06 15:04:05 MST",
        "RFC1123": "Mon, 02 Jan 2006 15:04:05 MST", "RFC1123Z": "Mon, 02 Jan 2006 15:04:05 -0700", "RFC3339": "2006-01-02T15:04:05Z07:00",
        "RFC3339Nano": "2006-01-02T15:04:05.999999999Z07:00",
    ]

    private enum Part {
        case literal(String)
        case field(String)
    }

    /// Longest first, so that none hides another.
    private static let fields = [
        "January", "Monday", "Z07:00:00", "-07:00:00", "Z070000", "-070000", "2006", "Z07:00", "-07:00", "Z0700", "-0700", "Jan", "Mon", "MST", "002", "__2", "Z07", "-07",
        "01", "02", "03", "04", "05", "06", "15", "PM", "pm", "_2", "1", "2", "3", "4", "5",
    ]

    private let parts: [Part]
    /// The layout itself, also where it was given by name.
    private let layout: String

    init(_ layout: String) {
        self.layout = Self.named[layout] ?? layout
        let text = Array(self.layout.unicodeScalars)
        var parts: [Part] = []
        var literal = ""
        var position = 0
        func starts(_ field: String) -> Bool {
            let scalars = Array(field.unicodeScalars)
            return text.count - position >= scalars.count && Array(text[position..<(position + scalars.count)]) == scalars
        }
        while position < text.count {
            var found: String?
            if text[position] == "." || text[position] == ",", position + 1 < text.count, text[position + 1] == "0" || text[position + 1] == "9" {
                var end = position + 1
                while end < text.count, text[end] == text[position + 1] { end += 1 }
                if end >= text.count || !("0"..."9").contains(text[end]) { found = String(String.UnicodeScalarView(text[position..<end])) }
            }
            if found == nil { found = Self.fields.first { starts($0) && !($0 == "Jan" && starts("Janu") && !starts("January")) && !($0 == "_2" && starts("_2006")) } }
            if let found {
                if !literal.isEmpty { parts.append(.literal(literal)) }
                literal = ""
                parts.append(.field(found))
                position += found.unicodeScalars.count
            } else {
                literal.unicodeScalars.append(text[position])
                position += 1
            }
        }
        if !literal.isEmpty { parts.append(.literal(literal)) }
        self.parts = parts
    }

    static func digits(_ value: Int, _ width: Int) -> String {
        let text = String(abs(value))
        return (value < 0 ? "-" : "") + String(repeating: "0", count: max(0, width - text.count)) + text
    }

    // MARK: Formatting

    func format(_ time: CivilTime) -> String {
        parts.map { part in
            switch part {
            case .literal(let text): text
            case .field(let field): Self.text(field, time)
            }
        }.joined()
    }

    private static func text(_ field: String, _ time: CivilTime) -> String {
        let twelve = time.hour % 12 == 0 ? 12 : time.hour % 12
        switch field {
        case "2006": return digits(time.year, 4)
        case "06": return digits(time.year % 100, 2)
        case "January": return months[time.month - 1]
        case "Jan": return String(months[time.month - 1].prefix(3))
        case "01": return digits(time.month, 2)
        case "1": return String(time.month)
        case "Monday": return weekdays[time.weekday]
        case "Mon": return String(weekdays[time.weekday].prefix(3))
        case "02": return digits(time.day, 2)
        case "_2": return time.day < 10 ? " \(time.day)" : String(time.day)
        case "2": return String(time.day)
        case "__2":
            let day = String(dayOfYear(time))
            return String(repeating: " ", count: 3 - day.count) + day
        case "002": return digits(dayOfYear(time), 3)
        case "15": return digits(time.hour, 2)
        case "03": return digits(twelve, 2)
        case "3": return String(twelve)
        case "04": return digits(time.minute, 2)
        case "4": return String(time.minute)
        case "05": return digits(time.second, 2)
        case "5": return String(time.second)
        case "PM": return time.hour >= 12 ? "PM" : "AM"
        case "pm": return time.hour >= 12 ? "pm" : "am"
        case "MST": return time.zone
        default:
            if field.hasPrefix(".") || field.hasPrefix(",") { return fraction(field, time) }
            return zone(field, time.offset)
        }
    }

    private static func dayOfYear(_ time: CivilTime) -> Int {
        CivilTime.days(year: time.year, month: time.month, day: time.day) - CivilTime.days(year: time.year, month: 1, day: 1) + 1
    }

    private static func fraction(_ field: String, _ time: CivilTime) -> String {
        let width = field.count - 1
        var text = String(digits(time.nanosecond, 9).prefix(width))
        if field.hasSuffix("9") {
            while text.hasSuffix("0") { text.removeLast() }
            return text.isEmpty ? "" : String(field.prefix(1)) + text
        }
        return String(field.prefix(1)) + text
    }

    private static func zone(_ field: String, _ offset: Int) -> String {
        if field.hasPrefix("Z") && offset == 0 { return "Z" }
        let magnitude = abs(offset)
        let separator = field.contains(":") ? ":" : ""
        var text = (offset < 0 ? "-" : "+") + digits(magnitude / 3600, 2)
        if field.count > 3 { text += separator + digits(magnitude / 60 % 60, 2) }
        if field.count > 6 { text += separator + digits(magnitude % 60, 2) }
        return text
    }

    // MARK: Parsing

    /// Why a text is no time of a layout, in Go's words.
    struct Problem: Error {
        let message: String
    }

    /// Nil where the text does not fit the layout or names no day there is.
    func parse(_ text: String) -> CivilTime? { try? parsed(text) }

    /// The time that a text stands for.
    func parsed(_ text: String) throws(Problem) -> CivilTime {
        var time = CivilTime(year: 0, month: 1, day: 1)
        var rest = Substring(text)
        var isAfternoon: Bool?
        var dayOfYear: Int?
        func misfit(_ rest: Substring, _ element: String) -> Problem {
            Problem(message: "parsing time \(text.quotedForRego) as \(layout.quotedForRego): cannot parse \(String(rest).quotedForRego) as \(element.quotedForRego)")
        }
        func outOfRange(_ element: String) -> Problem { Problem(message: "parsing time \(text.quotedForRego): \(element) out of range") }
        for (position, part) in parts.enumerated() {
            switch part {
            case .literal(let literal):
                guard Self.skip(literal, &rest) else { throw misfit(rest, literal) }
            case .field(let field):
                let held = rest
                if field == "002" || field == "__2" {
                    guard let day = Self.readDayOfYear(field, &rest) else { throw misfit(held, field) }
                    dayOfYear = day
                } else {
                    guard Self.read(field, &rest, &time, &isAfternoon) else { throw misfit(held, field) }
                }
                if let element = Self.rangeProblem(field, time) { throw outOfRange(element) }
                // Seconds may have a fraction that the layout does not mention.
                let followedByFraction: Bool = if position + 1 < parts.count, case .field(let next) = parts[position + 1] { next.hasPrefix(".") || next.hasPrefix(",") } else { false }
                if field == "05" || field == "5", !followedByFraction, let first = rest.first, first == "." || first == ",", rest.dropFirst().first?.isASCIIDigit == true {
                    guard Self.readFraction(&rest, &time) else { throw misfit(held, field) }
                }
            }
        }
        guard rest.isEmpty else { throw Problem(message: "parsing time \(text.quotedForRego): extra text: \(String(rest).quotedForRego)") }
        if let isAfternoon { time.hour = time.hour % 12 + (isAfternoon ? 12 : 0) }
        if let dayOfYear { try apply(dayOfYear, to: &time) { Problem(message: "parsing time \(text.quotedForRego): \($0)") } }
        let length = CivilTime.days(year: time.month == 12 ? time.year + 1 : time.year, month: time.month % 12 + 1, day: 1) - CivilTime.days(year: time.year, month: time.month, day: 1)
        guard (1...length).contains(time.day) else { throw outOfRange("day") }
        return time
    }

    /// Sets month and day by the day of the year, with which those that the layout has too must agree.
    private func apply(_ dayOfYear: Int, to time: inout CivilTime, _ problem: (String) -> Problem) throws(Problem) {
        let start = CivilTime.days(year: time.year, month: 1, day: 1)
        guard (1...(CivilTime.days(year: time.year + 1, month: 1, day: 1) - start)).contains(dayOfYear) else { throw problem("day-of-year out of range") }
        let (_, month, day) = CivilTime.civil(days: start + dayOfYear - 1)
        func has(_ fields: [String]) -> Bool {
            parts.contains { part in if case .field(let field) = part { fields.contains(field) } else { false } }
        }
        guard time.month == month || !has(["January", "Jan", "01", "1"]) else { throw problem("day-of-year does not match month") }
        guard time.day == day || !has(["02", "_2", "2"]) else { throw problem("day-of-year does not match day") }
        time.month = month
        time.day = day
    }

    /// Three digits; one to three, with spaces before them, for `__2`.
    private static func readDayOfYear(_ field: String, _ rest: inout Substring) -> Int? {
        if field == "__2" { for _ in 0..<2 where rest.first == " " { rest.removeFirst() } }
        return number(&rest, field == "002" ? 3...3 : 1...3)
    }

    /// Takes literal text away, as far as it is there; any number of spaces stands for any other, but not for none before a text.
    private static func skip(_ literal: String, _ rest: inout Substring) -> Bool {
        var wanted = Substring(literal)
        while let next = wanted.first {
            if next == " " {
                if let first = rest.first, first != " " { return false }
                wanted = wanted.drop { $0 == " " }
                rest = rest.drop { $0 == " " }
                continue
            }
            guard rest.first == next else { return false }
            wanted.removeFirst()
            rest.removeFirst()
        }
        return true
    }

    private static func rangeProblem(_ field: String, _ time: CivilTime) -> String? {
        switch field {
        case "01", "1": (1...12).contains(time.month) ? nil : "month"
        case "15": time.hour < 24 ? nil : "hour"
        case "03", "3": time.hour <= 12 ? nil : "hour"
        case "04", "4": time.minute < 60 ? nil : "minute"
        case "05", "5": time.second < 60 ? nil : "second"
        default: nil
        }
    }

    private static func number(_ rest: inout Substring, _ widths: ClosedRange<Int>) -> Int? {
        var digits = ""
        while digits.count < widths.upperBound, let next = rest.first, next.isASCIIDigit {
            digits.append(next)
            rest.removeFirst()
        }
        return digits.count >= widths.lowerBound ? Int(digits) : nil
    }

    private static func readFraction(_ rest: inout Substring, _ time: inout CivilTime, digits wanted: Int? = nil) -> Bool {
        rest.removeFirst()
        var digits = ""
        while let next = rest.first, next.isASCIIDigit, digits.count < wanted ?? .max {
            digits.append(next)
            rest.removeFirst()
        }
        guard !digits.isEmpty, digits.count == wanted ?? digits.count else { return false }
        let nine = String((digits + "000000000").prefix(9))
        time.nanosecond = Int(nine) ?? 0
        return true
    }

    private static func read(_ field: String, _ rest: inout Substring, _ time: inout CivilTime, _ isAfternoon: inout Bool?) -> Bool {
        func take(_ widths: ClosedRange<Int>, _ path: WritableKeyPath<CivilTime, Int>) -> Bool {
            guard let value = number(&rest, widths) else { return false }
            time[keyPath: path] = value
            return true
        }
        func name(_ names: [String], short: Bool) -> Int? {
            for (position, name) in names.enumerated() {
                let text = short ? String(name.prefix(3)) : name
                if rest.lowercased().hasPrefix(text.lowercased()) {
                    rest = rest.dropFirst(text.count)
                    return position
                }
            }
            return nil
        }
        switch field {
        case "2006": return take(4...4, \.year)
        case "06":
            guard let value = number(&rest, 2...2) else { return false }
            time.year = value + (value >= 69 ? 1900 : 2000)
        case "January", "Jan":
            guard let month = name(months, short: field == "Jan") else { return false }
            time.month = month + 1
        case "01": return take(2...2, \.month)
        case "1": return take(1...2, \.month)
        case "Monday", "Mon": return name(weekdays, short: field == "Mon") != nil
        case "02": return take(2...2, \.day)
        case "2": return take(1...2, \.day)
        case "_2":
            if rest.first == " " { rest.removeFirst() }
            return take(1...2, \.day)
        case "03": return take(2...2, \.hour)
        case "15", "3": return take(1...2, \.hour)
        case "04": return take(2...2, \.minute)
        case "4": return take(1...2, \.minute)
        case "05": return take(2...2, \.second)
        case "5": return take(1...2, \.second)
        case "PM", "pm":
            // Only in the case that the layout has.
            guard let mark = (field == "PM" ? ["AM", "PM"] : ["am", "pm"]).firstIndex(where: { rest.hasPrefix($0) }) else { return false }
            rest = rest.dropFirst(2)
            isAfternoon = mark == 1
        case "MST": return readAbbreviation(&rest, &time)
        default:
            if field.hasPrefix(".") || field.hasPrefix(",") {
                let hasFraction = (rest.first == "." || rest.first == ",") && rest.dropFirst().first?.isASCIIDigit == true
                if field.hasSuffix("9") { return !hasFraction || readFraction(&rest, &time) }
                return hasFraction && readFraction(&rest, &time, digits: field.count - 1)
            }
            return readZone(field, &rest, &time)
        }
        return true
    }

    /// A zone's abbreviation, of three to five capitals, or hours from Greenwich, also after `GMT`. As in Go, the time is not shifted by it.
    private static func readAbbreviation(_ rest: inout Substring, _ time: inout CivilTime) -> Bool {
        func skipHours() -> Bool {
            guard rest.first == "+" || rest.first == "-" else { return false }
            let digits = rest.dropFirst().prefix { $0.isASCIIDigit }
            guard let hours = Int(digits), hours <= 23 else { return false }
            rest = rest.dropFirst(1 + digits.count)
            return true
        }
        let zone = String(["ChST", "MeST"].first { rest.hasPrefix($0) } ?? rest.prefix(6).prefix { ("A"..."Z").contains($0) })
        if zone.isEmpty { return skipHours() }
        let isZone = zone.count == 3 || zone == "WITA" || ["ChST", "MeST"].contains(zone) || ((4...5).contains(zone.count) && zone.hasSuffix("T"))
        guard isZone else { return false }
        rest = rest.dropFirst(zone.count)
        if zone == "GMT" { _ = skipHours() }
        time.zone = zone
        return true
    }

    private static func readZone(_ field: String, _ rest: inout Substring, _ time: inout CivilTime) -> Bool {
        if field.hasPrefix("Z"), rest.first == "Z" {
            rest.removeFirst()
            return true
        }
        guard let sign = rest.first, sign == "+" || sign == "-" else { return false }
        rest.removeFirst()
        guard let hours = number(&rest, 2...2) else { return false }
        var offset = hours * 3600
        if field.count > 3 {
            if field.contains(":") {
                guard rest.first == ":" else { return false }
                rest.removeFirst()
            }
            guard let minutes = number(&rest, 2...2), minutes <= 60 else { return false }
            offset += minutes * 60
        }
        if field.count > 6 {
            if field.contains(":") {
                guard rest.first == ":" else { return false }
                rest.removeFirst()
            }
            guard let seconds = number(&rest, 2...2), seconds <= 60 else { return false }
            offset += seconds
        }
        guard hours <= 24 else { return false }
        time.offset = sign == "-" ? -offset : offset
        return true
    }
}

extension Character {
    fileprivate var isASCIIDigit: Bool { ("0"..."9").contains(self) }
}
