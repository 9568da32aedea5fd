/// The members of a set in Rego's order.
struct SetView {
    let datum: Datum
    init(_ datum: Datum) {
        self.datum = datum
        datum.table.pointee.sort()
    }

    var count: Int { datum.table.pointee.count }
    var members: UnsafeBufferPointer<Datum> { UnsafeBufferPointer(start: datum.table.pointee.keys, count: count) }
    func contains(_ member: Datum) -> Bool { datum.table.pointee.position(of: member) != nil }
}

extension Datum {
    /// The members of a set in any order, for what does not depend on it: a set that is only asked is never sorted.
    var unorderedMembers: UnsafeBufferPointer<Datum> { UnsafeBufferPointer(start: table.pointee.keys, count: table.pointee.count) }

    func hasMember(_ member: Datum) -> Bool { table.pointee.position(of: member) != nil }
}

/// The entries of an object in Rego's order of their keys.
struct ObjectView {
    let datum: Datum
    init(_ datum: Datum) {
        self.datum = datum
        datum.table.pointee.sort()
    }

    var count: Int { datum.table.pointee.count }
    var keys: UnsafeBufferPointer<Datum> { UnsafeBufferPointer(start: datum.table.pointee.keys, count: count) }
    func value(at position: Int) -> Datum { datum.table.pointee.value(at: position) }

    /// The value of a key, or nil.
    subscript(key: Datum) -> Datum? {
        guard let position = datum.table.pointee.position(of: key) else { return nil }
        return datum.table.pointee.value(at: position)
    }

    /// The value of a string key, or nil.
    subscript(name: String) -> Datum? {
        var name = name
        return name.withUTF8 { bytes -> Datum? in
            guard let start = bytes.baseAddress else { return self[Datum(.string)] }
            return self[.string(start, count: bytes.count)]
        }
    }
}

/// A set being made.
struct SetBuilder {
    private let table: UnsafeMutablePointer<Table>
    init(in arena: Arena, capacity: Int = 4) { table = Table.make(in: arena, capacity: capacity, isObject: false) }
    @discardableResult
    func insert(_ member: Datum) -> Bool { table.pointee.insert(member) }
    func contains(_ member: Datum) -> Bool { table.pointee.position(of: member) != nil }
    /// The finished set; nothing is inserted afterwards.
    var datum: Datum { .set(table) }
    var count: Int { table.pointee.count }
}

/// An object being made.
struct ObjectBuilder {
    private let table: UnsafeMutablePointer<Table>
    init(in arena: Arena, capacity: Int = 4) { table = Table.make(in: arena, capacity: capacity, isObject: true) }
    func set(_ key: Datum, to value: Datum) { table.pointee.set(key, to: value) }
    /// The value set for a key so far, or nil.
    subscript(key: Datum) -> Datum? { position(of: key).map { value(at: $0) } }
    /// Where a key stands, or nil; keys keep their places while others are set.
    func position(of key: Datum) -> Int? { table.pointee.position(of: key) }
    func key(at position: Int) -> Datum { table.pointee.keys[position] }
    func value(at position: Int) -> Datum { table.pointee.value(at: position) }
    /// The finished object; nothing is set afterwards.
    var datum: Datum { .object(table) }
    var count: Int { table.pointee.count }
}
