// swift-tools-version: 6.1
import PackageDescription

let package = Package(
    name: "embedding",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "verdict", path: "../..")],
    targets: [
        .target(
            name: "Shop",
            dependencies: [.product(name: "Rego", package: "verdict")],
            resources: [.embedInCode("Policies/discounts.rego"), .embedInCode("Policies/discounts.json")]),
        .executableTarget(name: "checkout", dependencies: ["Shop"]),
        .testTarget(name: "ShopTests", dependencies: ["Shop", .product(name: "Rego", package: "verdict")]),
    ],
    swiftLanguageModes: [.v6])
