/// Whether values of two types can be equal.
extension RegoType {
    func unifies(with other: RegoType) -> Bool {
        switch (self, other) {
        case (.unknown, _), (_, .unknown), (.void, _), (_, .void): return false
        case (.any, .function), (.function, .any), (.union, .function), (.function, .union): return false
        case (.any, _), (_, .any): return true
        case (.union(let types), _): return types.contains { $0.unifies(with: other) }
        case (_, .union(let types)): return types.contains { $0.unifies(with: self) }
        case (.null, .null), (.boolean, .boolean), (.number, .number), (.string, .string): return true
        case (.array(let left, let leftRest), .array(let right, let rightRest)):
            guard left.indices.allSatisfy({ left[$0].unifies(with: other.element($0)) }), right.indices.allSatisfy({ right[$0].unifies(with: element($0)) }) else { return false }
            guard let leftRest, let rightRest else { return true }
            return leftRest.unifies(with: rightRest)
        case (.object(let left, let leftKeys, let leftValues), .object(let right, let rightKeys, let rightValues)):
            let isOpen = hasKnownRest || other.hasKnownRest
            guard left.allSatisfy({ other.mayHave($0, isOpen: isOpen) }), right.allSatisfy({ mayHave($0, isOpen: isOpen) }) else { return false }
            guard let leftValues, let rightValues, leftKeys != .unknown || leftValues != .unknown, rightKeys != .unknown || rightValues != .unknown else { return true }
            return leftValues.unifies(with: rightValues)
        case (.set(let left), .set(let right)): return left.unifies(with: right)
        case (.function(let left, _), .function(let right, _)): return left.count == right.count && zip(left, right).allSatisfy { $0.unifies(with: $1) }
        default: return false
        }
    }

    /// Whether an object can have a field. As in OPA, one that it does not have matters only where both objects are known to the last key.
    private func mayHave(_ field: Field, isOpen: Bool) -> Bool {
        let type = selecting(field.key)
        return type == .unknown && isOpen || field.type.unifies(with: type)
    }

    /// Whether an object may have more than its fields, of a type that is known.
    private var hasKnownRest: Bool {
        guard case .object(_, _?, let values?) = self else { return false }
        return values != .unknown
    }

    /// The type of a rule's value when another rule of the same reference has another: sets and objects of unknown keys grow, others join.
    func merged(with other: RegoType) -> RegoType {
        switch (self, other) {
        case (.unknown, _): return other
        case (_, .unknown): return self
        case (.object([], let leftKeys?, let leftValues?), .object([], let rightKeys?, let rightValues?)):
            return .object([], keys: leftKeys.or(rightKeys), values: leftValues.merged(with: rightValues))
        case (.object([], let keys?, let values?), .union(var types)):
            if let position = types.firstIndex(where: { if case .object([], _?, _?) = $0 { true } else { false } }), case .object(_, let known?, let knownValues?) = types[position] {
                types[position] = .object([], keys: known.or(keys), values: knownValues.or(values))
                return .union(types)
            }
            return or(other)
        case (.set(let left), .set(let right)): return .set(left.or(right))
        case (.union, .union), (.any, .any), (.any, .union), (.union, .any): return or(other)
        case (.union, _), (.any, _): return other.merged(with: self)
        default: return or(other)
        }
    }

    /// The object with a value somewhere below it, as one of its unknown keys.
    func inserting(_ type: RegoType, at path: ArraySlice<RegoType>) -> RegoType {
        guard case .object(let fields, let keys, let values) = self, let key = path.first else { return self }
        let inner = path.count == 1 ? type : RegoType.object([], keys: nil, values: nil).inserting(type, at: path.dropFirst())
        guard let keys, let values else { return .object(fields, keys: key, values: inner) }
        return .object(fields, keys: keys.or(key), values: values.or(inner))
    }
}
