import Rego

extension LintRule {
    static let invalidMetadataAttribute = LintRule(
        .bugs, "Unknown attribute in metadata",
        why: "Nobody reads it. What is not one of OPA's attributes belongs under `custom`.",
        finds: ["# METADATA\n# title: Door\n↓# owner: me\nallow if input.x"],
        accepts: ["# METADATA\n# title: Door\n# custom:\n#  owner: me\nallow if input.x"]
    ) { file, report in
        for block in MetadataBlock.blocks(of: file) {
            for line in block.lines {
                guard line.text.hasPrefix(" "), !line.text.hasPrefix("  "), !line.text.hasPrefix(" -"), let colon = line.text.firstIndex(of: ":") else { continue }
                let key = line.text[..<colon].dropFirst()
                if !MetadataBlock.attributes.contains(String(key)) { report(line.location, String(key)) }
            }
        }
    }
}
