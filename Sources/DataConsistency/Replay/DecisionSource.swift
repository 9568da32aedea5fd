import Foundation
import Rego

/// Recorded decisions in pieces that may be read at the same time.
public protocol DecisionSource: Sendable {
    var pieceCount: Int { get }

    /// Whether personal fields may be encrypted for good in them.
    var mayBeSealed: Bool { get }

    /// Calls a function with the text of each decision of a piece, in order.
    func forEach(inPiece piece: Int, _ body: (UnsafeRawBufferPointer) throws -> Void) throws
}

/// A file with a decision in each line, such as the decision log's. Lines that are no decisions are counted as unreadable, or passed over where they are
/// lines of a service's own log.
public struct DecisionFile: DecisionSource {
    private let bytes: Data
    private let pieces: [Range<Int>]
    public let mayBeSealed = false

    /// - Throws: `EventLogError` with the code `storage` where the file cannot be read.
    public init(_ url: URL, pieceSize: Int = 4 << 20) throws(EventLogError) {
        do { bytes = try Data(contentsOf: url, options: .mappedIfSafe) } catch {
            throw EventLogError(.storage, "\(url.path) cannot be read: \(error.localizedDescription)")
        }
        var pieces: [Range<Int>] = []
        var start = bytes.startIndex
        while start < bytes.endIndex {
            let wanted = min(start + pieceSize, bytes.endIndex)
            let end = bytes[wanted...].firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? bytes.endIndex
            pieces.append(start..<end)
            start = end
        }
        self.pieces = pieces
    }

    public var pieceCount: Int { pieces.count }

    public func forEach(inPiece piece: Int, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        try bytes.withUnsafeBytes { all in
            let text = UnsafeRawBufferPointer(rebasing: all[pieces[piece]])
            var start = 0
            while start < text.count {
                let end = text[start...].firstIndex(of: UInt8(ascii: "\n")) ?? text.count
                if end > start { try body(UnsafeRawBufferPointer(rebasing: text[start..<end])) }
                start = end + 1
            }
        }
    }
}

/// The decisions of an event log.
public struct DecisionEvents: DecisionSource {
    private let pieces: [(segment: Segment, range: ClosedRange<Int>)]
    private let keys: SubjectKeys?
    private static let pieceSize = 16_384

    /// - Throws: `EventLogError` where the log cannot be read.
    public init(_ log: EventLogFolder) throws(EventLogError) {
        pieces = try log.pieces(of: .decision, size: Self.pieceSize)
        keys = FileManager.default.fileExists(atPath: log.keysURL.path) ? try SubjectKeys(log.keysURL) : nil
    }

    public var pieceCount: Int { pieces.count }
    public var mayBeSealed: Bool { keys != nil }

    public func forEach(inPiece piece: Int, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        let (segment, range) = pieces[piece]
        guard let keys else { return try segment.payloads(range) { _, payload in try payload.withUnsafeBytes(body) } }
        // What is encrypted is bound to the event, so the whole event is needed.
        for event in try segment.events(from: range.lowerBound, limit: range.count) where event.sequence <= range.upperBound {
            let payload = event.payload.containsText(PersonalData.memberText) ? try PersonalData.opening(event.payload, of: event.id, keys: keys).payload : event.payload
            try payload.withUnsafeBytes(body)
        }
    }
}

extension PersonalData {
    /// How a field that is encrypted begins in JSON text.
    static let memberText = Array("\"\(member)\"".utf8)
}

extension Collection where Element == UInt8 {
    /// Whether some bytes stand here one after the other.
    func containsText(_ bytes: [UInt8]) -> Bool {
        guard let first = bytes.first else { return true }
        var rest = self[...]
        while let position = rest.firstIndex(of: first) {
            rest = rest[position...]
            if rest.starts(with: bytes) { return true }
            rest = rest.dropFirst()
        }
        return false
    }
}
