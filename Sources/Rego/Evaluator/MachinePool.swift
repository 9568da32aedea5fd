import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The machines of a snapshot that wait for the next query.
///
/// Every decision comes here twice, so threads keep out of each other's way: each has a place of its own, on a cache line of its own, where it mostly
/// finds the machine that it brought back, still warm in its processor's cache. A thread that finds nothing there rather makes a machine than takes
/// another's, up to as many as there are processors: what two threads make lies apart, and what one makes for both lies side by side, so that each
/// would write into cache lines of the other.
///
/// INVARIANT exclusive: whoever takes a machine out of a place, in one atomic exchange, is the only one to have it until it is brought back.
final class MachinePool: Sendable {
    private static let processorCount = sysconf(Int32(_SC_NPROCESSORS_ONLN))
    /// More than threads that decide at once, mostly, and few enough that a snapshot for each change of data costs little. A power of two.
    static let placeCount = max(16, 1 << (Int.bitWidth - (processorCount * 2 - 1).leadingZeroBitCount))

    /// As long as two cache lines, which processors fetch together.
    private struct Place: ~Copyable {
        let machine = Atomic<Unmanaged<Machine>?>(nil)
        // With the fifteen words of this, 128 bytes.
        private let padding: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64)

        init() { padding = (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0) }
    }

    // @unchecked because of the pointer alone: it never changes, leads to memory that lives as long as the pool, and what lies there is only read and
    // written atomically (the padding never).
    private struct Places: @unchecked Sendable {
        let first: UnsafeMutablePointer<Place>
    }

    private let places: Places
    private let made = Atomic<Int>(0)

    init() {
        let first = UnsafeMutablePointer<Place>.allocate(capacity: Self.placeCount)
        for number in 0..<Self.placeCount { (first + number).initialize(to: Place()) }
        places = Places(first: first)
    }

    deinit {
        for number in 0..<Self.placeCount { (places.first + number).pointee.machine.exchange(nil, ordering: .acquiring)?.release() }
        places.first.deinitialize(count: Self.placeCount)
        places.first.deallocate()
    }

    /// A machine for this thread alone, until it is given back.
    func take(orMake make: () -> Machine) -> Machine {
        let own = Self.placeOfThread
        if let machine = machine(at: own) { return machine }
        if made.load(ordering: .relaxed) >= Self.processorCount {
            for step in 1..<Self.placeCount {
                if let machine = machine(at: (own + step) % Self.placeCount) { return machine }
            }
        }
        made.wrappingAdd(1, ordering: .relaxed)
        return make()
    }

    @inline(__always)
    private func machine(at number: Int) -> Machine? {
        let place = places.first + number
        guard place.pointee.machine.load(ordering: .relaxed) != nil else { return nil }
        // Acquiring: what the thread before wrote into the machine is seen.
        return place.pointee.machine.exchange(nil, ordering: .acquiring)?.takeRetainedValue()
    }

    /// Keeps a machine, where a place is free.
    func giveBack(_ machine: Machine) { giveBack(machine, to: Self.placeOfThread) }

    private func giveBack(_ machine: Machine, to first: Int) {
        let given = Unmanaged.passRetained(machine)
        for step in 0..<Self.placeCount {
            let place = places.first + (first + step) % Self.placeCount
            if place.pointee.machine.compareExchange(expected: nil, desired: given, ordering: .releasing).exchanged { return }
        }
        given.release()
    }

    /// Bytes reserved by the machines that are here.
    var reservedBytes: Int {
        var bytes = 0
        for number in 0..<Self.placeCount {
            guard let machine = machine(at: number) else { continue }
            bytes += machine.arena.reservedBytes
            giveBack(machine, to: number)
        }
        return bytes
    }

    private static var placeOfThread: Int {
        // Threads lie pages apart: the upper bits of the product depend on all that differ.
        #if canImport(Glibc)
        let thread = UInt(pthread_self())
        #else
        let thread = UInt(bitPattern: pthread_self())
        #endif
        return Int((thread &* 0x9E37_79B9_7F4A_7C15) >> 32) % placeCount
    }
}
