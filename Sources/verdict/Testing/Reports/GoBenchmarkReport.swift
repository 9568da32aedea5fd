extension TestFormat {
    /// The text format of Go's benchmarks, which `benchstat` reads; tests without figures are left out.
    ///
    /// Source: https://go.googlesource.com/proposal/+/master/design/14313-benchmark-format.md.
    static let gobench = TestFormat(name: "gobench") { report in
        report.results.compactMap { result in
            result.benchmark.map { "Benchmark\(camelCase(result.test.fullName))\t\($0.text)\n" }
        }.joined()
    }

    private static func camelCase(_ name: String) -> String {
        name.split { $0 == "." || $0 == "_" }.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }
}
