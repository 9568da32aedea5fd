#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// An IPv4 or IPv6 address as a number of 32 or 128 bits.
struct InternetAddress: Hashable {
    private(set) var value: UInt128
    let bitCount: Int

    init(value: UInt128, bitCount: Int) {
        self.value = value
        self.bitCount = bitCount
    }

    /// 4 or 16 bytes.
    init(bytes: [UInt8]) {
        value = bytes.reduce(0) { $0 << 8 | UInt128($1) }
        bitCount = bytes.count * 8
    }

    init?(_ text: UnsafeBufferPointer<UInt8>) {
        if let four = Self.four(text) {
            self = four
            return
        }
        var six = in6_addr()
        guard text.contains(UInt8(ascii: ":")), inet_pton(AF_INET6, String(decoding: text, as: UTF8.self), &six) == 1 else { return nil }
        let all = withUnsafeBytes(of: six) { Array($0) }
        // An IPv4 address in IPv6 clothes counts as IPv4, as in Go.
        self.init(bytes: all.starts(with: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]) ? Array(all[12...]) : all)
    }

    init?(_ text: String) {
        var text = text
        guard let address = text.withUTF8({ InternetAddress($0) }) else { return nil }
        self = address
    }

    /// Four decimals without leading zeros.
    private static func four(_ text: UnsafeBufferPointer<UInt8>) -> InternetAddress? {
        var value: UInt128 = 0, part = 0, digits = 0, parts = 1
        for byte in text {
            if byte == UInt8(ascii: ".") {
                guard digits > 0, parts < 4 else { return nil }
                value = value << 8 | UInt128(part)
                part = 0
                digits = 0
                parts += 1
            } else {
                guard byte &- 0x30 <= 9, digits == 0 || part > 0 else { return nil }
                part = part * 10 + Int(byte - 0x30)
                digits += 1
                guard part <= 255 else { return nil }
            }
        }
        guard parts == 4, digits > 0 else { return nil }
        return InternetAddress(value: value << 8 | UInt128(part), bitCount: 32)
    }

    var bytes: [UInt8] { (0..<bitCount / 8).reversed().map { UInt8(truncatingIfNeeded: value >> UInt128($0 * 8)) } }

    var text: String {
        var buffer = [CChar](repeating: 0, count: 64)
        let family = bitCount == 32 ? AF_INET : AF_INET6
        guard inet_ntop(family, bytes, &buffer, socklen_t(buffer.count)) != nil else { return "" }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The bits after a prefix.
    private func rest(_ prefix: Int) -> UInt128 { prefix >= bitCount ? 0 : (prefix <= 0 && bitCount == 128 ? .max : (1 << UInt128(bitCount - max(0, prefix))) - 1) }

    /// The address with all bits after a prefix set to zero or one.
    func masked(_ prefix: Int, ones: Bool = false) -> InternetAddress {
        InternetAddress(value: ones ? value | rest(prefix) : value & ~rest(prefix), bitCount: bitCount)
    }

    /// The next address; nil after the last.
    var next: InternetAddress? { value == rest(0) ? nil : InternetAddress(value: value + 1, bitCount: bitCount) }
}

extension InternetAddress: Comparable {
    static func < (a: InternetAddress, b: InternetAddress) -> Bool { (a.bitCount, a.value) < (b.bitCount, b.value) }
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
    init?(_ text: UnsafeBufferPointer<UInt8>) {
        guard let slash = text.firstIndex(of: UInt8(ascii: "/")), slash + 1 < text.count else { return nil }
        let address = UnsafeBufferPointer(rebasing: text[..<slash])
        guard let address = InternetAddress(address) else { return nil }
        var prefix = 0
        for byte in text[(slash + 1)...] {
            guard byte &- 0x30 <= 9, prefix <= 128 else { return nil }
            prefix = prefix * 10 + Int(byte - 0x30)
        }
        let isMapped = address.bitCount == 32 && text[..<slash].contains(UInt8(ascii: ":"))
        let length = isMapped ? prefix - 96 : prefix
        guard length >= 0, length <= address.bitCount else { return nil }
        self.init(address: address, prefix: length)
    }

    init?(_ text: String) {
        var text = text
        guard let range = text.withUTF8({ AddressRange($0) }) else { return nil }
        self = range
    }

    var first: InternetAddress { address }
    var last: InternetAddress { address.masked(prefix, ones: true) }
    var text: String { "\(address.text)/\(prefix)" }

    func contains(_ other: InternetAddress) -> Bool { other.bitCount == address.bitCount && other.masked(prefix) == address }
    func contains(_ other: AddressRange) -> Bool { other.prefix >= prefix && contains(other.address) }
    func intersects(_ other: AddressRange) -> Bool { contains(other.address) || other.contains(address) }

    /// The ranges in as few as possible.
    static func merged(_ ranges: [AddressRange]) -> [AddressRange] {
        var result: [AddressRange] = []
        for width in [32, 128] {
            var waiting = Set(ranges.filter { $0.address.bitCount == width })
            // Two halves become a whole, from the smallest ranges up.
            for prefix in stride(from: width, to: 0, by: -1) {
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
