/// Answers that were good, kept for the time when there is none. Bounded in number and bytes: the oldest go first.
///
/// A value without clock and lock.
public struct AnswerCache: Sendable {
    /// What was asked: the bytes as they came, so that what is only alike is another question.
    public struct Question: Sendable, Hashable {
        public var subject: String
        public var input: [UInt8]

        public init(_ subject: String, _ input: [UInt8]) {
            self.subject = subject
            self.input = input
        }
    }

    public struct Answer: Sendable, Hashable {
        public var text: [UInt8]
        /// Of what the answer was made from; another number is another policy, or other data.
        public var version: UInt64
        public var time: ContinuousClock.Instant

        public init(_ text: [UInt8], version: UInt64, at time: ContinuousClock.Instant) {
            self.text = text
            self.version = version
            self.time = time
        }
    }

    private struct Entry {
        var answer: Answer
        /// Which of the notes in `order` is the entry's.
        var number: UInt64
    }

    private let entryLimit: Int
    private let byteLimit: Int
    private var entries: [Question: Entry] = [:]
    /// From the oldest on; notes of answers that were replaced since are skipped.
    private var order: [(number: UInt64, question: Question)] = []
    private var first = 0
    private var next: UInt64 = 0
    /// Of questions and answers together.
    public private(set) var byteCount = 0

    /// What an entry takes besides its bytes, about.
    private static let overhead = 200
    /// An answer that alone would take more than this share of the bytes is not kept.
    private static let largestShare = 16

    public init(entryLimit: Int = 10_000, byteLimit: Int = 16 << 20) {
        self.entryLimit = entryLimit
        self.byteLimit = byteLimit
    }

    public var count: Int { entries.count }

    public subscript(question: Question) -> Answer? { entries[question]?.answer }

    /// Keeps an answer instead of the one before.
    public mutating func keep(_ answer: Answer, to question: Question) {
        let size = Self.size(question, answer)
        remove(question)
        guard size <= byteLimit / Self.largestShare else { return }
        while entries.count >= entryLimit || byteCount + size > byteLimit, dropOldest() {}
        next += 1
        entries[question] = Entry(answer: answer, number: next)
        order.append((next, question))
        byteCount += size
        tidy()
    }

    private mutating func remove(_ question: Question) {
        guard let known = entries.removeValue(forKey: question) else { return }
        byteCount -= Self.size(question, known.answer)
    }

    /// False where there is none left.
    private mutating func dropOldest() -> Bool {
        guard first < order.count else { return false }
        let oldest = order[first]
        first += 1
        if entries[oldest.question]?.number == oldest.number { remove(oldest.question) }
        return true
    }

    /// Forgets the notes that say nothing any more, once they are most of all.
    private mutating func tidy() {
        guard order.count > 2 * entries.count + 64 else { return }
        order = order[first...].filter { entries[$0.question]?.number == $0.number }
        first = 0
    }

    private static func size(_ question: Question, _ answer: Answer) -> Int { question.input.count + question.subject.utf8.count + answer.text.count + overhead }
}
