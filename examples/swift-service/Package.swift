// swift-tools-version: 6.1
import PackageDescription

let package = Package(
    name: "swift-service",
    platforms: [.macOS(.v15)],
    products: [.library(name: "PolicyClient", targets: ["PolicyClient"])],
    targets: [
        .target(name: "PolicyClient"),
        .executableTarget(name: "orders", dependencies: ["PolicyClient"]),
        .testTarget(name: "PolicyClientTests", dependencies: ["PolicyClient"]),
    ],
    swiftLanguageModes: [.v6])
