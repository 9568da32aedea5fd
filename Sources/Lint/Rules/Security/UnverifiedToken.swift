import Rego

extension LintRule {
    static let unverifiedToken = LintRule(
        .security, "Token that is decoded and not verified",
        why: "Anyone can write a token. `io.jwt.decode` reads it without asking who signed it; use `io.jwt.decode_verify`, or verify it before.",
        finds: ["claims := payload if [_, payload, _] := ↓io.jwt.decode(input.token)"],
        accepts: ["claims := payload if {\n\tio.jwt.verify_rs256(input.token, data.key)\n\t[_, payload, _] := io.jwt.decode(input.token)\n}"]
    ) { file, report in
        guard !file.isTest else { return }
        let verifies = file.calls.contains { $0.name.hasPrefix("io.jwt.verify") || $0.name == "io.jwt.decode_verify" }
        guard !verifies else { return }
        for site in file.calls(to: "io.jwt.decode") { report(site.location) }
    }
}
