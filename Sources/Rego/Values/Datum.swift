/// A value inside the engine: two trivial words, copied without reference counting.
///
/// ```
///   word 0                                     word 1
///   ┌──────────────────────────────────────┐   ┌────────────┬───────┬─────┐
///   │ payload: integer, boolean or pointer │   │ count (32) │ flags │ tag │
///   └──────────────────────────────────────┘   └────────────┴───────┴─────┘
/// ```
///
/// | tag | payload | count |
/// | --- | --- | --- |
/// | undefined, null | – | – |
/// | boolean | 0 or 1 | – |
/// | integer | the 64-bit integer | – |
/// | number | first byte of the literal's text | bytes of text |
/// | string | first byte of UTF-8 text | bytes |
/// | array | first element (`Datum`s) | elements |
/// | object, set | a `Table` | – |
/// | document | – (a package that holds rules) | node in the document tree |
///
/// What keeps the pointed-to memory alive is its region, never the datum:
///
/// - INVARIANT region: a datum is used only while the region (or input text) it points into lives. The snapshot's region outlives the
///   request's, which outlives the query's scratch region; a datum may point only into its own or a longer-lived region.
/// - INVARIANT frozen: what a datum points to no longer changes in value. Tables may be sorted or indexed late, by the one thread that
///   evaluates the query; those of the snapshot are sorted and indexed before they are shared.
/// - INVARIANT symbol: a string with `Flags.symbol` lies in the snapshot's symbol table, its hash stands in the 8 bytes before its text, and two
///   symbols of one snapshot are equal exactly if their payloads are.
/// - INVARIANT number: a `.number` is never equal to a 64-bit integer; such values are always `.integer`, unless `Flags.literal` says that the
///   text differs from the integer's canonical text (`1.0`, `1e2`).
struct Datum: BitwiseCopyable {
    enum Tag: UInt8 {
        case undefined, null, boolean, integer, number, string, array, object, set
        /// Not a value of Rego: a package or rule tree that a reference is still walking through.
        case document
    }

    struct Flags {
        static let symbol: UInt8 = 1
        static let literal: UInt8 = 2
    }

    var payload: UInt64
    var count: UInt32
    var flags: UInt8
    var tag: Tag

    @inline(__always)
    init(_ tag: Tag, payload: UInt64 = 0, count: UInt32 = 0, flags: UInt8 = 0) {
        self.payload = payload
        self.count = count
        self.flags = flags
        self.tag = tag
    }

    static var undefined: Datum { @inline(__always) get { Datum(.undefined) } }
    static var null: Datum { @inline(__always) get { Datum(.null) } }
    static var `true`: Datum { @inline(__always) get { Datum(.boolean, payload: 1) } }
    static var `false`: Datum { @inline(__always) get { Datum(.boolean, payload: 0) } }

    @inline(__always) static func boolean(_ value: Bool) -> Datum { Datum(.boolean, payload: value ? 1 : 0) }
    @inline(__always) static func integer(_ value: Int64) -> Datum { Datum(.integer, payload: UInt64(bitPattern: value)) }
    @inline(__always) static func integer(_ value: Int) -> Datum { Datum(.integer, payload: UInt64(bitPattern: Int64(value))) }
    @inline(__always) static func document(_ node: Int) -> Datum { Datum(.document, count: UInt32(truncatingIfNeeded: node)) }

    @inline(__always) static func string(_ bytes: UnsafePointer<UInt8>, count: Int, isSymbol: Bool = false) -> Datum {
        Datum(.string, payload: UInt64(UInt(bitPattern: bytes)), count: UInt32(truncatingIfNeeded: count), flags: isSymbol ? Flags.symbol : 0)
    }

    @inline(__always) static func array(_ elements: UnsafePointer<Datum>, count: Int) -> Datum {
        Datum(.array, payload: UInt64(UInt(bitPattern: elements)), count: UInt32(truncatingIfNeeded: count))
    }

    @inline(__always) static func object(_ table: UnsafeMutablePointer<Table>) -> Datum { Datum(.object, payload: UInt64(UInt(bitPattern: table))) }
    @inline(__always) static func set(_ table: UnsafeMutablePointer<Table>) -> Datum { Datum(.set, payload: UInt64(UInt(bitPattern: table))) }

    /// Neither undefined nor `false`: what makes a literal of a body hold.
    var holds: Bool { @inline(__always) get { tag != .undefined && !(tag == .boolean && payload == 0) } }
    var isUndefined: Bool { @inline(__always) get { tag == .undefined } }
    var isSymbol: Bool { @inline(__always) get { flags & Flags.symbol != 0 } }

    /// Only for `.integer`.
    var integerValue: Int64 { @inline(__always) get { Int64(bitPattern: payload) } }
    /// Only for `.boolean`.
    var booleanValue: Bool { @inline(__always) get { payload != 0 } }
    /// Only for `.string` and `.number`.
    var bytes: UnsafeBufferPointer<UInt8> {
        @inline(__always) get { UnsafeBufferPointer(start: UnsafePointer(bitPattern: UInt(payload)), count: Int(count)) }
    }
    /// Only for `.array`.
    var elements: UnsafeBufferPointer<Datum> {
        @inline(__always) get { UnsafeBufferPointer(start: UnsafePointer(bitPattern: UInt(payload)), count: Int(count)) }
    }
    /// All entries, or members. Only for `.object` and `.set`.
    var table: UnsafeMutablePointer<Table> {
        @inline(__always) get {
            let table = stored
            return table.pointee.patch == nil ? table : Datum.whole(table)
        }
    }
    /// What `Table.count` and `Table.lookup` can be asked of, also where it is a patch. Only for `.object` and `.set`.
    var stored: UnsafeMutablePointer<Table> {
        @inline(__always) get { UnsafeMutablePointer(bitPattern: UInt(payload)).unsafelyUnwrapped }
    }

    @inline(never)
    private static func whole(_ table: UnsafeMutablePointer<Table>) -> UnsafeMutablePointer<Table> {
        guard let patch = table.pointee.patch?.pointee else { return table }
        return patch.whole._withUnsafeGuaranteedRef { $0.table(of: patch) }
    }
    /// The rank of the value's type in Rego's total order.
    var rank: UInt8 { @inline(__always) get { tag == .integer ? Tag.number.rawValue : tag.rawValue } }

    var isNumber: Bool { @inline(__always) get { tag == .integer || tag == .number } }

    /// The string's text. Only for `.string` and `.number`.
    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The name `type_name` has for the value.
    var typeName: String {
        switch tag {
        case .undefined: "undefined"
        case .null: "null"
        case .boolean: "boolean"
        case .integer, .number: "number"
        case .string: "string"
        case .array: "array"
        case .object, .document: "object"
        case .set: "set"
        }
    }
}
