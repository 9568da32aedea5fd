import Archives

/// Makes chunks of events: as many as fit compressed into the limit, found by learning how well events compress.
struct ChunkEncoder {
    private let limit: Int
    /// Uncompressed bytes that are tried.
    private var target: Int
    /// A chunk that fills less of the limit lets the next be larger.
    private static let wanted = 0.9

    init(limit: Int) {
        self.limit = limit
        target = limit
    }

    /// Encodes events from the front.
    ///
    /// - Returns: how many events were used, and the gzip text of a JSON array of them; nil where the one event alone is too large.
    mutating func encode(_ events: ArraySlice<[UInt8]>) -> (count: Int, body: [UInt8]?) {
        var count = fitting(events)
        while true {
            // zlib fails only where memory is short; then less is tried.
            if let body = try? GZip.compress(Self.array(events.prefix(count))), body.count <= limit {
                let isSmall = Double(body.count) < Double(limit) * Self.wanted
                if isSmall, count < events.count { target = target * 3 / 2 + 1 }
                return (count, body)
            }
            if count == 1 { return (1, nil) }
            count /= 2
            target = max(target / 2, 1)
        }
    }

    private func fitting(_ events: ArraySlice<[UInt8]>) -> Int {
        var size = 0, count = 0
        for event in events {
            size += event.count + 1
            if count > 0, size > target { break }
            count += 1
        }
        return count
    }

    private static func array(_ events: ArraySlice<[UInt8]>) -> [UInt8] {
        var text: [UInt8] = [UInt8(ascii: "[")]
        for (position, event) in events.enumerated() {
            if position > 0 { text.append(UInt8(ascii: ",")) }
            text += event
        }
        text.append(UInt8(ascii: "]"))
        return text
    }
}
