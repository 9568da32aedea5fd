import Foundation

/// What a decision of a scenario takes at least: the input's bytes read once, what must be hashed hashed, what must be compared compared, the result
/// written. Written by hand for the one question, with data prepared beforehand; the difference to it is what asking any question costs.
enum Floors {
    typealias Decision = (_ input: UnsafeRawBufferPointer, _ output: inout [UInt8]) -> Void

    static func decision(of scenario: String, data: Data) throws -> Decision? {
        switch scenario {
        case "address-list": try addressList(JSONDecoder().decode(Addresses.self, from: data))
        case "rule-chain": ruleChain
        case "set-algebra": try setAlgebra(JSONDecoder().decode(Roles.self, from: data))
        default: nil
        }
    }

    // MARK: Addresses

    struct Addresses: Decodable {
        let allowed: [String]
        let blocked: [String]
    }

    struct Range {
        let network: UInt32
        let mask: UInt32

        init(_ text: String) {
            let parts = text.split(separator: "/")
            network = parts[0].split(separator: ".").reduce(0) { $0 << 8 | (UInt32($1) ?? 0) }
            mask = ~(UInt32.max >> (UInt32(parts[1]) ?? 0))
        }
    }

    /// Each range compared with the address: in the allowed up to the first that has it, in the blocked all.
    private static func addressList(_ data: Addresses) -> Decision {
        let allowed = data.allowed.map(Range.init), blocked = data.blocked.map(Range.init)
        return { input, output in
            var address: UInt32 = 0, part: UInt32 = 0
            for byte in input {
                if (0x30...0x39).contains(byte) { part = part &* 10 &+ UInt32(byte &- 0x30) }
                if byte == UInt8(ascii: ".") {
                    address = address << 8 | part
                    part = 0
                }
            }
            address = address << 8 | part
            let has = { (range: Range) in address & range.mask == range.network }
            output += allowed.contains(where: has) && !blocked.contains(where: has) ? Array("true".utf8) : Array("false".utf8)
        }
    }

    // MARK: Rules

    /// One comparison a rule.
    private static func ruleChain(_ input: UnsafeRawBufferPointer, _ output: inout [UInt8]) {
        var level = 0, holds = false
        for byte in input {
            if (0x30...0x39).contains(byte) { level = level &* 10 &+ Int(byte &- 0x30) }
            if byte == UInt8(ascii: "u") { holds = true }
        }
        for rule in 1..<200 where level < rule % 7 { holds = false }
        if holds { output += Array("\"reached\"".utf8) }
    }

    // MARK: Sets

    struct Roles: Decodable {
        struct Role: Decodable {
            let permissions: [String]
            let denied: [String]
        }

        let roles: [String: Role]
    }

    /// Permissions are numbers from the beginning, so that a set of them is a row of bits; the texts of the input are hashed, and what is missing or
    /// shared is in the order of its text.
    private static func setAlgebra(_ data: Roles) -> Decision {
        let permissions = Set(data.roles.values.flatMap { $0.permissions + $0.denied }).sorted()
        let numbers = Dictionary(uniqueKeysWithValues: permissions.enumerated().map { (Array($1.utf8), $0) })
        let roles = Dictionary(uniqueKeysWithValues: data.roles.map { name, role in
            (Array(name.utf8), (permissions: role.permissions.compactMap { numbers[Array($0.utf8)] }, denied: role.denied.compactMap { numbers[Array($0.utf8)] }))
        })
        return { input, output in
            var held = [Bool](repeating: false, count: permissions.count), denied = held, required = held
            var start: Int?
            for (position, byte) in input.enumerated() where byte == UInt8(ascii: "\"") {
                guard let first = start else {
                    start = position + 1
                    continue
                }
                let text = Array(input[first..<position])
                if let role = roles[text] {
                    for number in role.permissions { held[number] = true }
                    for number in role.denied { denied[number] = true }
                } else if let number = numbers[text] {
                    required[number] = true
                }
                start = nil
            }
            var missing: [Int] = [], shared: [Int] = [], all = 0
            for number in permissions.indices {
                if held[number] || denied[number] { all += 1 }
                guard required[number] else { continue }
                if held[number], !denied[number] { shared.append(number) } else { missing.append(number) }
            }
            func write(_ set: [Int]) {
                for number in set {
                    output.append(UInt8(ascii: "\""))
                    output += permissions[number].utf8
                    output += [UInt8(ascii: "\""), UInt8(ascii: ",")]
                }
            }
            output += Array("{\"all\":\(all),\"allowed\":\(missing.isEmpty),\"missing\":[".utf8)
            write(missing)
            output += Array("],\"shared\":[".utf8)
            write(shared)
            output += Array("]}".utf8)
        }
    }
}
