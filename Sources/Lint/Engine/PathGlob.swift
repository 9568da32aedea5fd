import Foundation

/// Patterns of paths as `.gitignore` has them: a name matches anywhere, a path from the root, `folder/` all below it, `**` any depth.
enum PathGlob {
    static func matches(_ pattern: String, _ path: String) -> Bool {
        var pattern = pattern
        if pattern.hasPrefix("./") { pattern.removeFirst(2) }
        let isFolder = pattern.hasSuffix("/")
        if isFolder { pattern.removeLast() }
        let isAnchored = pattern.contains("/")
        if pattern.hasPrefix("/") { pattern.removeFirst() }
        let names = path.split(separator: "/").map(String.init)
        guard isAnchored else {
            let candidates = isFolder ? names.dropLast() : names[...]
            return candidates.contains { fnmatch(pattern, $0, 0) == 0 }
        }
        // Every folder that the file is in may match too.
        for count in 1...max(1, names.count) where !(isFolder && count == names.count) {
            if isMatch(pattern, names.prefix(count).joined(separator: "/")) { return true }
        }
        return false
    }

    private static func isMatch(_ pattern: String, _ path: String) -> Bool {
        if pattern.hasPrefix("**/"), isMatch(String(pattern.dropFirst(3)), path) { return true }
        return fnmatch(pattern, path, pattern.contains("**") ? 0 : FNM_PATHNAME) == 0
    }
}
