/// The messages of gRPC's health protocol, which are small enough to be read and written here.
///
/// Sources: gRPC, "GRPC Health Checking Protocol" (`grpc.health.v1`), "gRPC over HTTP2"; Protocol Buffers, "Encoding".
enum HealthMessages {
    /// `HealthCheckResponse.ServingStatus`.
    enum Status: UInt8 {
        case serving = 1, notServing = 2, serviceUnknown = 3
    }

    /// The field `service` of a framed `HealthCheckRequest`; empty where it is not set, nil where the bytes are no such message.
    static func service(inRequest bytes: [UInt8]) -> String? {
        // A byte that says whether it is compressed, four of length.
        guard bytes.count >= 5, bytes[0] == 0 else { return nil }
        let length = bytes[1..<5].reduce(0) { $0 << 8 | Int($1) }
        guard bytes.count == 5 + length else { return nil }
        var rest = bytes[5...]
        var service = ""
        while let tag = readVarint(&rest) {
            switch tag & 7 {
            case 0: guard readVarint(&rest) != nil else { return nil }
            case 1, 5:
                let size = tag & 7 == 1 ? 8 : 4
                guard rest.count >= size else { return nil }
                rest = rest.dropFirst(size)
            case 2:
                guard let size = readVarint(&rest), size <= rest.count else { return nil }
                if tag >> 3 == 1 { service = String(decoding: rest.prefix(Int(size)), as: UTF8.self) }
                rest = rest.dropFirst(Int(size))
            default: return nil
            }
        }
        return rest.isEmpty ? service : nil
    }

    /// Nil at the end, and where the number is longer than one may be; then something is left.
    private static func readVarint(_ bytes: inout ArraySlice<UInt8>) -> UInt64? {
        var value: UInt64 = 0
        for (position, byte) in bytes.prefix(9).enumerated() {
            value |= UInt64(byte & 0x7f) << (7 * UInt64(position))
            guard byte & 0x80 == 0 else { continue }
            bytes = bytes.dropFirst(position + 1)
            return value
        }
        return nil
    }

    /// A framed `HealthCheckResponse`.
    static func response(_ status: Status) -> [UInt8] { [0, 0, 0, 0, 2, 8, status.rawValue] }
}
