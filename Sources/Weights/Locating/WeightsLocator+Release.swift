import Foundation
import Logging
import Transfer

/// What a server said of a file that may change.
private struct Validators: Codable, Equatable, Sendable {
    var etag: String?
    var lastModified: String?
    var byteCount: Int?

    init(_ response: HTTPResponse) {
        etag = response.headers["etag"]
        lastModified = response.headers["last-modified"]
        byteCount = response.contentLength
    }

    /// Whether they tell two versions of a file apart.
    var areTelling: Bool { etag != nil || lastModified != nil }
}

extension WeightsLocator {
    /// The folder of downloaded release files.
    var releaseFolder: String { "\(environment.apusCacheDirectory)/weights" }

    /// A release file on this machine's disk: in our cache, or in PyTorch's where its hash is right.
    func cached(_ release: ReleaseFile) async throws(WeightsError) -> LocatedWeights? {
        let own = "\(releaseFolder)/\(release.cachePath)"
        let foreign = "\(environment.torchCheckpointsDirectory)/\(release.fileName)"
        let hashes = hashes
        let logger = logger
        return try await transfer.onFileThread { () throws(WeightsError) in
            for path in release.hash == nil ? [own] : [own, foreign] {
                guard FileManager.default.fileExists(atPath: path) else { continue }
                let sha256 = try hashes.sha256(ofFile: path)
                guard release.hash?.matches(sha256) ?? true else {
                    logger.warning(
                        "a cached file is not what its name says and is passed over",
                        metadata: ["path": "\(path)", "sha256": "\(sha256)"]
                    )
                    continue
                }
                return LocatedWeights(path: path, sha256: sha256, revision: nil, source: release.source)
            }
            return nil
        }
    }

    /// The cached file, where the server has no newer one.
    func current(_ release: ReleaseFile) async throws(WeightsError) -> LocatedWeights? {
        guard let cached = try await cached(release) else { return nil }
        if release.isFixed { return cached }
        let record = validatorsPath(release)
        let response: HTTPResponse
        do throws(TransferError) {
            response = try await transfer.head(of: release.url)
            guard response.isSuccess else { throw TransferError.answer(response) }
        } catch {
            if error.code == .cancelled {
                throw WeightsError(error, during: "cannot look at '\(release.source)'")
            }
            logger.warning(
                "cannot ask whether the cached weights are still those of the server, taking them",
                metadata: ["source": "\(release.source)", "reason": "\(error)"]
            )
            return cached
        }
        let found = Validators(response)
        let known = try await transfer.onFileThread { () throws(WeightsError) in
            guard let data = FileManager.default.contents(atPath: record) else { return Validators?.none }
            return try fileSystem("read", record) { try JSONDecoder().decode(Validators.self, from: data) }
        }
        return found.areTelling && known == found ? cached : nil
    }

    /// Downloads a release file into our cache.
    func download(_ release: ReleaseFile) async throws(WeightsError) -> LocatedWeights {
        let path = "\(releaseFolder)/\(release.cachePath)"
        let lock =
            "\(environment.apusCacheDirectory)/locks/\(release.cachePath.replacing("/", with: "-")).lock"
        let asked = Date()
        return try await FileLock.holding(lock, transfer: transfer) { () async throws(WeightsError) in
            // Another process may have brought it while this one waited.
            if let cached = try await cached(release), release.isFixed || Self.isNewer(path, than: asked) {
                return cached
            }
            return try await fetch(release, to: path)
        }
    }

    private func fetch(_ release: ReleaseFile, to path: String) async throws(WeightsError) -> LocatedWeights {
        let hashes = hashes
        let folder = (path as NSString).deletingLastPathComponent
        try await transfer.onFileThread { () throws(WeightsError) in
            try fileSystem("make the folder", folder) {
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            }
        }
        logger.info("downloading weights", metadata: ["source": "\(release.source)"])
        let file: DownloadedFile
        do throws(TransferError) {
            file = try await retrying(release.source) { () async throws(TransferError) in
                try await transfer.download(release.url, to: path, hash: release.hash)
            }
        } catch {
            // The folder of this one file, whose lock is held; the folder of all files stays.
            if folder != releaseFolder { await transfer.onFileThread { unsafe _ = rmdir(folder) } }
            throw WeightsError(error, during: "cannot download weights")
        }
        let record = release.isFixed ? nil : validatorsPath(release)
        let validators = Validators(file.response)
        try await transfer.onFileThread { () throws(WeightsError) in
            try hashes.remember(file.sha256, ofFile: path)
            guard let record else { return }
            try fileSystem("write", record) {
                try JSONEncoder().encode(validators).write(to: URL(fileURLWithPath: record), options: .atomic)
            }
        }
        return LocatedWeights(path: path, sha256: file.sha256, revision: nil, source: release.source)
    }

    private func validatorsPath(_ release: ReleaseFile) -> String {
        "\(releaseFolder)/\(FileHashes.name(of: release.url, digits: 16))/validators.json"
    }

    private static func isNewer(_ path: String, than date: Date) -> Bool {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return false }
        return TimeInterval(status.st_mtim.tv_sec) + TimeInterval(status.st_mtim.tv_nsec) / 1e9
            >= date.timeIntervalSince1970
    }
}
