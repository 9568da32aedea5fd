import Rego

extension LintRule {
    static let weakTokenAlgorithm = LintRule(
        .security, "Token algorithm that proves nothing",
        why: "With `none` a token has no signature at all.",
        finds: ["ok := io.jwt.decode_verify(input.token, {\"alg\": ↓\"none\", \"secret\": data.key})"],
        accepts: ["ok := io.jwt.decode_verify(input.token, {\"alg\": \"RS256\", \"cert\": data.key})"]
    ) { file, report in
        for site in file.calls(to: ["io.jwt.decode_verify", "io.jwt.encode_sign"]) {
            for argument in site.arguments {
                guard case .object(let entries) = argument.kind else { continue }
                for entry in entries where entry.key.stringValue == "alg" && entry.value.stringValue?.lowercased() == "none" { report(entry.value.location) }
            }
        }
    }
}
