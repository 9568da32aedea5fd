import Foundation
import Governance
import Rego

/// Policies and data read from files and folders, as OPA reads them.
struct PolicyFiles {
    private(set) var policies: [PolicySource] = []
    /// Documents by the keys below `data` where they belong.
    private var documents: [(path: [String], value: Value)] = []
    /// The only JSON document at the root, kept as text so that it is read once.
    private var rawDocument: [UInt8]?

    struct Failure: Error, CustomStringConvertible {
        let problems: [String]
        var description: String {
            let count = problems.count
            return "\(count) error\(count == 1 ? "" : "s") occurred during loading: \(count == 1 ? "" : "\n")\(problems.joined(separator: "\n"))"
        }
    }

    private let ignored: [String]

    /// `version` is what modules are read as; `ignored` are patterns of file and folder names to leave out.
    init(paths: [String], version: RegoVersion, ignored: [String] = []) throws(Failure) {
        self.ignored = ignored
        var problems: [String] = []
        for path in paths {
            do {
                try load(path, version: version)
            } catch {
                problems.append("\(error)")
            }
        }
        guard problems.isEmpty else { throw Failure(problems: problems) }
    }

    /// Only the data of a folder.
    init(dataBelow folder: String) throws(Failure) {
        ignored = []
        do {
            try loadFolder(folder, version: .v1) { !$0.hasSuffix(".rego") }
        } catch {
            throw Failure(problems: ["\(error)"])
        }
    }

    private struct Problem: Error, CustomStringConvertible {
        let description: String
    }

    private mutating func load(_ argument: String, version: RegoVersion) throws {
        // `a.b:file.json` puts the document under `data.a.b`.
        var path = argument
        var prefix: [String] = []
        if let colon = argument.firstIndex(of: ":"), !FileManager.default.fileExists(atPath: argument) {
            prefix = argument[..<colon].split(separator: ".").map(String.init)
            path = String(argument[argument.index(after: colon)...])
        }
        path = Self.cleaned(path)
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { throw Problem(description: "stat \(path): no such file or directory") }
        guard isFolder.boolValue else {
            try loadFile(path, at: prefix, version: version, isExplicit: true)
            return
        }
        try loadFolder(path, at: prefix, version: version) { _ in true }
    }

    private mutating func loadFolder(_ path: String, at prefix: [String] = [], version: RegoVersion, where isWanted: (String) -> Bool) throws {
        for name in try Self.names(below: path, ignored: ignored).filter(isWanted) {
            let below = name.split(separator: "/").dropLast().map(String.init)
            try loadFile(path == "." ? name : path + "/" + name, at: prefix + below, version: version, isExplicit: false)
        }
    }

    /// The files of a folder in order, by their paths below it; hidden ones are left out.
    private static func names(below folder: String, ignored: [String]) throws(Problem) -> [String] {
        guard let walk = FileManager.default.enumerator(atPath: folder) else { throw Problem(description: "open \(folder): cannot be read") }
        func isLeftOut(_ part: Substring) -> Bool { part.hasPrefix(".") || ignored.contains { PathPattern.matches($0, String(part)) } }
        var names: [String] = []
        while let name = walk.nextObject() as? String {
            if name.split(separator: "/").last.map(isLeftOut) == true { walk.skipDescendants() } else { names.append(name) }
        }
        return names.sorted()
    }

    /// The policy files that paths name or hold, without what they say.
    static func policyFiles(of paths: [String]) throws(Failure) -> [String] { try files(of: paths) { $0.hasSuffix(".rego") } }

    /// The files with input documents that paths name or hold.
    static func inputFiles(of paths: [String]) throws(Failure) -> [String] { try files(of: paths) { $0.hasSuffix(".json") || isYAML($0) } }

    private static func isYAML(_ path: String) -> Bool { path.hasSuffix(".yaml") || path.hasSuffix(".yml") }

    private static func files(of paths: [String], where isWanted: (String) -> Bool) throws(Failure) -> [String] {
        var files: [String] = [], problems: [String] = []
        for path in paths.map(cleaned) {
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
                problems.append("stat \(path): no such file or directory")
                continue
            }
            guard isFolder.boolValue else {
                files.append(path)
                continue
            }
            do throws(Problem) {
                files += try names(below: path, ignored: []).filter(isWanted).map { path == "." ? $0 : path + "/" + $0 }
            } catch {
                problems.append(error.description)
            }
        }
        guard problems.isEmpty else { throw Failure(problems: problems) }
        return files
    }

    /// Without `./` at the front and `/` at the end, so that a file has one name however it was reached.
    static func cleaned(_ path: String) -> String {
        var path = path
        while path.hasPrefix("./"), path.count > 2 { path.removeFirst(2) }
        while path.hasSuffix("/"), path.count > 1 { path.removeLast() }
        return path
    }

    private mutating func loadFile(_ path: String, at keys: [String], version: RegoVersion, isExplicit: Bool) throws {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        let isData = ["data.json", "data.yaml", "data.yml"].contains(name)
        if path.hasSuffix(".rego") {
            policies.append(PolicySource(file: path, text: String(decoding: try Self.bytes(path), as: UTF8.self), version: version))
        } else if path.hasSuffix(".json"), isExplicit || isData {
            let bytes = try Self.bytes(path)
            if keys.isEmpty, documents.isEmpty, rawDocument == nil {
                rawDocument = bytes
                return
            }
            try settle()
            documents.append((keys, try Self.value(bytes, path)))
        } else if Self.isYAML(path), isExplicit || isData {
            try settle()
            documents.append((keys, try Self.yaml(try Self.bytes(path), path)))
        }
    }

    /// Reads the document kept as text, because another one joins it.
    private mutating func settle() throws {
        guard let raw = rawDocument else { return }
        rawDocument = nil
        documents.append(([], try Self.value(raw, "data.json")))
    }

    /// The text of an input document.
    static func input(_ path: String) throws(Failure) -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: path) else { throw Failure(problems: ["open \(path): no such file or directory"]) }
        return Array(data)
    }

    /// A file as an input document.
    static func inputSource(_ path: String) throws -> InputSource {
        let text = try input(path)
        return isYAML(path) ? .value(try yaml(text, path)) : .json(text)
    }

    static func bytes(_ path: String) throws -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: path) else { throw Problem(description: "open \(path): cannot be read") }
        return Array(data)
    }

    private static func value(_ bytes: [UInt8], _ path: String) throws -> Value {
        do { return try Value(json: bytes) } catch { throw Problem(description: "\(path): \(error.message)") }
    }

    static func yaml(_ bytes: [UInt8], _ path: String) throws -> Value {
        do { return try Value(yaml: String(decoding: bytes, as: UTF8.self)) } catch { throw Problem(description: "\(path): \(error)") }
    }

    /// All documents merged.
    func data() throws(Failure) -> DataSource {
        if let rawDocument { return .json(rawDocument) }
        var merged = Value.object([])
        for document in documents {
            var value = document.value
            for key in document.path.reversed() { value = .makeObject([(.string(key), value)]) }
            guard let joined = Value.merge(merged, value) else { throw Failure(problems: ["merge error: documents overlap"]) }
            merged = joined
        }
        return .value(merged)
    }
}

extension Value {
    /// Two objects in one; nil where both have a value at the same place.
    static func merge(_ a: Value, _ b: Value) -> Value? {
        guard case .object(let left) = a, case .object(let right) = b else { return nil }
        var pairs = left.map { ($0.key, $0.value) }
        for entry in right {
            if let known = pairs.firstIndex(where: { $0.0 == entry.key }) {
                guard let joined = merge(pairs[known].1, entry.value) else { return nil }
                pairs[known].1 = joined
            } else {
                pairs.append((entry.key, entry.value))
            }
        }
        return .makeObject(pairs)
    }
}
