import Foundation
public import Logging
public import Transfer

/// Finds checkpoints: on this machine's disk, on the hub, or where a release published them.
///
/// The order is: what the user named, the hub's cache on disk, the hub, the tag's release file. What is cached is
/// used without any request. However many processes of a machine look for one file, one of them downloads it and
/// the others wait for it.
///
/// Later sources (an S3 bucket, a mirror) become another step of ``locate(_:override:)`` beside the hub and the
/// release file; resuming a cut download belongs to `Transfer`.
public struct WeightsLocator: Sendable {
    let transfer: Transfer
    let environment: WeightsEnvironment
    let logger: Logger
    let hashes: FileHashes
    let retryDelays: [Duration]

    /// The files that a repository or an exported folder may have, in timm's order.
    static let fileNames = ["model.safetensors", "pytorch_model.bin"]

    /// The file of a repository or an exported folder that says what its weights are for.
    static let configurationNames = ["config.json"]

    /// Makes a locator.
    ///
    /// - Parameters:
    ///   - transfer: what downloads; its policy holds, though the hub's own host may have a private address.
    ///   - environment: where the hub and the caches are.
    ///   - logger: what hears of downloads.
    ///   - retryDelays: how long to wait before each further try of a transfer whose error may pass.
    public init(
        transfer: Transfer,
        environment: WeightsEnvironment,
        logger: Logger = Logger(label: "apus.weights"),
        retryDelays: [Duration] = [.milliseconds(500), .seconds(2)]
    ) {
        self.transfer = transfer
        self.environment = environment
        self.logger = logger
        self.retryDelays = retryDelays
        hashes = FileHashes(folder: "\(environment.apusCacheDirectory)/hashes")
    }

    /// Finds weights on this machine, downloading them where they are not there.
    ///
    /// - Parameters:
    ///   - published: where the weights are published.
    ///   - override: what was given as `--weights`: a file, a folder that timm exported, a URL, or
    ///     `hf-hub:owner/name`.
    /// - Returns: the file, its hash and its origin.
    /// - Throws: ``WeightsError``.
    public func locate(
        _ published: PublishedWeights,
        override: String? = nil
    ) async throws(WeightsError) -> LocatedWeights {
        if let override { return try await locate(override: override) }
        let release = published.url.flatMap { ReleaseFile(url: $0, isFixed: true) }
        guard published.hubID != nil || release != nil else {
            throw WeightsError(
                code: .notFound,
                message: "'\(published.name)' has no published weights; give a file with --weights"
            )
        }
        guard let hubID = published.hubID else {
            return try await locate(release, name: published.name)
        }
        let repository = try HubRepository(hubID)
        if let cached = try await cached(repository) { return cached }
        if environment.isOffline {
            if let release, let cached = try await cached(release) { return cached }
            throw offline(published.name, "looked for \(hubID) in '\(environment.hubCacheDirectory)'")
        }
        do throws(WeightsError) {
            return try await download(repository)
        } catch  where error.code == .notFound && release != nil {
            logger.notice(
                "the hub has no weights, taking the release file",
                metadata: ["model": "\(published.name)", "reason": "\(error)"]
            )
            return try await locate(release, name: published.name)
        } catch  where error.isTransient {
            guard let release, let cached = try await cached(release) else { throw error }
            logger.warning(
                "the hub cannot be reached, taking the cached release file",
                metadata: ["model": "\(published.name)", "reason": "\(error)"]
            )
            return cached
        }
    }

    private func locate(_ release: ReleaseFile?, name: String) async throws(WeightsError) -> LocatedWeights {
        guard let release else {
            throw WeightsError(
                code: .notFound,
                message: "'\(name)' has no published weights; give a file with --weights"
            )
        }
        if let cached = try await cached(release) { return cached }
        if environment.isOffline {
            throw offline(name, "looked for '\(release.fileName)' in '\(releaseFolder)'")
        }
        return try await download(release)
    }

    /// The first of the files `names` of a repository, from the cache or the hub.
    func locate(
        _ repository: HubRepository,
        name: String,
        names: [String] = WeightsLocator.fileNames
    ) async throws(WeightsError) -> LocatedWeights {
        if let cached = try await cached(repository, names: names) { return cached }
        guard !environment.isOffline else {
            let looked = "looked for \(names[0]) in '\(environment.hubCacheDirectory)'"
            throw names == Self.configurationNames
                ? offlineConfiguration(name, looked) : offline(name, looked)
        }
        return try await download(repository, names: names)
    }

    /// What the user named.
    private func locate(override: String) async throws(WeightsError) -> LocatedWeights {
        if override.hasPrefix("hf-hub:") || override.hasPrefix("hf_hub:") {
            return try await locate(HubRepository(override), name: override)
        }
        if override.contains("://"), !override.hasPrefix("file:") {
            guard let release = ReleaseFile(url: override, isFixed: false) else {
                throw WeightsError(
                    code: .notFound,
                    message:
                        "'\(WebAddress.redact(override))' names no checkpoint; known are .safetensors, .pth, "
                        + ".pt, .bin and other files of PyTorch, at http and https URLs"
                )
            }
            if environment.isOffline {
                if let cached = try await cached(release) { return cached }
                throw offline(release.source, "looked for '\(release.fileName)' in '\(releaseFolder)'")
            }
            if let current = try await current(release) { return current }
            return try await download(release)
        }
        return try await locate(path: override)
    }

    /// A file or a folder that the user named.
    func locate(path: String) async throws(WeightsError) -> LocatedWeights {
        let hashes = hashes
        return try await transfer.onFileThread { () throws(WeightsError) in
            var file = path
            if path.hasPrefix("file://"), let url = URL(string: path) { file = url.path }
            if !file.hasPrefix("/") { file = "\(FileManager.default.currentDirectoryPath)/\(file)" }
            var status = stat()
            guard unsafe stat(file, &status) == 0 else {
                throw WeightsError(
                    code: .notFound,
                    message: "there is no file or folder '\(path)' to take weights from"
                )
            }
            var configuration: String?
            if status.st_mode & S_IFMT == S_IFDIR {
                let folder = file
                let name = try Self.weightsName(in: folder)
                if FileManager.default.fileExists(atPath: "\(folder)/config.json") {
                    configuration = "\(folder)/config.json"
                }
                file = "\(folder)/\(name)"
            }
            return LocatedWeights(
                path: file,
                sha256: try hashes.sha256(ofFile: file),
                revision: nil,
                source: "file:\(file)",
                configurationPath: configuration
            )
        }
    }

    private func offlineConfiguration(_ name: String, _ looked: String) -> WeightsError {
        WeightsError(
            code: .offline,
            message:
                "the config.json of '\(name)' is not on this machine and downloads are turned off (\(looked)); "
                + "unset HF_HUB_OFFLINE, or copy the cache of another machine"
        )
    }

    private func offline(_ name: String, _ looked: String) -> WeightsError {
        WeightsError(
            code: .offline,
            message:
                "the weights of '\(name)' are not on this machine and downloads are turned off (\(looked)); "
                + "unset HF_HUB_OFFLINE, copy the cache of another machine, or give a file with --weights"
        )
    }
}
