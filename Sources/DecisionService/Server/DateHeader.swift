import Foundation
import Synchronization

/// The value of the header field `Date` (RFC 9110, 6.6.1), made once a second.
enum DateHeader {
    private struct Stamp {
        var second = 0
        var text = ""
    }

    private static let stamp = Mutex(Stamp())

    static var current: String {
        let second = Int(time(nil))
        return stamp.withLock { stamp in
            if stamp.second != second { stamp = Stamp(second: second, text: text(second)) }
            return stamp.text
        }
    }

    private static func text(_ second: Int) -> String {
        var time = time_t(second)
        var parts = tm()
        gmtime_r(&time, &parts)
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 40) { buffer in
            let count = strftime(buffer.baseAddress, buffer.count, "%a, %d %b %Y %H:%M:%S GMT", &parts)
            return String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
    }
}
