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
/// The kernel targets are one source folder (two of them symbolic links to it, the fourth of links to some of its
/// files), the picture kernels another: `-Xcc -march` is what makes the Swift compiler use the instructions.
func kernelSettings(march: String?, extension: String? = nil) -> [SwiftSetting] {
    var flags = ["-Xllvm", "-unroll-threshold=3000"]
    if let march { flags += ["-Xcc", "-march=\(march)"] }
    if let `extension` { flags += ["-Xcc", "-m\(`extension`)"] }
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
        dependencies: dependencies + ["TestSupport"],
        resources: resources,
        swiftSettings: strict
    )
}

let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let channels = Target.Dependency.product(name: "AsyncAlgorithms", package: "swift-async-algorithms")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "apus",
    products: [.executable(name: "apus", targets: ["apus"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        .package(url: "https://github.com/apple/swift-async-algorithms", exact: "1.1.4"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
    ],
    targets: [
        // Debian's libraries, each behind a small C shim where macros, varargs or longjmp demand one.
        .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(name: "CLibCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CLibJPEG", pkgConfig: "libjpeg", providers: [.apt(["libjpeg62-turbo-dev"])]),
        .systemLibrary(name: "CLibPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
        .target(name: "CCurlShim", dependencies: ["CLibCurl"]),
        .target(name: "CPictureShim", dependencies: ["CLibJPEG", "CLibPNG"]),
        .target(name: "CIntrinsics"),
        .target(name: "CByteVectors"),
        .target(name: "CModelData"),
        .target(name: "CQueueSQL"),

        // Values.
        library("Tensors"),

        // Kernels: one source folder, built once an instruction set.
        library("KernelInterface", ["CIntrinsics"]),
        .target(
            name: "Kernels",
            dependencies: ["KernelInterface", "CIntrinsics"],
            swiftSettings: kernelSettings(march: nil)
        ),
        .target(
            name: "KernelsAVX2",
            dependencies: ["KernelInterface", "CIntrinsics"],
            swiftSettings: kernelSettings(march: "x86-64-v3")
        ),
        .target(
            name: "KernelsAVX512",
            dependencies: ["KernelInterface", "CIntrinsics"],
            swiftSettings: kernelSettings(march: "x86-64-v4")
        ),
        .target(
            name: "KernelsAVX512BF16",
            dependencies: ["KernelInterface", "CIntrinsics"],
            swiftSettings: kernelSettings(march: "x86-64-v4", extension: "avx512bf16")
        ),
        .target(
            name: "PictureKernels",
            dependencies: ["CByteVectors"],
            swiftSettings: kernelSettings(march: nil)
        ),
        .target(
            name: "PictureKernelsAVX2",
            dependencies: ["CByteVectors"],
            swiftSettings: kernelSettings(march: "x86-64-v3")
        ),
        .target(
            name: "PictureKernelsAVX512",
            dependencies: ["CByteVectors"],
            swiftSettings: kernelSettings(march: "x86-64-v4")
        ),
        library("ReferenceKernels", ["Tensors", "Graph"]),

        // Graph and models.
        library("Graph", ["Tensors"]),
        library("ModelZoo", ["Graph", "Tensors", "CModelData"], exclude: ["Data"]),

        // Capabilities.
        library("Checkpoints", ["Tensors"]),
        library("Transfer", ["CCurlShim", "CLibCurl", logging, crypto]),
        library("Weights", ["Tensors", "Graph", "ModelZoo", "Checkpoints", "Transfer", logging, crypto]),
        library(
            "Images",
            [
                "Tensors", "Checkpoints", "KernelInterface", "PictureKernels", "PictureKernelsAVX2",
                "PictureKernelsAVX512", "CByteVectors", "CPictureShim",
            ]
        ),
        library(
            "Engine",
            [
                "Tensors", "Graph", "ReferenceKernels", "KernelInterface", "Kernels", "KernelsAVX2",
                "KernelsAVX512", "KernelsAVX512BF16", "CIntrinsics", logging,
            ]
        ),
        library("PostgreSQL", ["CLibPQ", logging]),
        library("JobQueue", ["PostgreSQL", "CQueueSQL", logging, crypto], exclude: ["SQL"]),

        // Service and command.
        library(
            "Worker",
            [
                "Tensors", "Graph", "ModelZoo", "Weights", "Images", "Engine", "KernelInterface", "JobQueue",
                "PostgreSQL", "Transfer", logging, lifecycle, channels,
            ]
        ),
        library("Benchmarks", ["Engine", "Graph", "KernelInterface", "Tensors"]),
        .executableTarget(
            name: "apus",
            dependencies: [
                "Worker", "Benchmarks", "JobQueue", "PostgreSQL", "Engine", "KernelInterface", "ModelZoo",
                "Weights",
                "Checkpoints", "Images", "Graph", "Tensors", "Transfer", logging, lifecycle, arguments,
            ],
            path: "Sources/CLI",
            swiftSettings: strict
        ),

        // Tests.
        .target(name: "CAllocationCount", path: "Tests/CAllocationCount"),
        .target(name: "CPoison", path: "Tests/CPoison"),
        .target(
            name: "TestSupport",
            dependencies: ["Tensors", "Graph", "PostgreSQL", "JobQueue", logging],
            path: "Tests/TestSupport",
            swiftSettings: strict
        ),
        tests("TensorsTests", ["Tensors"]),
        tests("GraphTests", ["Graph", "Tensors"]),
        tests(
            "KernelsTests",
            [
                "KernelInterface", "Kernels", "KernelsAVX2", "KernelsAVX512", "KernelsAVX512BF16",
                "ReferenceKernels", "CPoison", "Tensors", "Graph",
            ]
        ),
        tests("ModelZooTests", ["ModelZoo", "Graph", "Tensors", crypto], resources: [.copy("Fixtures")]),
        tests("CheckpointsTests", ["Checkpoints", "Tensors"], resources: [.copy("Fixtures")]),
        tests("TransferTests", ["Transfer"]),
        tests("WeightsTests", ["Weights", "ModelZoo", "Graph", "Checkpoints", "Transfer", "Tensors"]),
        tests("ImagesTests", ["Images", "KernelInterface", "Tensors"], resources: [.copy("Fixtures")]),
        tests(
            "EngineTests",
            ["Engine", "Graph", "KernelInterface", "ReferenceKernels", "CAllocationCount", "Tensors"]
        ),
        tests("BenchmarksTests", ["Benchmarks", "Engine", "Graph", "KernelInterface"]),
        tests("PostgreSQLTests", ["PostgreSQL"]),
        tests("JobQueueTests", ["JobQueue", "PostgreSQL"]),
        tests(
            "WorkerTests",
            ["Worker", "JobQueue", "ModelZoo", "Tensors", "Engine", "Images", "Transfer", "Weights"]
        ),
        tests(
            "ParityTests",
            ["ModelZoo", "Weights", "Engine", "KernelInterface", "Graph", "Tensors"],
            resources: [.copy("Fixtures")]
        ),
        tests("CLITests", ["apus"], resources: [.copy("Snapshots")]),
        tests(
            "EndToEndTests",
            [
                "apus", "JobQueue", "PostgreSQL", "ModelZoo", "Graph", "Tensors", "Checkpoints", logging,
                crypto,
            ],
            resources: [.copy("Fixtures")]
        ),
    ]
)
