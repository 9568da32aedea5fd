// swift-tools-version: 6.1
import PackageDescription

let package = Package(
    name: "verdict",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "Rego", targets: ["Rego"]),
        .library(name: "Gatekeeper", targets: ["Gatekeeper"]),
        .executable(name: "verdict", targets: ["verdict"]),
        .executable(name: "rego-conformance", targets: ["rego-conformance"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-http2", from: "1.46.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/attaswift/BigInt", from: "6.0.1"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .systemLibrary(name: "CJansson", pkgConfig: "jansson", providers: [.apt(["libjansson-dev"]), .brew(["jansson"])]),
        .target(name: "CRE2", linkerSettings: [.linkedLibrary("re2")]),
        .target(name: "CThreadStack"),
        .target(name: "JSON", dependencies: ["CJansson"]),
        .target(
            name: "Rego",
            dependencies: [
                "JSON", "CRE2", "CThreadStack", "BigInt", "Yams",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
                .product(name: "SwiftASN1", package: "swift-asn1"),
                .product(name: "X509", package: "swift-certificates"),
            ]),
        .target(name: "DataFilters", dependencies: ["Rego"]),
        .target(name: "Lint", dependencies: ["Rego"]),
        .target(name: "LanguageServer", dependencies: ["JSON", "Lint", "Rego"]),
        .target(name: "FaultInjection"),
        .target(name: "Resilience"),
        .target(
            name: "Discovery",
            dependencies: [
                "FaultInjection", "JSON", "Observability", "Resilience",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTPCompression", package: "swift-nio-extras"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ]),
        .target(name: "NetworkAccess", dependencies: ["Rego", "Discovery", "Resilience"]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
        .target(name: "Archives", dependencies: ["CZlib"]),
        .target(
            name: "Observability",
            dependencies: [.product(name: "Logging", package: "swift-log"), .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")]),
        .target(name: "ReliabilityBudget", dependencies: ["Observability"]),
        .target(
            name: "DataConsistency",
            dependencies: [
                "JSON", "Rego", "Observability", "FaultInjection",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]),
        .target(
            name: "Governance",
            dependencies: [
                "Archives", "Discovery", "Rego", "Resilience", "Observability", "ReliabilityBudget", "Yams", "FaultInjection", "DataConsistency",
                "Routing", "TokenSecurity",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]),
        .target(
            name: "TokenSecurity",
            dependencies: [
                "Discovery", "FaultInjection", "Observability", "Rego", "JSON",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]),
        .target(
            name: "Gatekeeper",
            dependencies: [
                "Discovery", "Observability", "Rego", "TokenSecurity",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
            ]),
        .target(name: "Routing", dependencies: ["Rego"]),
        .target(
            name: "DecisionService",
            dependencies: [
                "Archives", "DataFilters", "Rego", "NetworkAccess", "Observability", "ReliabilityBudget", "Resilience", "TokenSecurity", "Governance", "Discovery", "FaultInjection",
                "DataConsistency", "Gatekeeper", "Routing",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTP2", package: "swift-nio-http2"),
                .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "NIOTLS", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            resources: [.embedInCode("Resources/openapi.json")]),
        .executableTarget(
            name: "verdict",
            dependencies: [
                "Rego", "Archives", "Discovery", "Resilience", "Observability", "ReliabilityBudget", "TokenSecurity", "Governance", "DecisionService", "NetworkAccess", "FaultInjection",
                "DataConsistency", "LanguageServer", "Lint", "Routing",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ]),
        .executableTarget(
            name: "rego-conformance",
            dependencies: ["Rego", "Conformance"]),
        .target(name: "Conformance", dependencies: ["Rego", "NetworkAccess"]),
        .target(name: "Fuzzing", dependencies: ["Rego", "JSON"], path: "Tests/Fuzzing", exclude: ["Differential/Operands.json", "Seeds"]),
        .executableTarget(
            name: "fuzz",
            dependencies: ["Fuzzing", .product(name: "ArgumentParser", package: "swift-argument-parser")],
            path: "Tests/FuzzingCommand"),
        .executableTarget(name: "counted-decisions", dependencies: ["Rego"], path: "Tests/Benchmarks/CountedDecisions"),
        .executableTarget(name: "engine-figures", dependencies: ["Rego"], path: "Tests/Benchmarks/EngineFigures"),
        .executableTarget(
            name: "bare-http",
            dependencies: [
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            path: "Tests/Benchmarks/BareHTTP"),
        .target(
            name: "Support",
            dependencies: [
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            path: "Tests/Support"),
        .target(
            name: "SuperheroBase",
            dependencies: [
                "Discovery", "FaultInjection", "Gatekeeper", "Governance", "Observability", "Rego", "Resilience", "Support", "TokenSecurity",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            path: "examples/superhero-base/Sources/SuperheroBase"),
        .executableTarget(
            name: "superhero-base",
            dependencies: ["SuperheroBase", "Support", .product(name: "ArgumentParser", package: "swift-argument-parser")],
            path: "examples/superhero-base/Sources/superhero-base"),
        .executableTarget(name: "event-appender", dependencies: ["DataConsistency", "Rego"], path: "Tests/EventAppender"),
        .testTarget(name: "ArchivesTests", dependencies: ["Archives", "Support"], exclude: ["Cases"]),
        .testTarget(name: "CommandTests", dependencies: ["Support", "verdict"], exclude: ["Cases"]),
        .testTarget(name: "DataConsistencyTests", dependencies: ["DataConsistency", "Rego", "Support", "event-appender"]),
        .testTarget(
            name: "DataFiltersTests",
            dependencies: ["DataFilters", "Rego", "Support", .product(name: "GRDB", package: "GRDB.swift")], exclude: ["Cases"]),
        .testTarget(
            name: "DecisionServiceTests",
            dependencies: ["Archives", "Governance", "Support", "verdict", .product(name: "Crypto", package: "swift-crypto")], exclude: ["Cases"]),
        .testTarget(
            name: "DiscoveryTests",
            dependencies: [
                "Discovery", "FaultInjection", "Resilience", "Support",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ]),
        .testTarget(name: "DocumentationTests", dependencies: ["Governance", "NetworkAccess", "Rego", "Routing", "Support", "verdict"], exclude: ["BuiltinExamples.json"]),
        .testTarget(
            name: "GatekeeperTests",
            dependencies: [
                "Discovery", "Gatekeeper", "Observability", "Rego", "Resilience", "Support",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            exclude: ["Cases"]),
        .testTarget(
            name: "GovernanceTests",
            dependencies: [
                "Archives", "Discovery", "Governance", "Observability", "Rego", "ReliabilityBudget", "Support", "verdict",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            exclude: ["Cases", "DecisionLog/Cases"]),
        .testTarget(
            name: "ObservabilityTests",
            dependencies: ["Observability", "Support", "verdict", .product(name: "Logging", package: "swift-log")],
            exclude: ["Cases"]),
        .testTarget(
            name: "TokenSecurityTests",
            dependencies: [
                "Discovery", "TokenSecurity", "Rego", "Support",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            exclude: ["AddressCases", "Cases", "Keys.json", "ProofCases"]),
        .testTarget(name: "LanguageServerTests", dependencies: ["LanguageServer", "Rego", "Support", "verdict"], exclude: ["Cases"]),
        .testTarget(name: "LintTests", dependencies: ["Lint", "Rego", "Support"], exclude: ["Cases"]),
        .testTarget(name: "ReliabilityBudgetTests", dependencies: ["Observability", "ReliabilityBudget", "Support", "verdict"], exclude: ["Cases"]),
        .testTarget(name: "FaultInjectionTests", dependencies: ["FaultInjection"]),
        .testTarget(
            name: "PatternTests",
            dependencies: ["Archives", "FaultInjection", "Governance", "Support", "verdict", .product(name: "Crypto", package: "swift-crypto")]),
        .testTarget(name: "RoutingTests", dependencies: ["Rego", "Routing", "Support", "verdict"], exclude: ["Cases"]),
        .testTarget(name: "ResilienceTests", dependencies: ["FaultInjection", "Resilience"]),
        .testTarget(
            name: "SimulationTests",
            dependencies: [
                "Archives", "DataConsistency", "DecisionService", "Discovery", "FaultInjection", "Governance", "Observability", "Rego", "ReliabilityBudget",
                "Resilience", "Support", "TokenSecurity",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
                .product(name: "Logging", package: "swift-log"),
            ],
            exclude: ["Seeds.json"]),
        .testTarget(name: "SuperheroBaseTests", dependencies: ["SuperheroBase", "Support", "superhero-base", "verdict"]),
        .testTarget(name: "RegoTests", dependencies: ["Rego", "Conformance", "Fuzzing", "Support"], exclude: ["Cases"]),
    ],
    swiftLanguageModes: [.v6])

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

for target in package.targets where target.type != .system && !["CRE2", "CThreadStack"].contains(target.name) {
    target.swiftSettings = settings
}
