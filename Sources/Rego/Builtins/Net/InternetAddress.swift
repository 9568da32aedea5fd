#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// An IPv4 or IPv6 address as its bytes.
struct InternetAddress: Hashable, Comparable {
    var bytes: [UInt8]

    init(bytes: [UInt8]) { self.bytes = bytes }

    init?(_ text: String) {
        var four = in_addr()
        var six = in6_addr()
        if inet_pton(AF_INET, text, &four) == 1 {
            bytes = withUnsafeBytes(of: four) { Array($0) }
        } else if inet_pton(AF_INET6, text, &six) == 1 {
            let all = withUnsafeBytes(of: six) { Array($0) }
            // An IPv4 address in IPv6 clothes counts as IPv4, as in Go.
            bytes = all.starts(with: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]) ? Array(all[12...]) : all
        } else {
            return nil
        }
    }

    var bitCount: Int { bytes.count * 8 }

    var text: String {
        var buffer = [CChar](repeating: 0, count: 64)
        let family = bytes.count == 4 ? AF_INET : AF_INET6
        guard inet_ntop(family, bytes, &buffer, socklen_t(buffer.count)) != nil else { return "" }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    static func < (a: InternetAddress, b: InternetAddress) -> Bool {
        a.bytes.count == b.bytes.count ? a.bytes.lexicographicallyPrecedes(b.bytes) : a.bytes.count < b.bytes.count
    }

    /// The address with all bits after a prefix set to zero or one.
    func masked(_ prefix: Int, ones: Bool = false) -> InternetAddress {
        var result = bytes
        for position in result.indices {
            let keep = max(0, min(8, prefix - position * 8))
            let mask: UInt8 = keep == 0 ? 0 : ~UInt8(0) << UInt8(8 - keep)
            result[position] = result[position] & mask | (ones ? ~mask : 0)
        }
        return InternetAddress(bytes: result)
    }

    /// The next address; nil after the last.
    var next: InternetAddress? {
        var result = bytes
        for position in result.indices.reversed() {
            if result[position] < 255 {
                result[position] += 1
                return InternetAddress(bytes: result)
            }
            result[position] = 0
        }
        return nil
    }
}

/// An address range: a prefix and its length.
struct AddressRange: Hashable {
    let address: InternetAddress
    let prefix: Int

    init(address: InternetAddress, prefix: Int) {
        self.address = address.masked(prefix)
        self.prefix = prefix
    }

    /// `10.0.0.0/8`.
    init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let address = InternetAddress(String(parts[0])), let prefix = Int(parts[1]), !parts[1].hasPrefix("+"),
            prefix >= 0, parts[1].count <= 3
        else { return nil }
        let isMapped = parts[0].contains(":") && address.bytes.count == 4
        let length = isMapped ? prefix - 96 : prefix
        guard length >= 0, length <= address.bitCount else { return nil }
        self.init(address: address, prefix: length)
    }

    var first: InternetAddress { address }
    var last: InternetAddress { address.masked(prefix, ones: true) }
    var text: String { "\(address.text)/\(prefix)" }

    func contains(_ other: InternetAddress) -> Bool { other.bytes.count == address.bytes.count && other.masked(prefix) == address }
    func contains(_ other: AddressRange) -> Bool { other.prefix >= prefix && contains(other.address) }
    func intersects(_ other: AddressRange) -> Bool { contains(other.address) || other.contains(address) }

    /// The ranges in as few as possible.
    static func merged(_ ranges: [AddressRange]) -> [AddressRange] {
        var result: [AddressRange] = []
        for width in [4, 16] {
            var waiting = Set(ranges.filter { $0.address.bytes.count == width })
            // Two halves become a whole, from the smallest ranges up.
            for prefix in stride(from: width * 8, to: 0, by: -1) {
                let level = waiting.filter { $0.prefix == prefix }
                for range in level {
                    let parent = AddressRange(address: range.address, prefix: prefix - 1)
                    let halves = [AddressRange(address: parent.first, prefix: prefix), AddressRange(address: parent.last, prefix: prefix)]
                    if halves.allSatisfy({ waiting.contains($0) }) { waiting.insert(parent) }
                }
            }
            let kept = waiting.filter { range in !(0..<range.prefix).contains { waiting.contains(AddressRange(address: range.address, prefix: $0)) } }
            result += kept.sorted { $0.address < $1.address }
        }
        return result
    }
}
