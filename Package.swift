// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

/// Settings of one instruction set's build of the kernel sources.
///
/// The three kernel targets are one source folder (two of them symbolic links): `-Xcc -march` is what makes
/// the Swift compiler use the instructions.
func kernelSettings(march: String?) -> [SwiftSetting] {
    var flags = ["-Ounchecked", "-Xllvm", "-unroll-threshold=3000"]
    if let march { flags += ["-Xcc", "-march=\(march)"] }
    return strict + [.unsafeFlags(flags)]
}

func library(
    _ name: String,
    _ dependencies: [Target.Dependency] = [],
    exclude: [String] = []
) -> Target {
    .target(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: strict)
}

func tests(
    _ name: String,
    _ dependencies: [Target.Dependency],
    resources: [Resource] = []
) -> Target {
    .testTarget(
        name: name,
        dependencies: dependencies,
        resources: resources,
        swiftSettings: strict
    )
}

let package = Package(
    name: "apus",
    products: [],
    targets: [
        // Values.
        library("Tensors"),

        // Graph and models.
        library("Graph", ["Tensors"]),

        // Tests.
        tests("TensorsTests", ["Tensors"]),
        tests("GraphTests", ["Graph", "Tensors"]),
    ]
)
