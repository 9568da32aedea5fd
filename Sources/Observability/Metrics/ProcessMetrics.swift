import Foundation

/// What the process uses, under the names that Prometheus' client libraries give.
public struct ProcessMetrics: MetricSource {
    private let start = Date().timeIntervalSince1970

    public init() {}

    /// The most memory that the process had in use at a time, in bytes; nil where the system does not say.
    public static var peakResidentBytes: Int? {
        let lines = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8).split(separator: "\n")) ?? []
        guard let line = lines.first(where: { $0.hasPrefix("VmHWM:") }), let kilobytes = line.split(separator: " ").dropFirst().first.flatMap({ Int($0.trimmingCharacters(in: .whitespaces)) }) else { return nil }
        return kilobytes * 1_024
    }

    /// Bytes of memory in use; nil where the system does not say.
    public static var residentBytes: Int? {
        guard let fields = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " "), fields.count > 1 else { return nil }
        return Int(fields[1]).map { $0 * Int(sysconf(Int32(_SC_PAGESIZE))) }
    }

    private static var processorSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    public var metricFamilies: [MetricFamily] {
        var families = [
            MetricFamily("process_cpu_seconds_total", "Processor time used, in seconds.", .counter, samples: [.init(value: Self.processorSeconds)]),
            MetricFamily("process_start_time_seconds", "When the process began, in seconds since 1970.", .gauge, samples: [.init(value: start)]),
        ]
        if let bytes = Self.residentBytes {
            families.append(MetricFamily("process_resident_memory_bytes", "Memory in use, in bytes.", .gauge, samples: [.init(value: Double(bytes))]))
        }
        if let files = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd") {
            families.append(MetricFamily("process_open_fds", "Open file descriptors.", .gauge, samples: [.init(value: Double(files.count))]))
        }
        return families
    }
}
