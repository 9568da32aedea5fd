extension Builtin {
    static let semanticVersions: [Builtin] = [
        Builtin("semver.is_valid", ["vsn": .any], returns: .boolean, "True where the value is a semantic version.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            guard call[0].tag == .string else { return .false }
            return .boolean(SemanticVersion(call[0].bytes) != nil)
        },
        Builtin("semver.compare", ["a": .string, "b": .string], returns: .number, "-1, 0 or 1 as the first version is older, equal or newer.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            let texts = (try call.utf8(0), try call.utf8(1))
            guard let a = SemanticVersion(texts.0) else { throw .failure("operand 1: string \(call[0].text.quotedForRego) is not a valid SemVer") }
            guard let b = SemanticVersion(texts.1) else { throw .failure("operand 2: string \(call[1].text.quotedForRego) is not a valid SemVer") }
            return .integer(a.compared(to: b))
        },
    ]
}

/// A version as semver.org 2.0.0 defines it, read as loosely as OPA does: after a `v`, with zeros in front, and with nothing after `-` or `+`.
private struct SemanticVersion {
    let core: (major: Int64, minor: Int64, patch: Int64)
    let preRelease: [String]

    init?(_ bytes: UnsafeBufferPointer<UInt8>) {
        if let core = Self.plain(bytes) {
            self.init(core: core, preRelease: [])
        } else {
            self.init(String(decoding: bytes, as: UTF8.self))
        }
    }

    private init(core: (major: Int64, minor: Int64, patch: Int64), preRelease: [String]) {
        self.core = core
        self.preRelease = preRelease
    }

    /// The numbers of a version that consists of them alone, as nearly all do.
    private static func plain(_ bytes: UnsafeBufferPointer<UInt8>) -> (Int64, Int64, Int64)? {
        var position = bytes.first == UInt8(ascii: "v") ? 1 : 0
        func number(_ end: UInt8?) -> Int64? {
            guard let value = Bytes.number(bytes, &position), end == (position < bytes.count ? bytes[position] : nil) else { return nil }
            position += 1
            return value
        }
        guard let major = number(UInt8(ascii: ".")), let minor = number(UInt8(ascii: ".")), let patch = number(nil) else { return nil }
        return (major, minor, patch)
    }

    private init?(_ text: String) {
        var rest = text.hasPrefix("v") ? text.dropFirst() : Substring(text)
        var metadata: Substring?
        if let plus = rest.firstIndex(of: "+") {
            metadata = rest[rest.index(after: plus)...]
            rest = rest[..<plus]
        }
        var pre: Substring?
        if let dash = rest.firstIndex(of: "-") {
            pre = rest[rest.index(after: dash)...]
            rest = rest[..<dash]
        }
        let numbers = rest.split(separator: ".", omittingEmptySubsequences: false)
        guard numbers.count == 3 else { return nil }
        var core: [Int64] = []
        for number in numbers {
            guard let value = Int64(number), number.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
            core.append(value)
        }
        func identifiers(_ part: Substring?) -> [String]? {
            guard let part, !part.isEmpty else { return [] }
            let names = part.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
            guard names.allSatisfy({ name in !name.isEmpty && name.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x7a).contains($0 | 0x20) || $0 == 0x2d } }) else { return nil }
            return names
        }
        guard let preRelease = identifiers(pre), identifiers(metadata) != nil else { return nil }
        self.core = (core[0], core[1], core[2])
        self.preRelease = preRelease
    }

    func compared(to other: SemanticVersion) -> Int {
        if core != other.core { return core < other.core ? -1 : 1 }
        if preRelease.isEmpty || other.preRelease.isEmpty { return preRelease.isEmpty == other.preRelease.isEmpty ? 0 : (preRelease.isEmpty ? 1 : -1) }
        for (a, b) in zip(preRelease, other.preRelease) where a != b {
            switch (UInt64(a), UInt64(b)) {
            case (let x?, let y?): return x < y ? -1 : 1
            case (_?, nil): return -1
            case (nil, _?): return 1
            case (nil, nil): return Value.order(a, b) < 0 ? -1 : 1
            }
        }
        return preRelease.count == other.preRelease.count ? 0 : (preRelease.count < other.preRelease.count ? -1 : 1)
    }
}
