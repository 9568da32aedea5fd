import DataConsistency
import Foundation
import Rego

/// Appends events until it is killed, and says of each that it was acknowledged: what `CrashTests` compares with the log.
///
/// Arguments: the folder of the log, a seed.
let folder = URL(fileURLWithPath: CommandLine.arguments[1])
var random = SeededRandom(seed: UInt64(CommandLine.arguments[2]) ?? 1)

@Sendable func say(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }

var settings = SQLiteEventLog.Settings()
settings.lossWindow = .zero
settings.segmentEvents = 1000
let log = try SQLiteEventLog(at: folder, settings)
say("open \(log.damage.count)")
while true {
    for stream in [EventStream.policy, .data, .decision] {
        let drafts = (0..<Int.random(in: 1...4, using: &random)).map { _ in
            // Some are larger than a page.
            let text = String(repeating: "x", count: Int.random(in: 0...(Bool.random(using: &random) ? 100 : 9000), using: &random))
            return EventDraft("test", in: stream, at: WallClock.nanoseconds(), payload: Array("{\"text\":\"\(text)\"}".utf8))
        }
        log.submit(drafts, expecting: nil) { result in
            guard case .success(let events) = result else { return }
            say(events.map { "ack \($0.stream.partition.rawValue) \($0.sequence) \($0.id)" }.joined(separator: "\n"))
        }
    }
    // A few are on their way together, as in the service.
    if Int.random(in: 0..<4, using: &random) == 0 { usleep(1000) }
}
