import Foundation
import Rego

// Decides one question again and again, for a tool that counts instructions. With "floor" for the policy it is decided by hand, QUERY being the scenario.
let arguments = Array(CommandLine.arguments.dropFirst())
guard arguments.count == 5, let count = Int(arguments[4]) else {
    FileHandle.standardError.write(Data("usage: counted-decisions POLICY DATA INPUT QUERY COUNT\n".utf8))
    exit(2)
}

let data = try Data(contentsOf: URL(filePath: arguments[1])), input = Array(try Data(contentsOf: URL(filePath: arguments[2])))
let decide: (UnsafeRawBufferPointer, inout [UInt8]) throws -> Void
if arguments[0] == "floor" {
    guard let floor = try Floors.decision(of: arguments[3], data: data) else { exit(1) }
    decide = floor
} else {
    let policy = PolicySource(file: "policy.rego", text: try String(contentsOfFile: arguments[0], encoding: .utf8))
    let query = try PolicySnapshot(policies: [policy], data: .json(Array(data))).prepare(arguments[3])
    decide = { _ = try query.decide(inputJSON: $0, appendingTo: &$1) }
}
var output: [UInt8] = []
for _ in 0..<count {
    output.removeAll(keepingCapacity: true)
    try input.withUnsafeBytes { try decide($0, &output) }
    if output.isEmpty { exit(1) }
}
