import Rego

extension LintRule {
    static let timeNowNsTwice = LintRule(
        .bugs, "Clock read more than once",
        why: "`time.now_ns` gives the same value throughout a decision; assign it once so that readers see that.",
        finds: ["allow if {\n\tinput.from < time.now_ns()\n\tinput.to > ↓time.now_ns()\n}"],
        accepts: ["allow if {\n\tnow := time.now_ns()\n\tinput.from < now\n\tinput.to > now\n}"]
    ) { file, report in
        var seen: Set<Int> = []
        for site in file.calls(to: "time.now_ns") where !seen.insert(site.branch).inserted { report(site.location) }
    }
}
