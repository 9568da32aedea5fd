// swift-tools-version: 6.1
import PackageDescription

let package = Package(
    name: "guarded-service",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "verdict", path: "../.."),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    ],
    targets: [
        .executableTarget(
            name: "shop",
            dependencies: [
                .product(name: "Gatekeeper", package: "verdict"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
            ])
    ],
    swiftLanguageModes: [.v6])
