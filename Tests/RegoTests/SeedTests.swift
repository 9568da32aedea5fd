import Fuzzing
import Rego
import Support
import Testing

/// The fuzz targets' kept inputs, tried again.
@Suite(.ownThread) struct SeedTests {
    @Test func parserSeeds() throws {
        var target = ParserTarget()
        for seed in try Seeds.load(ParserTarget.name) { #expect(target.problem(with: seed.bytes) == nil, "\(seed.name)") }
    }

    @Test func readerSeeds() throws {
        var target = JSONTarget()
        for seed in try Seeds.load(JSONTarget.name) { #expect(target.problem(with: seed.bytes) == nil, "\(seed.name)") }
    }

    /// A short run over generated policies: each compiles or is refused, and none ends the process.
    @Test func generatedPolicies() throws {
        let generated = try DifferentialCases(seed: 1)
        for number in 0..<400 { _ = generated[number].item.answer() }
    }

    /// A short run with new inputs, so that every build tries some.
    @Test(arguments: [UInt64(1), 2, 3])
    func newInputs(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var reader = JSONTarget(), parser = ParserTarget()
        let texts = try Seeds.load(JSONTarget.name).map(\.bytes), modules = try Seeds.load(ParserTarget.name).map(\.bytes)
        for _ in 0..<2000 {
            let text = reader.next(after: texts, &random)
            #expect(reader.problem(with: text) == nil, "\(text)")
        }
        for _ in 0..<200 {
            let module = parser.next(after: modules, &random)
            #expect(parser.problem(with: module) == nil, "\(String(decoding: module, as: UTF8.self))")
        }
    }
}
