/// Unions, parts and the order of types.
extension RegoType {
    /// The union of types; a union inside it gives its own members, and `any` is everything.
    static func oneOf(_ types: [RegoType]) -> RegoType {
        types.reduce(RegoType.unknown) { $0.or($1) }
    }

    /// A type that both fit: `any`, one of the two where they are equal, or a union.
    func or(_ other: RegoType) -> RegoType {
        switch (self, other) {
        case (.unknown, _): other
        case (_, .unknown): self
        case (.function, .function): functionUnion(other)
        case (.function, _), (_, .function): .unknown
        case (.any, _), (_, .any): .any
        case (.union(let types), .union(let others)): others.reduce(.union(types)) { $0.adding($1) }
        case (.union, _): adding(other)
        case (_, .union): other.adding(self)
        default: Self.order(self, other) == 0 ? self : .union([self, other].sorted { Self.order($0, $1) < 0 })
        }
    }

    private func adding(_ type: RegoType) -> RegoType {
        guard case .union(var types) = self else { return or(type) }
        let position = types.firstIndex { Self.order($0, type) >= 0 } ?? types.count
        if position < types.count, Self.order(types[position], type) == 0 { return self }
        types.insert(type, at: position)
        return .union(types)
    }

    /// Functions of the same number of arguments take what either takes.
    private func functionUnion(_ other: RegoType) -> RegoType {
        guard case .function(let left, let leftResult) = self, case .function(let right, let rightResult) = other, left.count == right.count else { return .unknown }
        let result = (leftResult ?? .unknown).or(rightResult ?? .unknown)
        return .function(zip(left, right).map { $0.or($1) }, result: result == .unknown ? nil : result)
    }

    /// Whether the type, or something in it, is not known.
    var isIncomplete: Bool {
        switch self {
        case .unknown: true
        case .function(let arguments, let result): arguments.contains(where: \.isIncomplete) || result?.isIncomplete ?? true
        case .array(let elements, let rest): elements.contains(where: \.isIncomplete) || rest?.isIncomplete ?? false
        case .object(let fields, let keys, let values):
            fields.contains { $0.type.isIncomplete } || keys?.isIncomplete ?? false || values?.isIncomplete ?? false
        case .set(let member): member.isIncomplete
        default: false
        }
    }

    /// Nil where nothing is known.
    var ifKnown: RegoType? { self == .unknown ? nil : self }

    // MARK: Parts

    /// The type of what the values can be indexed with; unknown where they cannot.
    var keyType: RegoType {
        switch self {
        case .array: .number
        case .set(let member): member
        case .object(let fields, let keys, _): fields.reduce(RegoType.unknown) { $0.or(RegoType(of: $1.key)) }.or(keys ?? .unknown)
        case .any: .any
        case .union(let types): types.reduce(RegoType.unknown) { $1.keyType.or($0) }
        default: .unknown
        }
    }

    /// The type of the values inside; unknown where there are none.
    var valueType: RegoType {
        switch self {
        case .array(let elements, let rest): Self.oneOf(elements).or(rest ?? .unknown)
        case .set(let member): member
        case .object(let fields, _, let values): Self.oneOf(fields.map(\.type)).or(values ?? .unknown)
        case .any: .any
        case .union(let types): types.reduce(RegoType.unknown) { $1.valueType.or($0) }
        default: .unknown
        }
    }

    /// The element of an array at a position.
    func element(_ position: Int) -> RegoType {
        guard case .array(let elements, let rest) = self, position >= 0 else { return .unknown }
        return position < elements.count ? elements[position] : rest ?? .unknown
    }

    /// The type of what stands under a constant key; unknown where nothing can.
    func selecting(_ key: Value) -> RegoType {
        switch self {
        case .array:
            guard case .number(let number) = key, let position = Int(number.text) else { return .unknown }
            return element(position)
        case .object(let fields, let keys, let values):
            if let field = fields.first(where: { $0.key == key }) { return field.type }
            guard let keys, let values, keys.contains(RegoType(of: key)) else { return .unknown }
            return values
        case .set(let member):
            let type = RegoType(of: key)
            if Self.order(member, type) == 0 { return member }
            if case .any = member { return type }
            if case .union = member, member.contains(type) { return type }
            return .unknown
        case .any: return .any
        case .union(let types): return types.reduce(RegoType.unknown) { $1.selecting(key).or($0) }
        default: return .unknown
        }
    }

    private func contains(_ other: RegoType) -> Bool {
        switch self {
        case .any: if case .function = other { false } else { true }
        case .union(let types): types.contains { Self.order($0, other) == 0 }
        default: Self.order(self, other) == 0
        }
    }

    /// The type of a constant.
    init(of value: Value) {
        switch value {
        case .null: self = .null
        case .boolean: self = .boolean
        case .number: self = .number
        case .string: self = .string
        case .array(let elements), .set(let elements): self = .array(elements.map { RegoType(of: $0) }, rest: nil)
        case .object(let entries): self = .object(entries.map { Field(key: $0.key, type: RegoType(of: $0.value)) }, keys: nil, values: nil)
        }
    }

    // MARK: Order

    private var rank: Int {
        switch self {
        case .unknown, .void: -1
        case .null: 0
        case .boolean: 1
        case .number: 2
        case .string: 3
        case .array: 4
        case .object: 5
        case .set: 6
        case .any, .union: 7
        case .function: 8
        }
    }

    /// Negative where the first type comes first, 0 where they are the same.
    static func order(_ a: RegoType, _ b: RegoType) -> Int {
        if a.rank != b.rank { return a.rank - b.rank }
        switch (a, b) {
        case (.array(let left, let leftRest), .array(let right, let rightRest)):
            let rests = order(leftRest, rightRest)
            return rests == 0 ? order(left, right) : rests
        case (.object(let left, let leftKeys, let leftValues), .object(let right, let rightKeys, let rightValues)):
            let keys = order(leftKeys, rightKeys), values = order(leftValues, rightValues)
            return keys != 0 ? keys : (values != 0 ? values : order(left, right))
        case (.set(let left), .set(let right)): return order(left, right)
        case (.function(let left, let leftResult), .function(let right, let rightResult)):
            if left.count != right.count { return left.count - right.count }
            let arguments = order(left, right)
            return arguments == 0 ? order(leftResult, rightResult) : arguments
        default: return order(a.members, b.members)
        }
    }

    private var members: [RegoType] { if case .union(let types) = self { types } else { [] } }

    private static func order(_ a: RegoType?, _ b: RegoType?) -> Int {
        switch (a, b) {
        case (nil, nil): 0
        case (nil, _): -1
        case (_, nil): 1
        case (let a?, let b?): order(a, b)
        }
    }

    private static func order(_ a: [RegoType], _ b: [RegoType]) -> Int {
        for (left, right) in zip(a, b) {
            let types = order(left, right)
            if types != 0 { return types }
        }
        return a.count - b.count
    }

    private static func order(_ a: [Field], _ b: [Field]) -> Int {
        for (left, right) in zip(a, b) {
            let keys = Value.order(left.key, right.key)
            if keys != 0 { return keys }
            let types = order(left.type, right.type)
            if types != 0 { return types }
        }
        return a.count - b.count
    }
}
