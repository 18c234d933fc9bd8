import Crypto
import Foundation

/// Writes a body into a new file beside its target and hashes it on the way.
///
/// The network thread writes; the caller opens and closes, before and after it. Resuming a cut download would
/// start here: open the old file, feed its bytes to the hash, ask for the rest.
final class DownloadSink: BodySink, @unchecked Sendable {
    // Sendable by turns: the caller hands it to the network thread and touches it again when that is done.
    let target: String
    let temporaryPath: String
    private let expectedByteCount: Int?
    private var descriptor: Int32
    private var hash = SHA256()
    private(set) var byteCount = 0
    private(set) var announcedByteCount: Int?

    /// Makes the file; its name is new.
    init(target: String, expectedByteCount: Int?) throws(TransferError) {
        self.target = target
        self.expectedByteCount = expectedByteCount
        let tail = String(UInt32.random(in: .min ... .max), radix: 16)
        temporaryPath = "\(target).\(String(repeating: "0", count: 8 - tail.count))\(tail).incomplete"
        try FileReading.removeAbandoned(target)
        descriptor = unsafe open(temporaryPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw FileReading.failure(temporaryPath, errno) }
    }

    deinit { discard() }

    func begin(byteCount: Int?) throws(TransferError) {
        announcedByteCount = byteCount
        guard let byteCount else { return }
        if let expectedByteCount, byteCount != expectedByteCount {
            throw TransferError(
                code: .wrongHash,
                message:
                    "the download of '\(target)' is announced with \(byteCount) bytes, \(expectedByteCount) expected"
            )
        }
        // Room is taken at once, so that a full disk shows before the bytes have travelled.
        let result = posix_fallocate(descriptor, 0, off_t(byteCount))
        if result == ENOSPC || result == EDQUOT || result == EFBIG {
            throw FileReading.failure(target, result)
        }
    }

    func receive(_ bytes: UnsafeRawBufferPointer) throws(TransferError) {
        unsafe hash.update(bufferPointer: bytes)
        var rest = unsafe bytes
        while let base = rest.baseAddress, unsafe !rest.isEmpty {
            let written = unsafe write(descriptor, base, rest.count)
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw FileReading.failure(target, errno) }
            unsafe rest = UnsafeRawBufferPointer(rebasing: rest[written...])
        }
        byteCount += bytes.count
    }

    /// Checks what arrived, brings it to the disk and gives the file its name.
    ///
    /// - Returns: the SHA-256 in hexadecimal digits.
    func commit(expecting hashExpectation: HashExpectation?, from source: String) throws(TransferError)
        -> String
    {
        if let expected = expectedByteCount ?? announcedByteCount, expected != byteCount {
            throw TransferError(
                code: .truncated,
                message: "'\(source)' was cut off: \(byteCount) of \(expected) bytes arrived"
            )
        }
        let digest = hash.finalize().map { byte in
            byte < 16 ? "0" + String(byte, radix: 16) : String(byte, radix: 16)
        }.joined()
        if let hashExpectation, !hashExpectation.matches(digest) {
            throw TransferError(
                code: .wrongHash,
                message:
                    "'\(source)' is not the expected file: SHA-256 \(hashExpectation) expected, \(digest) found"
            )
        }
        guard fsync(descriptor) == 0 else { throw FileReading.failure(target, errno) }
        let closed = close(descriptor)
        descriptor = -1
        guard closed == 0 else { throw FileReading.failure(target, errno) }
        guard unsafe rename(temporaryPath, target) == 0 else { throw FileReading.failure(target, errno) }
        isCommitted = true
        try FileReading.syncFolder(of: target)
        return digest
    }

    private var isCommitted = false

    /// Removes the file unless it was committed.
    func discard() {
        if descriptor >= 0 { close(descriptor) }
        descriptor = -1
        if !isCommitted { unsafe _ = unlink(temporaryPath) }
        isCommitted = true
    }
}

extension FileReading {
    /// Removes what killed processes left of a download: files that nobody has written to for an hour.
    ///
    /// A download that lives writes more often, or its time limit for slow transfers ends it.
    static func removeAbandoned(_ target: String) throws(TransferError) {
        let slash = target.lastIndex(of: "/")
        let folder = slash.map { String(target[...$0]) } ?? "./"
        let prefix = (slash.map { String(target[target.index(after: $0)...]) } ?? target) + "."
        guard let stream = unsafe opendir(folder) else { throw failure(target, errno) }
        defer { unsafe closedir(stream) }
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { field in
                unsafe field.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            guard name.hasPrefix(prefix), name.hasSuffix(".incomplete"),
                name.utf8.count == prefix.utf8.count + 8 + ".incomplete".utf8.count
            else { continue }
            var status = stat()
            guard unsafe lstat(folder + name, &status) == 0, status.st_mtim.tv_sec + 3600 < time(nil) else {
                continue
            }
            unsafe _ = unlink(folder + name)
        }
    }

    /// Brings a rename to the disk.
    static func syncFolder(of path: String) throws(TransferError) {
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        let descriptor = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(folder, errno) }
        defer { close(descriptor) }
        // Some network file systems cannot sync a folder and say EINVAL: the rename stands there all the same.
        guard fsync(descriptor) == 0 || errno == EINVAL else { throw failure(folder, errno) }
    }
}
