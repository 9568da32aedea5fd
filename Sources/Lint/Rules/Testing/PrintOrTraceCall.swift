import Rego

extension LintRule {
    static let printOrTraceCall = LintRule(
        .testing, "Output left over from a search for a mistake",
        why: "What `print` and `trace` write costs time and shows inputs in logs.",
        finds: ["allow if {\n\t↓print(input)\n\tinput.x\n}", "allow if {\n\t↓trace(\"here\")\n\tinput.x\n}"],
        accepts: ["allow if input.x"]
    ) { file, report in
        for site in file.calls(to: ["print", "trace"]) { report(site.location) }
    }
}
