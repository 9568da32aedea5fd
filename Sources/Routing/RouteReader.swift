import Rego

/// An object of the route table while it is read; members that nobody asks for are mistakes.
struct RouteReader {
    private let place: String
    private let members: [String: Value]
    private var known: Set<String> = []

    init(_ value: Value, at place: String) throws(RoutingError) {
        guard case .object(let entries) = value else { throw RoutingError(.table, "\(place): expected an object") }
        self.place = place
        var members: [String: Value] = [:]
        for entry in entries { if case .string(let name) = entry.key { members[name] = entry.value } }
        self.members = members
    }

    func problem(_ reason: String) -> RoutingError { RoutingError(.table, "\(place): \(reason)") }

    /// - Throws: where there is a member that nobody asked for.
    func finish() throws(RoutingError) {
        if let unknown = members.keys.filter({ !known.contains($0) }).min() { throw problem("unknown member '\(unknown)'") }
    }

    mutating func value(_ name: String) -> Value? {
        known.insert(name)
        return members[name].flatMap { $0 == .null ? nil : $0 }
    }

    mutating func has(_ name: String) -> Bool { value(name) != nil }

    mutating func text(_ name: String) throws(RoutingError) -> String? {
        switch value(name) {
        case nil: return nil
        case .string(let text)?: return text
        default: throw problem("\(name) must be a text")
        }
    }

    mutating func number(_ name: String, in range: ClosedRange<Double>) throws(RoutingError) -> Double? {
        switch value(name) {
        case nil: return nil
        case .number(let number)? where range.contains(number.double): return number.double
        default: throw problem("\(name) must be a number from \(Self.value(range.lowerBound).regoText) to \(Self.value(range.upperBound).regoText)")
        }
    }

    mutating func array(_ name: String) throws(RoutingError) -> [Value] {
        switch value(name) {
        case nil: return []
        case .array(let elements)?: return elements
        default: throw problem("\(name) must be an array")
        }
    }

    mutating func texts(_ name: String) throws(RoutingError) -> [String] {
        var texts: [String] = []
        for element in try array(name) {
            guard case .string(let text) = element else { throw problem("\(name) must hold texts") }
            texts.append(text)
        }
        return texts
    }

    mutating func object(_ name: String) throws(RoutingError) -> [(String, Value)] {
        switch value(name) {
        case nil: return []
        case .object(let entries)?: return entries.compactMap { entry in if case .string(let name) = entry.key { (name, entry.value) } else { nil } }
        default: throw problem("\(name) must be an object")
        }
    }

    static func value(_ number: Double) -> Value { .number(Number(number) ?? Number(0)) }
}
