import Foundation
import Rego

// rego-conformance DIR [-v] [--only CATEGORY]

let arguments = CommandLine.arguments.dropFirst()
var isVerbose = false
var only: String?
var directory: String?
var rest = arguments.makeIterator()
while let argument = rest.next() {
    switch argument {
    case "-v": isVerbose = true
    case "--only": only = rest.next()
    default: directory = argument
    }
}
guard let directory else {
    FileHandle.standardError.write(Data("usage: rego-conformance DIR [-v] [--only CATEGORY]\n".utf8))
    exit(2)
}
let runner = ConformanceRunner(directory: directory, isVerbose: isVerbose, only: only)
exit(runner.run() ? 0 : 1)
