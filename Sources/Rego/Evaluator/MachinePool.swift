import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The machines of a snapshot that wait for the next query.
///
/// Every decision comes here twice, so threads keep out of each other's way: each has a place of its own, on a cache line of its own, where it mostly
/// finds the machine that it brought back, still warm in its processor's cache.
///
/// INVARIANT exclusive: whoever takes a machine out of a place, in one atomic exchange, is the only one to have it until it is brought back.
final class MachinePool: Sendable {
    private static let placeCount = 64

    /// As long as two cache lines, which processors fetch together.
    private struct Place: ~Copyable {
        let machine = Atomic<Unmanaged<Machine>?>(nil)
        private let padding: SIMD16<UInt64>

        init() { padding = .zero }
    }

    private struct Places: @unchecked Sendable {
        // The pointer is never changed and what lies behind it is atomic.
        let first: UnsafeMutablePointer<Place>
    }

    private let places: Places

    init() {
        let first = UnsafeMutablePointer<Place>.allocate(capacity: Self.placeCount)
        for number in 0..<Self.placeCount { (first + number).initialize(to: Place()) }
        places = Places(first: first)
    }

    deinit {
        while let machine = take() { _ = machine }
        places.first.deinitialize(count: Self.placeCount)
        places.first.deallocate()
    }

    /// A machine, from the place of this thread where it has one, from another one otherwise; nil where all places are empty.
    func take() -> Machine? {
        let own = Self.placeOfThread
        for step in 0..<Self.placeCount {
            let place = places.first + (own + step) % Self.placeCount
            guard place.pointee.machine.load(ordering: .relaxed) != nil else { continue }
            // Acquiring: what the thread before wrote into the machine is seen.
            if let machine = place.pointee.machine.exchange(nil, ordering: .acquiring) { return machine.takeRetainedValue() }
        }
        return nil
    }

    /// Keeps a machine, where a place is free.
    func giveBack(_ machine: Machine) {
        let own = Self.placeOfThread, given = Unmanaged.passRetained(machine)
        for step in 0..<Self.placeCount {
            let place = places.first + (own + step) % Self.placeCount
            if place.pointee.machine.compareExchange(expected: nil, desired: given, ordering: .releasing).exchanged { return }
        }
        given.release()
    }

    /// Bytes reserved by the machines that are here.
    var reservedBytes: Int {
        var bytes = 0
        for number in 0..<Self.placeCount {
            guard let machine = (places.first + number).pointee.machine.exchange(nil, ordering: .acquiring)?.takeRetainedValue() else { continue }
            bytes += machine.arena.reservedBytes
            giveBack(machine)
        }
        return bytes
    }

    private static var placeOfThread: Int {
        // Threads lie pages apart: the middle bits of the product depend on all that differ.
        #if canImport(Glibc)
        let thread = UInt(pthread_self())
        #else
        let thread = UInt(bitPattern: pthread_self())
        #endif
        return Int((thread &* 0x9E37_79B9_7F4A_7C15) >> 58) % placeCount
    }
}
