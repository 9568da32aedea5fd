import Foundation
import Rego

// rego-conformance DIR [-v] [--only CATEGORY] [--unknown REF …] [--formatted]
//                                         with --unknown, evaluated without these first, and what is left with them; with --formatted, formatted first
// rego-conformance --invalid DIR [-v]     modules with mistakes
// rego-conformance --diagnose < CASES     one case of a module with mistakes a line; prints the errors found

let arguments = CommandLine.arguments.dropFirst()
var isVerbose = false
var only: String?
var directory: String?
var hasInvalidModules = false
var unknowns: [String] = []
var formats = false
var rest = arguments.makeIterator()
while let argument = rest.next() {
    switch argument {
    case "-v": isVerbose = true
    case "--only": only = rest.next()
    case "--unknown": unknowns += rest.next().map { [$0] } ?? []
    case "--formatted": formats = true
    case "--invalid": hasInvalidModules = true
    case "--diagnose":
        InvalidModulesRunner.diagnose()
        exit(0)
    default: directory = argument
    }
}
guard let directory else {
    FileHandle.standardError.write(Data("usage: rego-conformance DIR [-v] [--only CATEGORY] [--unknown REF …] [--formatted]\n".utf8))
    exit(2)
}
if hasInvalidModules { exit(InvalidModulesRunner(directory: directory, isVerbose: isVerbose).run() ? 0 : 1) }
let runner = ConformanceRunner(directory: directory, isVerbose: isVerbose, only: only, unknowns: unknowns, formats: formats)
exit(runner.run() ? 0 : 1)
