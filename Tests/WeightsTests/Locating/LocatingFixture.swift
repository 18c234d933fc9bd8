import Foundation
import TestSupport
import Transfer
import Weights

/// Caches in a folder of its own, and locators that share them.
struct LocatingFixture {
    /// `bytes((i * 7 + (i >> 9)) & 255 for i in range(500000))`, its hash by Python's hashlib.
    static let large = LocalRepository.File(
        bytes: (0..<500_000).map { UInt8(truncatingIfNeeded: $0 * 7 + ($0 >> 9)) },
        sha256: "b324802a0afbae5e3607da93c36c5088e12a1f94bb9860087f9312855eddef24"
    )
    /// `bytes([1]) * 1000`.
    static let small = LocalRepository.File(
        bytes: [UInt8](repeating: 1, count: 1000),
        sha256: "353c38352a855c80f4ecb0793a76493228541b5fab5ef7af26effac91e77ec46"
    )

    static let commit = "0123456789abcdef0123456789abcdef01234567"
    static let published = PublishedWeights(name: "test.tag", hubID: "timm/test.tag", url: nil)
    static let repositoryFolder = "hub/models--timm--test.tag"

    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// The variables of a process that uses the folder.
    func variables(endpoint: String, _ more: [String: String] = [:]) -> [String: String] {
        [
            "HOME": folder.path("home"), "XDG_CACHE_HOME": folder.path("cache"),
            "HF_HUB_CACHE": folder.path("hub"),
            "TORCH_HOME": folder.path("torch"), "HF_ENDPOINT": endpoint,
        ].merging(more) { $1 }
    }

    /// A locator with a transfer of its own, as another process has.
    func locator(
        endpoint: String = "http://127.0.0.1:1",
        _ more: [String: String] = [:],
        privateAddresses: TransferPolicy.PrivateAddresses = .originalHost,
        retryDelays: [Duration] = []
    ) throws -> WeightsLocator {
        var policy = TransferPolicy()
        policy.privateAddresses = privateAddresses
        return WeightsLocator(
            transfer: try Transfer(policy: policy, userAgent: "apus-tests/1"),
            environment: WeightsEnvironment(environment: variables(endpoint: endpoint, more)),
            retryDelays: retryDelays
        )
    }

    /// A hub that serves one repository.
    static func hub(
        _ files: [String: LocalRepository.File],
        token: String? = nil,
        store: String? = nil
    ) -> LocalHub {
        LocalHub(
            repositories: ["timm/test.tag": LocalRepository(commit: commit, files: files, token: token)],
            store: store
        )
    }

    /// All regular files and links below the folder, relative to it.
    func files() throws -> [String] {
        var result: [String] = []
        for path in try FileManager.default.subpathsOfDirectory(atPath: folder.root) {
            let type =
                try FileManager.default.attributesOfItem(atPath: folder.path(path))[.type]
                as? FileAttributeType
            if type != .typeDirectory { result.append(path) }
        }
        return result.sorted()
    }

    /// The bytes at a path.
    static func bytes(_ path: String) throws -> [UInt8] {
        try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
    }

    /// Writes a file below the folder.
    func write(_ bytes: [UInt8], to name: String) throws {
        let url = URL(fileURLWithPath: folder.path(name))
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try Data(bytes).write(to: url)
    }

    /// The error of a search that must fail.
    static func failure(
        _ locator: WeightsLocator,
        _ published: PublishedWeights = published,
        override: String? = nil
    ) async -> WeightsError? {
        do throws(WeightsError) {
            _ = try await locator.locate(published, override: override)
            return nil
        } catch {
            return error
        }
    }
}
