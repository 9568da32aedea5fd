import Foundation

/// What standard output is.
enum Terminal {
    /// Whether what is printed may have colours: on a terminal, unless `NO_COLOR` is set (no-color.org).
    static var showsColors: Bool { isatty(STDOUT_FILENO) == 1 && (ProcessInfo.processInfo.environment["NO_COLOR"] ?? "").isEmpty }
}
