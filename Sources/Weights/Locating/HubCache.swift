import Foundation

/// One repository in the hub's cache on disk, in the layout of huggingface_hub.
///
///     models--timm--resnet34.a1_in1k/
///         blobs/<etag>
///         refs/main                                  holds the commit
///         snapshots/<commit>/model.safetensors       -> ../../blobs/<etag>
///         .no_exist/<commit>/pytorch_model.bin       empty: the repository has no such file
///     .locks/models--timm--resnet34.a1_in1k/<etag>.lock
///
/// Source: huggingface_hub/file_download.py. All calls block on the disk.
struct HubCache: Sendable {
    /// The cache's root.
    let root: String
    /// The repository and its revision.
    let repository: HubRepository

    /// The repository's folder.
    var folder: String { "\(root)/\(repository.folderName)" }

    /// The commit that the revision stands at, as far as the cache knows.
    func knownCommit() -> String? {
        if repository.isPinned { return repository.revision }
        guard let data = FileManager.default.contents(atPath: "\(folder)/refs/\(repository.revision)") else {
            return nil
        }
        let commit = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        return HubRepository.isCommit(commit) ? commit : nil
    }

    /// The path of a file in a snapshot, nil where it is not there.
    func snapshot(_ file: String, commit: String) -> String? {
        let path = "\(folder)/snapshots/\(commit)/\(file)"
        return FileManager.default.fileExists(atPath: path) ? path : nil
    }

    /// Whether the repository was seen to lack a file.
    func isKnownToLack(_ file: String, commit: String) -> Bool {
        FileManager.default.fileExists(atPath: "\(folder)/.no_exist/\(commit)/\(file)")
    }

    /// The name of the blob that a snapshot's file points at, where it says a SHA-256.
    func promisedHash(of snapshot: String) -> String? {
        var status = stat()
        guard unsafe lstat(snapshot, &status) == 0, status.st_mode & S_IFMT == S_IFLNK else { return nil }
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = unsafe readlink(snapshot, &buffer, buffer.count)
        guard count > 0 else { return nil }
        let target = String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let name = target.split(separator: "/").last.map(String.init)
        return name.flatMap { HubRepository.isSHA256($0) ? $0 : nil }
    }

    /// Where a blob is kept.
    func blob(_ etag: String) -> String { "\(folder)/blobs/\(etag)" }

    /// The lock of a blob's download.
    func lock(_ etag: String) -> String { "\(root)/.locks/\(repository.folderName)/\(etag).lock" }

    /// Makes the folder of blobs.
    func prepare() throws(WeightsError) {
        try makeFolder("\(folder)/blobs")
        let tag = "\(root)/CACHEDIR.TAG"
        guard !FileManager.default.fileExists(atPath: tag) else { return }
        let text =
            "Signature: 8a477f597d28d172789f06886806bc55\n# This folder can be filled again; see https://bford.info/cachedir/\n"
        try fileSystem("write", tag) {
            try Data(text.utf8).write(to: URL(fileURLWithPath: tag), options: .atomic)
        }
    }

    /// Points a snapshot's file at a blob and writes down the revision's commit.
    ///
    /// - Returns: the path in the snapshot.
    func publish(etag: String, file: String, commit: String) throws(WeightsError) -> String {
        let pointer = "\(folder)/snapshots/\(commit)/\(file)"
        try makeFolder((pointer as NSString).deletingLastPathComponent)
        let depth = file.split(separator: "/").count + 1
        let target = String(repeating: "../", count: depth) + "blobs/\(etag)"
        if !FileManager.default.fileExists(atPath: pointer) {
            // A link to a blob that is gone may stand in the way.
            unsafe _ = unlink(pointer)
            if unsafe symlink(target, pointer) != 0, errno != EEXIST {
                throw .system("link", pointer, errno)
            }
        }
        try record(commit: commit)
        return pointer
    }

    /// Writes down the commit that the revision stands at.
    func record(commit: String) throws(WeightsError) {
        guard !repository.isPinned, knownCommit() != commit else { return }
        let path = "\(folder)/refs/\(repository.revision)"
        try makeFolder((path as NSString).deletingLastPathComponent)
        try fileSystem("write", path) {
            try Data(commit.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        }
    }

    /// Writes down that the repository lacks a file.
    func recordAbsence(of file: String, commit: String) throws(WeightsError) {
        let path = "\(folder)/.no_exist/\(commit)/\(file)"
        try makeFolder((path as NSString).deletingLastPathComponent)
        try fileSystem("write", path) { try Data().write(to: URL(fileURLWithPath: path)) }
        try record(commit: commit)
    }

    private func makeFolder(_ path: String) throws(WeightsError) {
        try fileSystem("make the folder", path) {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        }
    }
}
