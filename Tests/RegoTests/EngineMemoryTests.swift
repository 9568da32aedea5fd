@testable import Rego
import Synchronization
import Testing

/// What the engine's own memory promises: the invariants of regions, symbols and the pool of machines.
@Suite struct EngineMemoryTests {
    @Test func whatLiesApartIsGivenBackAlone() {
        let region = Region(blockSize: 1024), arena = region.arena
        let before = arena.reservedBytes, kept = arena.string("kept")
        let apart = (0..<5).map { number -> UnsafeMutableRawPointer in
            let memory = arena.allocateApart(4096)
            memory.initializeMemory(as: UInt8.self, repeating: UInt8(number), count: 4096)
            return memory
        }
        // Blocks that come one after the other, between those that lie apart.
        let strings = (0..<200).map { arena.string("string \($0) of some length") }
        for number in [1, 4, 0] { arena.giveBack(apart: apart[number]) }
        let more = (0..<200).map { arena.string("another \($0) of some length") }
        #expect(kept.text == "kept" && strings[150].text == "string 150 of some length" && more[199].text == "another 199 of some length")
        #expect(apart[2].load(fromByteOffset: 4095, as: UInt8.self) == 2 && apart[3].load(as: UInt8.self) == 3)
        region.reset()
        #expect(arena.reservedBytes == before)
    }

    @Test func aTextHasOneSymbol() {
        let region = Region(), symbols = SymbolTable(in: region.arena)
        let texts = (0..<3000).map { "key \($0)" } + ["é", String(repeating: "x", count: 65_535)]
        let made = texts.map { symbols.intern($0) }
        #expect(symbols.count == texts.count)
        for (text, symbol) in zip(texts, made) {
            #expect(symbol.isSymbol && symbol.text == text && symbols.intern(text).payload == symbol.payload)
            #expect(symbol.hash == region.arena.string(text).hash)
        }
        // What is too long for a symbol stays a string that is equal to others of its text.
        let long = String(repeating: "x", count: 65_536), first = symbols.intern(long), second = symbols.intern(long)
        #expect(!first.isSymbol && !second.isSymbol && Datum.equals(first, second) && first.text == long)
        #expect(symbols.count == texts.count)
    }

    @Test func keysOfAnyLengthAreFound() throws {
        let long = String(repeating: "k", count: 70_000)
        let policy = PolicySource(file: "p.rego", text: "package app\n\nx := data.of[input.key]\n\ny if input[\"\(long)\"] == 1\n\nz := {\"\(long)\": 2}[input.key]")
        let snapshot = try PolicySnapshot(policies: [policy], data: .value(["of": .makeObject([(.string(long), 7), ("short", 8)])]))
        let query = try snapshot.prepare("[data.app.x, data.app.y, data.app.z]")
        let found = try query.evaluate(input: .value(.makeObject([("key", .string(long)), (.string(long), 1)])))
        #expect(found.solutions.first?.expressions.first?.value == [7, true, 2])
    }

    /// More threads than places, so that they also take machines that others brought back.
    @Test func aMachineIsUsedByOneAtATime() async throws {
        let policy = PolicySource(file: "p.rego", text: "package app\n\ntotal := sum([x | some x in numbers.range(1, input)])")
        let snapshot = try PolicySnapshot(policies: [policy])
        let query = try snapshot.prepare("data.app.total")
        await withTaskGroup(of: Void.self) { group in
            for task in 1...100 {
                group.addTask {
                    for round in 1...20 {
                        let number = (task * 31 + round) % 60
                        let found = try? query.evaluate(input: .value(.number(Number(number)))).solutions.first?.expressions.first?.value
                        #expect(found == .number(Number(number * (number + 1) / 2)) || number == 0)
                        await Task.yield()
                    }
                }
            }
        }
        let other = try PolicySnapshot(policies: [policy]), only = other.takeMachine()
        other.giveBack(only)
        #expect(other.memory.machines == only.arena.reservedBytes)
        let machines = (0..<100).map { _ in snapshot.takeMachine() }
        #expect(Set(machines.map { ObjectIdentifier($0) }).count == 100)
        for machine in machines { snapshot.giveBack(machine) }
        let kept = MachinePool.placeCount
        #expect(snapshot.memory.machines >= kept * 256 * 1024 && snapshot.memory.machines < 2 * kept * 256 * 1024)
        let again = (0..<kept).map { _ in snapshot.takeMachine() }
        #expect(Set(again.map { ObjectIdentifier($0) }).isSubset(of: Set(machines.map { ObjectIdentifier($0) })))
    }
}
