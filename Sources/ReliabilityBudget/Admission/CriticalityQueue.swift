/// What waits for its turn: the highest class first, and within a class who came first.
///
/// A value without lock.
public struct CriticalityQueue<Element: Sendable>: Sendable {
    private struct Line: Sendable {
        var elements: [Element?] = []
        var first = 0

        mutating func append(_ element: Element) { elements.append(element) }

        mutating func popFirst() -> Element? {
            guard first < elements.count else { return nil }
            defer {
                first += 1
                trim()
            }
            return elements[first].take()
        }

        mutating func popLast() -> Element? {
            guard first < elements.count else { return nil }
            defer { trim() }
            return elements.removeLast()
        }

        private mutating func trim() {
            if first == elements.count {
                elements.removeAll(keepingCapacity: true)
                first = 0
            } else if first > 64, first * 2 > elements.count {
                elements.removeFirst(first)
                first = 0
            }
        }
    }

    /// By the class's raw value.
    private var lines = Criticality.allCases.map { _ in Line() }

    public init() {}

    public mutating func append(_ element: Element, _ criticality: Criticality) { lines[criticality.rawValue].append(element) }

    /// Nil where nobody waits.
    public mutating func popFirst() -> Element? {
        for line in lines.indices.reversed() { if let element = lines[line].popFirst() { return element } }
        return nil
    }

    /// What makes room for work of a class: of the lowest class below it, who came last, and so has waited least. Nil where only such work waits
    /// that matters as much.
    public mutating func displace(below criticality: Criticality) -> Element? {
        for line in 0..<criticality.rawValue { if let element = lines[line].popLast() { return element } }
        return nil
    }
}
