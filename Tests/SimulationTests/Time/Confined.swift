/// State of one simulation, which one thread runs from its beginning to its end.
///
/// `@unchecked`: virtual time calls everything there is, one after the other, on the thread that called `VirtualTime.run`; nothing of it is ever
/// touched by another. What production shares between threads has locks of its own.
final class Confined<Value>: @unchecked Sendable {
    var value: Value

    init(_ value: Value) { self.value = value }
}
