// The C library's `timespec` is attributed to whichever of these modules the compiler loads first.
import CoreFoundation
import Foundation

package enum WallClock {
    /// Nanoseconds since 1970.
    package static func nanoseconds() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
