import Rego

extension LintRule {
    static let metasyntacticVariable = LintRule(
        .testing, "Name that says nothing",
        why: "`foo` and `bar` fit everything. A name from the field tells readers what the value is for.",
        finds: ["↓foo := 1", "allow if {\n\t↓bar := input.x\n\tbar == 1\n}"],
        accepts: ["limit := 1", "food := 1"]
    ) { file, report in
        let names: Set = ["foo", "bar", "baz", "qux", "quux", "corge", "grault", "garply", "waldo", "fred", "plugh", "xyzzy", "thud", "foobar"]
        for rule in file.module.rules where names.contains(rule.head.name) { report(rule.head.location) }
        for declared in file.declarations where names.contains(declared.localName ?? "") { report(declared.location) }
    }
}
