import Foundation
import Rego

// Decides one question again and again, for a tool that counts instructions: counted-decisions POLICY DATA INPUT QUERY COUNT
let arguments = CommandLine.arguments.dropFirst()
guard arguments.count == 5, let count = arguments.last.flatMap({ Int($0) }) else {
    FileHandle.standardError.write(Data("usage: counted-decisions POLICY DATA INPUT QUERY COUNT\n".utf8))
    exit(2)
}
let texts = try arguments.prefix(3).map { try Data(contentsOf: URL(filePath: $0)) }
let snapshot = try PolicySnapshot(policies: [PolicySource(file: "policy.rego", text: String(decoding: texts[0], as: UTF8.self))], data: .json(Array(texts[1])))
let query = try snapshot.prepare(arguments[arguments.startIndex + 3])
let input = Array(texts[2])
var output: [UInt8] = []
for _ in 0..<count {
    output.removeAll(keepingCapacity: true)
    guard try input.withUnsafeBytes({ try query.decide(inputJSON: $0, appendingTo: &output) }).isDefined else { exit(1) }
}
