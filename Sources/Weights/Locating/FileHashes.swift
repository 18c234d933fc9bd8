import Crypto
import Foundation

/// Hashes of files, remembered as long as a file keeps its length and time of change.
struct FileHashes: Sendable {
    /// What is remembered of a file.
    private struct Record: Codable, Equatable {
        var path: String
        var byteCount: Int
        var modifiedSeconds: Int
        var modifiedNanoseconds: Int
        var inode: UInt64
        var sha256: String
    }

    /// The folder that the records are in.
    let folder: String

    /// The SHA-256 of a file, from memory where that holds.
    func sha256(ofFile path: String) throws(WeightsError) -> String {
        var record = try describe(path)
        let place = self.place(of: record.path)
        if let data = FileManager.default.contents(atPath: place) {
            let known: Record?
            do {
                known = try JSONDecoder().decode(Record.self, from: data)
            } catch {
                // A record that was cut off is as good as none.
                known = nil
            }
            record.sha256 = known?.sha256 ?? ""
            if let known, known == record { return known.sha256 }
        }
        record.sha256 = try Self.hash(path)
        try write(record)
        return record.sha256
    }

    /// Remembers the hash of a file that was just written.
    func remember(_ sha256: String, ofFile path: String) throws(WeightsError) {
        var record = try describe(path)
        record.sha256 = sha256
        try write(record)
    }

    /// The hexadecimal digits of a text's hash: a file name for anything.
    static func name(of text: String, digits: Int) -> String {
        String(hexadecimal(SHA256.hash(data: Data(text.utf8))).prefix(digits))
    }

    private static func hexadecimal(_ digest: SHA256.Digest) -> String {
        digest.map { $0 < 16 ? "0" + String($0, radix: 16) : String($0, radix: 16) }.joined()
    }

    private func place(of path: String) -> String { "\(folder)/\(Self.name(of: path, digits: 32)).json" }

    private func describe(_ path: String) throws(WeightsError) -> Record {
        guard let text = unsafe realpath(path, nil) else { throw .system("read", path, errno) }
        defer { unsafe free(text) }
        let resolved = unsafe String(cString: text)
        var status = stat()
        guard unsafe stat(resolved, &status) == 0 else { throw .system("read", path, errno) }
        return Record(
            path: resolved,
            byteCount: Int(status.st_size),
            modifiedSeconds: status.st_mtim.tv_sec,
            modifiedNanoseconds: status.st_mtim.tv_nsec,
            inode: UInt64(status.st_ino),
            sha256: ""
        )
    }

    /// A cache that cannot be written costs time at the next start, not the run.
    private func write(_ record: Record) throws(WeightsError) {
        let manager = FileManager.default
        do {
            try manager.createDirectory(atPath: folder, withIntermediateDirectories: true)
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys]
            try encoder.encode(record).write(
                to: URL(fileURLWithPath: place(of: record.path)),
                options: .atomic
            )
        } catch {
            guard !manager.isWritableFile(atPath: folder) else {
                throw WeightsError(
                    code: .fileSystem,
                    message: "cannot write into '\(folder)': \(error.localizedDescription)",
                    cause: error
                )
            }
        }
    }

    private static func hash(_ path: String) throws(WeightsError) -> String {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system("read", path, errno) }
        defer { close(descriptor) }
        var hash = SHA256()
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let taken = unsafe read(descriptor, &buffer, buffer.count)
            if taken < 0, errno == EINTR { continue }
            guard taken >= 0 else { throw .system("read", path, errno) }
            if taken == 0 { return hexadecimal(hash.finalize()) }
            hash.update(data: buffer[..<taken])
        }
    }
}
