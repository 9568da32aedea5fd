import Foundation
import NIOCore

/// The processors that the process may use: fewer than the machine has where it is pinned to some of them, or in a container.
public enum AvailableProcessors {
    public static let count = max(1, min(System.coreCount, allowed ?? .max))

    /// Those of the process's affinity (proc_pid_status(5)); nil where the system does not say.
    private static var allowed: Int? {
        guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8) else { return nil }
        return allowed(in: status)
    }

    /// The number of bits set in `Cpus_allowed`, words of a mask in hexadecimal digits with commas between them.
    static func allowed(in status: String) -> Int? {
        guard let line = status.split(separator: "\n").first(where: { $0.hasPrefix("Cpus_allowed:") }) else { return nil }
        let digits = line.dropFirst("Cpus_allowed:".count).compactMap(\.hexDigitValue)
        let count = digits.reduce(0) { $0 + $1.nonzeroBitCount }
        return count > 0 ? count : nil
    }

    /// Gives event loops and other pools of threads their size. Has an effect only before the first of them is used.
    public static func sizeThreadPools() { NIOSingletons.groupLoopCountSuggestion = count }
}
