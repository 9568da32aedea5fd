/// Memory that is given out piece by piece and given back all at once.
///
/// A region owns its blocks and frees them when it goes; `reset` keeps the first block for the next query, so that a warm decision
/// allocates nothing from the system.
final class Region {
    let arena: Arena

    init(blockSize: Int = 64 * 1024) {
        arena = Arena(blockSize: blockSize)
    }

    deinit {
        arena.freeAll()
    }

    /// Forgets everything that was allocated. The caller makes sure that no datum points here any more.
    func reset() { arena.reset() }
}

/// The handle through which code allocates from a region: a trivial pointer, so that passing it on costs nothing.
///
/// INVARIANT arena: an arena is used only while its `Region` lives, and by one thread at a time.
struct Arena: BitwiseCopyable {
    private struct Block {
        var next: UnsafeMutableRawPointer?
        var size: Int
    }

    private struct State {
        /// What is free of the last block: texts are taken from its end, everything else from its beginning.
        var cursor: UInt
        var limit: UInt
        var first: UnsafeMutableRawPointer
        var last: UnsafeMutableRawPointer
        var blockSize: Int
        /// Bytes in all blocks.
        var reserved: Int
    }

    private let state: UnsafeMutablePointer<State>

    fileprivate init(blockSize: Int) {
        // On cache lines of its own: it is written with each piece that is given out, and regions of other threads may lie beside it.
        state = UnsafeMutableRawPointer.allocate(byteCount: 128, alignment: 128).bindMemory(to: State.self, capacity: 1)
        let first = Arena.makeBlock(size: blockSize)
        state.initialize(to: State(cursor: 0, limit: 0, first: first, last: first, blockSize: blockSize, reserved: blockSize))
        use(first)
    }

    private static let headerSize = 32

    private static func makeBlock(size: Int) -> UnsafeMutableRawPointer {
        let block = UnsafeMutableRawPointer.allocate(byteCount: size + headerSize, alignment: 16)
        block.initializeMemory(as: Block.self, to: Block(next: nil, size: size))
        return block
    }

    private func use(_ block: UnsafeMutableRawPointer) {
        state.pointee.cursor = UInt(bitPattern: block) + UInt(Arena.headerSize)
        state.pointee.limit = state.pointee.cursor + UInt(block.assumingMemoryBound(to: Block.self).pointee.size)
    }

    /// Whether a value's memory lies here; false for values that need none. Looks at every block, so it is for rare questions.
    func contains(_ datum: Datum) -> Bool {
        switch datum.tag {
        case .undefined, .null, .boolean, .integer, .document: return false
        case .number, .string, .array, .object, .set: break
        }
        var block: UnsafeMutableRawPointer? = state.pointee.first
        while let current = block {
            let header = current.assumingMemoryBound(to: Block.self).pointee
            let start = UInt64(UInt(bitPattern: current)) + UInt64(Arena.headerSize)
            if datum.payload >= start && datum.payload < start + UInt64(header.size) { return true }
            block = header.next
        }
        return false
    }

    /// Bytes reserved from the system.
    var reservedBytes: Int { state.pointee.reserved }

    /// Bytes in use, to the rest of blocks that were too small for what came next.
    var usedBytes: Int { state.pointee.reserved - Int(state.pointee.limit - state.pointee.cursor) }

    fileprivate func freeAll() {
        var block: UnsafeMutableRawPointer? = state.pointee.first
        while let current = block {
            block = current.assumingMemoryBound(to: Block.self).pointee.next
            current.deallocate()
        }
        UnsafeMutableRawPointer(state).deallocate()
    }

    fileprivate func reset() {
        let first = state.pointee.first
        var block = first.assumingMemoryBound(to: Block.self).pointee.next
        while let current = block {
            block = current.assumingMemoryBound(to: Block.self).pointee.next
            current.deallocate()
        }
        first.assumingMemoryBound(to: Block.self).pointee.next = nil
        state.pointee.last = first
        state.pointee.reserved = first.assumingMemoryBound(to: Block.self).pointee.size
        state.pointee.blockSize = state.pointee.reserved
        use(first)
    }

    /// Uninitialised memory, aligned to 8 bytes.
    @inline(__always)
    func allocate(_ byteCount: Int) -> UnsafeMutableRawPointer {
        let size = UInt(bitPattern: (byteCount + 7) & ~7)
        let start = state.pointee.cursor
        if size <= state.pointee.limit &- start {
            state.pointee.cursor = start + size
            return UnsafeMutableRawPointer(bitPattern: start).unsafelyUnwrapped
        }
        return allocateSlowly(Int(size))
    }

    @inline(never)
    private func allocateSlowly(_ size: Int) -> UnsafeMutableRawPointer {
        addBlock(size)
        return allocate(size)
    }

    @inline(never)
    private func addBlock(_ size: Int) {
        state.pointee.blockSize = min(state.pointee.blockSize * 2, 16 * 1024 * 1024)
        let block = Arena.makeBlock(size: max(size, state.pointee.blockSize))
        state.pointee.last.assumingMemoryBound(to: Block.self).pointee.next = block
        state.pointee.last = block
        state.pointee.reserved += block.assumingMemoryBound(to: Block.self).pointee.size
        use(block)
    }

    /// Uninitialised memory in a block of its own, which may be given back alone.
    func allocateApart(_ byteCount: Int) -> UnsafeMutableRawPointer {
        let block = Arena.makeBlock(size: byteCount), first = state.pointee.first.assumingMemoryBound(to: Block.self)
        block.assumingMemoryBound(to: Block.self).pointee.next = first.pointee.next
        first.pointee.next = block
        if state.pointee.last == state.pointee.first { state.pointee.last = block }
        state.pointee.reserved += byteCount
        return block + Arena.headerSize
    }

    /// Gives back what `allocateApart` gave.
    func giveBack(apart memory: UnsafeMutableRawPointer) {
        let given = memory - Arena.headerSize
        var before = state.pointee.first
        while let next = before.assumingMemoryBound(to: Block.self).pointee.next, next != given { before = next }
        let block = given.assumingMemoryBound(to: Block.self).pointee
        before.assumingMemoryBound(to: Block.self).pointee.next = block.next
        if state.pointee.last == given { state.pointee.last = before }
        state.pointee.reserved -= block.size
        given.deallocate()
    }

    /// Room for `count` data, not yet initialised.
    @inline(__always)
    func data(_ count: Int) -> UnsafeMutablePointer<Datum> {
        allocate(count * MemoryLayout<Datum>.stride).assumingMemoryBound(to: Datum.self)
    }

    /// Uninitialised memory for text. It is taken from the end of the block, where it needs no alignment.
    @inline(__always)
    func bytes(_ count: Int) -> UnsafeMutablePointer<UInt8> {
        let size = UInt(bitPattern: count)
        if size > state.pointee.limit &- state.pointee.cursor { addBlock(count) }
        state.pointee.limit -= size
        return UnsafeMutablePointer(bitPattern: state.pointee.limit).unsafelyUnwrapped
    }

    func string(_ bytes: some Collection<UInt8>) -> Datum {
        let count = bytes.count
        let target = self.bytes(count)
        _ = UnsafeMutableBufferPointer(start: target, count: count).initialize(from: bytes)
        return .string(target, count: count)
    }

    func string(_ text: String) -> Datum {
        var text = text
        return text.withUTF8 { self.string($0) }
    }

    func array(_ elements: some Collection<Datum>) -> Datum {
        let count = elements.count
        let target = data(count)
        _ = UnsafeMutableBufferPointer(start: target, count: count).initialize(from: elements)
        return .array(target, count: count)
    }

    /// The shortest number that reads as the value in 64 bits, as arithmetic writes it.
    func number(_ value: ExtendedFloat) -> Datum {
        if let integer = value.integer { return .integer(integer) }
        guard !value.isInteger else { return number(Number(value)) }
        var text = string(value.characters())
        text.tag = .number
        return text
    }

    /// The shortest datum for a number: an integer where its text is an integer's canonical text, else the text itself.
    func number(_ number: Number) -> Datum {
        if let integer = number.integer, String(integer) == number.text { return .integer(integer) }
        var text = string(number.text)
        text.tag = .number
        if number.integer != nil { text.flags = Datum.Flags.literal }
        return text
    }
}
