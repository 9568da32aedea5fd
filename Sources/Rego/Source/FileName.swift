import Synchronization

/// The name of a policy file as a number: every term has a location, and a number is copied without counting references.
///
/// Names are kept for as long as the process runs; there are as many as policy files had different names.
struct FileName: Hashable, Sendable {
    private let number: Int32

    private struct Names {
        var numbers: [String: Int32] = ["": 0]
        var texts: [String] = [""]
    }

    private static let known = Mutex(Names())

    init(_ text: String) {
        number = text.isEmpty ? 0 : Self.known.withLock { names in
            if let number = names.numbers[text] { return number }
            let number = Int32(names.texts.count)
            names.texts.append(text)
            names.numbers[text] = number
            return number
        }
    }

    var text: String { number == 0 ? "" : Self.known.withLock { $0.texts[Int(number)] } }
}
