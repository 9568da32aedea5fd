/// Makes a new version of base data: copies the collections on the way to a change, and shares everything else.
///
/// Within one transaction a collection is copied once and then changed in place, so that many operations cost little more than one.
struct DataEditor {
    private(set) var root: Datum
    private(set) var copies: [UInt: BaseData.CopiedMemory]
    private let arena: Arena
    private let symbols: SymbolTable
    /// Objects that this transaction has copied, by address.
    private var changing: [UInt: Changing] = [:]
    /// Objects that this transaction has patched, by address.
    private var patching: Set<UInt> = []
    /// Objects with more entries are patched: a copy would take longer than a look-up may.
    private static let patchedCount = 8192
    /// With more changes an object is copied after all: each patch copies those before it.
    private static let changeLimit = 2048
    /// Collections that take more have a region of their own, which is freed as soon as no version uses it.
    private static let largeSize = 4096

    private struct Changing {
        /// Whether keys and index are still the old version's.
        var sharesKeys: Bool
        /// How many entries at the beginning are in order.
        var ordered: Int
        var removals = 0
    }

    /// Removals from one object for which it is worth to keep its order; after more it is sorted at the end.
    private static let orderedRemovals = 64

    init(root: Datum, arena: Arena, symbols: SymbolTable, copies: [UInt: BaseData.CopiedMemory]) {
        self.root = root
        self.arena = arena
        self.symbols = symbols
        self.copies = copies
    }

    mutating func apply(_ operation: DataOperation) throws(DataChangeFailure) {
        if operation.kind != .remove {
            let value: Datum
            do throws(JSONReader.JSONRefusal) {
                value = try DataReader(arena: arena, symbols: symbols, interns: false).read(operation.value)
            } catch {
                throw .value(operation.value, error)
            }
            try write(operation, value)
        } else {
            try write(operation, .undefined)
        }
    }

    private mutating func write(_ operation: DataOperation, _ value: Datum) throws(DataChangeFailure) {
        guard !operation.path.isEmpty else {
            guard operation.kind != .remove else { throw .operation(DataOperationError(.invalidPatch, "root cannot be removed")) }
            guard value.tag == .object else { throw .operation(DataOperationError(.invalidPatch, "root must be object")) }
            root = value
            return
        }
        do throws(DataOperationError) {
            root = try changed(root, operation, 0, value)
        } catch {
            throw .operation(error)
        }
    }

    /// Ends the transaction: everything is in the form that other threads need.
    mutating func settle() {
        for (address, state) in changing where !state.sharesKeys {
            UnsafeMutablePointer<Table>(bitPattern: address)?.pointee.settle(ordered: state.ordered)
        }
        for address in patching { UnsafeMutablePointer<Table>(bitPattern: address)?.pointee.settleChanges() }
    }

    // MARK: Walking

    /// A document after an operation at the path's keys from `position` on.
    private mutating func changed(_ document: Datum, _ operation: DataOperation, _ position: Int, _ value: Datum) throws(DataOperationError) -> Datum {
        switch document.tag {
        case .object: return try changedObject(document, operation, position, value)
        case .array: return try changedArray(document, operation, position, value)
        default:
            if operation.kind == .put { throw .conflict(operation.path[..<position]) }
            throw .notFound(operation.path)
        }
    }

    private mutating func changedObject(_ object: Datum, _ operation: DataOperation, _ position: Int, _ value: Datum) throws(DataOperationError) -> Datum {
        let key = self.key(operation.path[position])
        let isLast = position == operation.path.count - 1
        let known = object.stored.pointee.lookup(key)
        if known.isUndefined {
            guard operation.kind == .put || (operation.kind == .add && isLast) else { throw .notFound(operation.path) }
            return with(key, isLast ? value : nested(operation.path[(position + 1)...], value), in: object)
        }
        if isLast, operation.kind == .remove { return with(key, .undefined, in: object) }
        return with(key, isLast ? value : try changed(known, operation, position + 1, value), in: object)
    }

    /// An object with another value for a key; without it where the value is undefined.
    private mutating func with(_ key: Datum, _ value: Datum, in object: Datum) -> Datum {
        if let patched = patched(object.stored) {
            patched.pointee.change(key, to: value)
            return .object(patched)
        }
        let all = object.table
        guard let known = all.pointee.position(of: key) else {
            let table = editable(all, insteadOf: object.stored)
            table.pointee.set(key, to: value)
            return .object(table)
        }
        if value.isUndefined {
            let table = editable(all, insteadOf: object.stored)
            remove(known, from: table)
            return .object(table)
        }
        let table = editableValues(all, insteadOf: object.stored)
        table.pointee.replaceValue(at: known, with: value)
        return .object(table)
    }

    private mutating func remove(_ position: Int, from table: UnsafeMutablePointer<Table>) {
        guard var state = changing[UInt(bitPattern: table)] else { return }
        state.removals += 1
        if state.removals <= Self.orderedRemovals {
            table.pointee.remove(at: position)
            if position < state.ordered { state.ordered -= 1 }
        } else {
            table.pointee.removeOutOfOrder(at: position)
            state.ordered = 0
        }
        changing[UInt(bitPattern: table)] = state
    }

    /// Objects within each other that lead to a value.
    private func nested(_ path: ArraySlice<String>, _ value: Datum) -> Datum {
        var inner = value
        for name in path.reversed() {
            let table = Table.make(in: arena, capacity: 1, isObject: true)
            table.pointee.appendNew(key(name), inner)
            inner = .object(table)
        }
        return inner
    }

    private mutating func changedArray(_ array: Datum, _ operation: DataOperation, _ position: Int, _ value: Datum) throws(DataOperationError) -> Datum {
        let name = operation.path[position]
        let count = Int(array.count)
        let isLast = position == operation.path.count - 1
        if operation.kind == .put, Int(name).map({ $0 < 0 || $0 >= count }) ?? true { throw .conflict(operation.path[..<position]) }
        if isLast, operation.kind == .add, name == "-" || name == String(count) { return elements(of: array, replacing: count..<count, with: value) }
        guard let index = Int(name) else { throw .notFound(operation.path, "array index must be integer") }
        guard (0..<count).contains(index) else { throw .notFound(operation.path, "array index out of range") }
        guard isLast else {
            let new = try changed(array.elements[index], operation, position + 1, value)
            return elements(of: array, replacing: index..<(index + 1), with: new)
        }
        switch operation.kind {
        case .put, .add: return elements(of: array, replacing: index..<index, with: value)
        case .replace: return elements(of: array, replacing: index..<(index + 1), with: value)
        case .remove: return elements(of: array, replacing: index..<(index + 1), with: nil)
        }
    }

    /// A copy of an array with some elements replaced by at most one.
    private mutating func elements(of array: Datum, replacing range: Range<Int>, with value: Datum?) -> Datum {
        let old = array.elements
        let count = old.count - range.count + (value == nil ? 0 : 1)
        let bytes = count * MemoryLayout<Datum>.stride
        let own = bytes > Self.largeSize ? Region(blockSize: bytes) : nil
        let new = (own?.arena ?? arena).data(count)
        for position in 0..<range.lowerBound { new[position] = old[position] }
        if let value { new[range.lowerBound] = value }
        let behind = range.lowerBound + (value == nil ? 0 : 1)
        for position in range.upperBound..<old.count { new[behind + position - range.upperBound] = old[position] }
        copies[UInt(array.payload)] = nil
        if let own { copies[UInt(bitPattern: new)] = BaseData.CopiedMemory(keys: nil, values: own) }
        return .array(new, count: count)
    }

    private func key(_ name: String) -> Datum {
        Linker(arena: arena, symbols: symbols, interns: false, data: .undefined).string(name)
    }

    // MARK: Copying

    /// This transaction's patch of a large table; nil where it is to be copied.
    private mutating func patched(_ table: UnsafeMutablePointer<Table>) -> UnsafeMutablePointer<Table>? {
        let address = UInt(bitPattern: table)
        guard table.pointee.count >= Self.patchedCount || table.pointee.patch != nil, table.pointee.changeCount < Self.changeLimit, changing[address] == nil else { return nil }
        if patching.contains(address) { return table }
        let own = Region(blockSize: table.pointee.patchBytes), whole = WholeTable()
        let patched = Table.makePatched(table, in: own.arena, whole: whole)
        if table.pointee.patch != nil { copies[address] = nil }
        copies[UInt(bitPattern: patched)] = BaseData.CopiedMemory(keys: nil, values: own, whole: whole)
        patching.insert(UInt(bitPattern: patched))
        return patched
    }

    /// Lets go of what a patched table that was copied needed, as far as this version is concerned.
    private mutating func forget(_ patched: UnsafeMutablePointer<Table>) {
        guard let patch = patched.pointee.patch else { return }
        copies[UInt(bitPattern: patched)] = nil
        copies[UInt(bitPattern: patch.pointee.base)] = nil
        patching.remove(UInt(bitPattern: patched))
    }

    /// This transaction's copy of a table, in which values can be replaced.
    ///
    /// - Parameter old: what the document holds, the table or a patch of it.
    private mutating func editableValues(_ table: UnsafeMutablePointer<Table>, insteadOf old: UnsafeMutablePointer<Table>) -> UnsafeMutablePointer<Table> {
        // The keys of a patched table may go with its memory.
        if table != old { return editable(table, insteadOf: old) }
        if changing[UInt(bitPattern: table)] != nil { return table }
        let bytes = table.pointee.valueBytes + MemoryLayout<Table>.stride
        let own = bytes > Self.largeSize ? Region(blockSize: bytes) : nil
        let copy = table.pointee.copyOfValues(in: own?.arena ?? arena)
        if let own {
            let before = copies.removeValue(forKey: UInt(bitPattern: table))
            copies[UInt(bitPattern: copy)] = BaseData.CopiedMemory(keys: before.map { $0.keys ?? $0.values }, values: own)
        }
        changing[UInt(bitPattern: copy)] = Changing(sharesKeys: true, ordered: copy.pointee.count)
        return copy
    }

    /// This transaction's copy of a table, in which entries can be added and removed.
    ///
    /// - Parameter old: what the document holds, the table or a patch of it.
    private mutating func editable(_ table: UnsafeMutablePointer<Table>, insteadOf old: UnsafeMutablePointer<Table>) -> UnsafeMutablePointer<Table> {
        if let state = changing[UInt(bitPattern: table)], !state.sharesKeys { return table }
        let bytes = table.pointee.copyBytes + MemoryLayout<Table>.stride
        let own = bytes > Self.largeSize ? Region(blockSize: bytes) : nil
        let copy = table.pointee.copy(in: own?.arena ?? arena)
        changing[UInt(bitPattern: table)] = nil
        copies[UInt(bitPattern: table)] = nil
        forget(old)
        if let own { copies[UInt(bitPattern: copy)] = BaseData.CopiedMemory(keys: nil, values: own) }
        changing[UInt(bitPattern: copy)] = Changing(sharesKeys: false, ordered: copy.pointee.count)
        return copy
    }
}
