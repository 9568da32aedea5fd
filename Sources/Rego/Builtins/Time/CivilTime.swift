import Foundation

/// A point in time taken apart in a time zone, by the proleptic Gregorian calendar.
package struct CivilTime {
    package var year: Int
    package var month: Int
    package var day: Int
    package var hour = 0
    package var minute = 0
    package var second = 0
    package var nanosecond = 0
    /// Seconds east of Greenwich.
    var offset = 0
    /// The zone's abbreviation, such as CET.
    var zone = "UTC"

    /// Days since 1970-01-01 (after Howard Hinnant's `days_from_civil`).
    static func days(year: Int, month: Int, day: Int) -> Int {
        let y = month <= 2 ? year - 1 : year
        let era = (y >= 0 ? y : y - 399) / 400
        let yearOfEra = y - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    static func civil(days: Int) -> (year: Int, month: Int, day: Int) {
        let z = days + 719_468
        let era = (z >= 0 ? z : z - 146_096) / 146_097
        let dayOfEra = z - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }

    init(year: Int, month: Int, day: Int) {
        self.year = year
        self.month = month
        self.day = day
    }

    package init(nanoseconds: Int64, in timeZone: TimeZone?) {
        var seconds = nanoseconds / 1_000_000_000
        var fraction = nanoseconds % 1_000_000_000
        if fraction < 0 {
            fraction += 1_000_000_000
            seconds -= 1
        }
        var offset = 0
        var zone = "UTC"
        if let timeZone {
            let date = Date(timeIntervalSince1970: Double(seconds))
            offset = timeZone.secondsFromGMT(for: date)
            zone = Self.abbreviation(timeZone, date, offset)
        }
        let local = Int(seconds) + offset
        let days = local >= 0 ? local / 86_400 : (local - 86_399) / 86_400
        let (year, month, day) = Self.civil(days: days)
        self.init(year: year, month: month, day: day)
        let rest = local - days * 86_400
        hour = rest / 3600
        minute = rest / 60 % 60
        second = rest % 60
        nanosecond = Int(fraction)
        self.offset = offset
        self.zone = zone
    }

    private static func abbreviation(_ timeZone: TimeZone, _ date: Date, _ offset: Int) -> String {
        if timeZone.identifier == "UTC" || timeZone.identifier == "GMT" && offset == 0 { return "UTC" }
        if let name = ZoneAbbreviations.name(timeZone.identifier, at: Int64(date.timeIntervalSince1970.rounded(.down)), offset: offset) { return name }
        if let name = timeZone.abbreviation(for: date), !name.hasPrefix("GMT") || offset == 0 { return name }
        let magnitude = abs(offset)
        let minutes = magnitude / 60 % 60
        return (offset < 0 ? "-" : "+") + TimeLayout.digits(magnitude / 3600, 2) + (minutes == 0 ? "" : TimeLayout.digits(minutes, 2))
    }

    /// Nanoseconds since 1970; nil where 64 bits do not hold them.
    var nanoseconds: Int64? {
        let days = Self.days(year: year, month: 1, day: 1) + Self.dayOfYearOffset(year: year, month: month, day: day)
        let seconds = days * 86_400 + hour * 3600 + minute * 60 + second - offset
        let (product, overflow) = Int64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
        let sum = product.addingReportingOverflow(Int64(nanosecond))
        if !overflow && !sum.overflow { return sum.partialValue }
        // The earliest times overflow on the way only.
        let shifted = Int64(seconds + 1).multipliedReportingOverflow(by: 1_000_000_000)
        let result = shifted.partialValue.addingReportingOverflow(Int64(nanosecond) - 1_000_000_000)
        return shifted.overflow || result.overflow ? nil : result.partialValue
    }

    private static func dayOfYearOffset(year: Int, month: Int, day: Int) -> Int {
        // Months and days may lie outside their ranges: they carry over, as in Go's time.Date.
        let months = month - 1
        let years = months >= 0 ? months / 12 : (months - 11) / 12
        return days(year: year + years, month: months - years * 12 + 1, day: 1) - days(year: year, month: 1, day: 1) + day - 1
    }

    /// 0 for Sunday.
    var weekday: Int {
        let days = Self.days(year: year, month: month, day: day)
        return ((days + 4) % 7 + 7) % 7
    }
}
