#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

extension Builtin {
    private static let addressOrTuple: RegoType = .anyOf(.string, .array(of: .any))
    private static let addresses: RegoType = .anyOf(.string, .array(of: addressOrTuple), .object(.string, addressOrTuple), .set(of: addressOrTuple))

    static let network: [Builtin] = [
        Builtin("net.cidr_contains", ["cidr": .string, "cidr_or_ip": .string], returns: .boolean, "True where a range contains an address or a range.", implementation: contains),
        Builtin("net.cidr_intersects", ["cidr1": .string, "cidr2": .string], returns: .boolean, "True where two ranges share an address.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            .boolean(try call.addressRange(0).intersects(try call.addressRange(1)))
        },
        Builtin("net.cidr_overlap", ["": .string, "": .string], returns: .boolean, "The older name of `net.cidr_contains`.", traits: .deprecated, implementation: contains),
        Builtin("net.cidr_is_valid", ["cidr": .string], returns: .boolean, "True where the text is an address range.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            guard call[0].tag == .string else { return .false }
            return .boolean(AddressRange(call[0].text) != nil)
        },
        Builtin("net.cidr_expand", ["cidr": .string], returns: .set(of: .string), "Every address of a range.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            let range = try call.addressRange(0)
            let bits = range.address.bitCount - range.prefix
            guard bits < 63, 1 << bits <= call.limits.elements else { throw .failure("range has more than \(call.limits.elements) addresses") }
            let result = call.makeSet()
            var address: InternetAddress? = range.first
            while let current = address {
                result.insert(call.make(current.text))
                address = current == range.last ? nil : current.next
            }
            return result.datum
        },
        Builtin("net.cidr_merge", ["addrs": .anyOf(.array(of: .union([.string])), .set(of: .string))], returns: .set(of: .string), "The addresses and ranges in as few ranges as possible.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            var ranges: [AddressRange] = []
            guard call[0].tag == .array || call[0].tag == .set else { throw .failure("operand must be an array") }
            for member in try call.elements(0) {
                guard member.tag == .string else { throw .failure("element must be string") }
                if let range = AddressRange(member.text) {
                    ranges.append(range)
                } else if let address = InternetAddress(member.text) {
                    if address.bitCount == 128 { throw .failure("IPv6 invalid: needs prefix length") }
                    ranges.append(AddressRange(address: address, prefix: Self.classPrefix(address)))
                } else {
                    throw .failure("invalid CIDR address: \(member.text)")
                }
            }
            let result = call.makeSet()
            for range in AddressRange.merged(ranges) { result.insert(call.make(range.text)) }
            return result.datum
        },
        Builtin("net.cidr_contains_matches", ["cidrs": addresses, "cidrs_or_ips": addresses], returns: .set(of: .array(.any, .any)), "Which ranges contain which addresses or ranges, by position, key or member.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            let ranges = call.labelledElements(0), others = call.labelledElements(1), result = call.makeSet()
            // As in OPA, an element is looked at when its turn comes: where one operand is empty, nothing of the other's is.
            for range in ranges {
                let address = try call.address(range.element, 0)
                var outer: AddressRange?
                for other in others {
                    let inner = try call.address(other.element, 1)
                    if outer == nil { outer = try call.addressRange(try call.addressText(address)) }
                    if let outer, try call.contains(outer, try call.addressText(inner)) { result.insert(call.make(array: [range.label, other.label])) }
                }
            }
            return result.datum
        },
    ]

    private static let contains: Implementation = { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
        let range = try call.addressRange(0), text = try call.utf8(1), key = IdentityCache<InternetAddress>.Key(call[1])
        if let last = call.context.lastAddress, last.text == key { return .boolean(range.contains(last.address)) }
        guard let address = InternetAddress(text) else { return .boolean(try call.contains(range, text)) }
        call.context.lastAddress = (key, address)
        return .boolean(range.contains(address))
    }

    /// Go's default mask for an address without a prefix.
    private static func classPrefix(_ address: InternetAddress) -> Int {
        switch address.bytes[0] {
        case 0..<0x80: 8
        case 0x80..<0xc0: 16
        default: 24
        }
    }
}

extension BuiltinCall {
    fileprivate func addressRange(_ position: Int) throws(BuiltinError) -> AddressRange {
        let text = try utf8(position)
        let key = IdentityCache<AddressRange>.Key(self[position])
        if let known = context.addressRanges[key] { return known }
        let range = try addressRange(text)
        if context.isLasting(self[position]) { context.addressRanges.insert(range, for: key) }
        return range
    }

    fileprivate func addressRange(_ text: UnsafeBufferPointer<UInt8>) throws(BuiltinError) -> AddressRange {
        guard let range = AddressRange(text) else { throw .failure("invalid CIDR address: \(String(decoding: text, as: UTF8.self))") }
        return range
    }

    fileprivate func contains(_ range: AddressRange, _ text: UnsafeBufferPointer<UInt8>) throws(BuiltinError) -> Bool {
        if let address = InternetAddress(text) { return range.contains(address) }
        guard let other = AddressRange(text) else { throw .failure("not a valid textual representation of an IP address or CIDR: \(String(decoding: text, as: UTF8.self))") }
        return range.contains(other)
    }

    fileprivate func addressText(_ address: Datum) throws(BuiltinError) -> UnsafeBufferPointer<UInt8> {
        guard address.tag == .string else { throw .type("operand 1 must be string but got \(address.typeName)") }
        return address.bytes
    }

    /// An element of an operand, with what stands for it in the result.
    fileprivate typealias LabelledElement = (element: Datum, label: Datum)

    fileprivate func labelledElements(_ position: Int) -> [LabelledElement] {
        switch self[position].tag {
        case .string: return [(self[position], self[position])]
        case .array: return self[position].elements.enumerated().map { ($0.element, .integer($0.offset)) }
        case .set: return SetView(self[position]).members.map { ($0, $0) }
        case .object:
            let view = ObjectView(self[position])
            return view.keys.indices.map { (view.value(at: $0), view.keys[$0]) }
        default: return []
        }
    }

    /// What an element has as its address: itself, or the first element of a list.
    fileprivate func address(_ element: Datum, _ position: Int) throws(BuiltinError) -> Datum {
        if element.tag == .string { return element }
        guard element.tag == .array, let first = element.elements.first else { throw .failure("operand \(position + 1): element must be string or non-empty array") }
        return first
    }
}
