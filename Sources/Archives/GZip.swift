import CZlib

/// The gzip format (RFC 1952) through zlib.
public enum GZip {
    public enum Failure: Error, Sendable, Hashable, CustomStringConvertible {
        /// Not gzip, or damaged: what zlib says.
        case damaged(String)
        case truncated
        /// More comes out than allowed.
        case tooLarge(limit: Int)
        case outOfMemory

        public var description: String {
            switch self {
            case .damaged(let reason): "not valid gzip: \(reason)"
            case .truncated: "the gzip data ends too early"
            case .tooLarge(let limit): "the gzip data holds more than \(limit) bytes"
            case .outOfMemory: "zlib has no memory"
            }
        }
    }

    private static let chunk = 64 * 1024

    public static func isCompressed(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x1f, 0x8b]) }

    /// What compressed bytes hold; several members in a row are read as one.
    ///
    /// - Parameter limit: bytes that may come out.
    public static func decompress(_ bytes: [UInt8], limit: Int) throws(Failure) -> [UInt8] {
        var stream = z_stream()
        guard verdict_inflate_init(&stream) == Z_OK else { throw .outOfMemory }
        defer { inflateEnd(&stream) }
        var output: [UInt8] = []
        var position = 0
        while true {
            let step = advance(&stream, bytes, from: position, finish: Z_NO_FLUSH) { inflate($0, $1) }
            position += step.consumed
            guard output.count + step.output.count <= limit else { throw .tooLarge(limit: limit) }
            output += step.output
            switch step.code {
            case Z_OK: if step.consumed == 0 && step.output.isEmpty { throw .truncated }
            case Z_BUF_ERROR: throw .truncated
            case Z_STREAM_END:
                if position == bytes.count { return output }
                inflateReset(&stream)
            case Z_MEM_ERROR: throw .outOfMemory
            default: throw .damaged(stream.msg.map { String(cString: $0) } ?? "code \(step.code)")
            }
        }
    }

    /// Compresses bytes into one member without name and time, so that equal bytes give equal results.
    ///
    /// - Parameter level: 0 to 9; -1 is zlib's default.
    public static func compress(_ bytes: [UInt8], level: Int32 = -1) throws(Failure) -> [UInt8] {
        var stream = z_stream()
        guard verdict_deflate_init(&stream, max(-1, min(level, 9))) == Z_OK else { throw .outOfMemory }
        defer { deflateEnd(&stream) }
        var output: [UInt8] = []
        var position = 0
        while true {
            let step = advance(&stream, bytes, from: position, finish: Z_FINISH) { deflate($0, $1) }
            position += step.consumed
            output += step.output
            switch step.code {
            case Z_STREAM_END: return output
            case Z_OK, Z_BUF_ERROR: continue
            default: throw .damaged("code \(step.code)")
            }
        }
    }

    private struct Step {
        var code: Int32
        var consumed: Int
        var output: [UInt8]
    }

    /// Runs zlib once over what is left of the input, as far as one chunk of output goes.
    private static func advance(
        _ stream: inout z_stream, _ bytes: [UInt8], from position: Int, finish: Int32, _ run: (UnsafeMutablePointer<z_stream>, Int32) -> Int32
    ) -> Step {
        var code = Z_OK
        var consumed = 0
        let output = [UInt8](unsafeUninitializedCapacity: chunk) { buffer, count in
            bytes.withUnsafeBufferPointer { input in
                // zlib counts in 32 bits.
                let available = min(input.count - position, 1 << 30)
                // zlib never writes to its input; its type lacks `const`.
                stream.next_in = input.baseAddress.map { UnsafeMutablePointer(mutating: $0 + position) }
                stream.avail_in = UInt32(available)
                stream.next_out = buffer.baseAddress
                stream.avail_out = UInt32(chunk)
                code = run(&stream, available < input.count - position ? Z_NO_FLUSH : finish)
                consumed = available - Int(stream.avail_in)
                count = chunk - Int(stream.avail_out)
            }
        }
        return Step(code: code, consumed: consumed, output: output)
    }
}
