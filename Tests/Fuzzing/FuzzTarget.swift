import Rego

/// A part of the engine that random input is thrown at.
package protocol FuzzTarget {
    /// Also the name of its folder of seeds.
    static var name: String { get }
    /// Pieces that the grammar knows and that blind mutation would hardly find.
    static var vocabulary: [String] { get }
    /// What is wrong with how an input was handled, or nil.
    mutating func problem(with input: [UInt8]) -> String?
    /// The next input. Most targets mutate what they have.
    mutating func next(after corpus: [[UInt8]], _ random: inout SeededRandom) -> [UInt8]
}

extension FuzzTarget {
    package mutating func next(after corpus: [[UInt8]], _ random: inout SeededRandom) -> [UInt8] {
        Mutator(vocabulary: Self.vocabulary).mutate(corpus, &random)
    }
}

/// Changes texts at random: the same seed gives the same texts.
struct Mutator {
    let vocabulary: [String]
    private static let sizeLimit = 4096

    func mutate(_ corpus: [[UInt8]], _ random: inout SeededRandom) -> [UInt8] {
        var text = corpus.randomElement(using: &random) ?? []
        for _ in 0..<Int.random(in: 1...6, using: &random) { change(&text, corpus, &random) }
        return Array(text.prefix(Self.sizeLimit))
    }

    private func change(_ text: inout [UInt8], _ corpus: [[UInt8]], _ random: inout SeededRandom) {
        let place = Int.random(in: 0...text.count, using: &random)
        switch Int.random(in: 0..<8, using: &random) {
        case 0: text.insert(UInt8.random(in: 0...255, using: &random), at: place)
        case 1, 2: text.insert(contentsOf: Array((vocabulary.randomElement(using: &random) ?? "").utf8), at: place)
        case 3: if place < text.count { text[place] ^= 1 << UInt8.random(in: 0..<8, using: &random) }
        case 4: text.removeSubrange(range(from: place, in: text, &random))
        case 5:
            let piece = Array(text[range(from: place, in: text, &random)])
            for _ in 0..<Int.random(in: 1...4, using: &random) { text.insert(contentsOf: piece, at: place) }
        case 6:
            let other = corpus.randomElement(using: &random) ?? []
            text.replaceSubrange(place..., with: other.suffix(other.isEmpty ? 0 : Int.random(in: 0...other.count, using: &random)))
        default:
            let other = corpus.randomElement(using: &random) ?? []
            text.insert(contentsOf: other[range(from: Int.random(in: 0...other.count, using: &random), in: other, &random)], at: place)
        }
    }

    private func range(from start: Int, in text: [UInt8], _ random: inout SeededRandom) -> Range<Int> {
        start..<min(text.count, start + Int.random(in: 0...24, using: &random))
    }
}
