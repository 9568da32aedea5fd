/// Time since the process first asked for it: what state machines that take time as an argument are given.
public enum ProcessTime {
    private static let start = ContinuousClock.now

    public static var now: Duration { ContinuousClock.now - start }
}
