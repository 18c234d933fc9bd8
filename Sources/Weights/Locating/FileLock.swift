import Foundation
import Transfer

/// A lock that one process on the machine holds: `flock` on a file that is removed with the lock.
///
/// Python's filelock takes and removes its files in the same way, so that both may fill one cache.
final class FileLock: Sendable {
    private let descriptor: Int32
    private let path: String

    private init(descriptor: Int32, path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    deinit {
        unsafe _ = unlink(path)
        close(descriptor)
    }

    /// Runs `body` while the lock is held; waits for whoever holds it.
    static func holding<Value: Sendable>(
        _ path: String,
        transfer: Transfer,
        _ body: () async throws(WeightsError) -> Value
    ) async throws(WeightsError) -> Value {
        while true {
            let lock = try await transfer.onFileThread { () throws(WeightsError) in try attempt(path) }
            if let lock {
                let result: Result<Value, WeightsError>
                do throws(WeightsError) {
                    result = .success(try await body())
                } catch {
                    result = .failure(error)
                }
                return try withExtendedLifetime(lock) { result }.get()
            }
            do {
                // The holder downloads: its lock is asked for again rather than a thread kept waiting for it.
                try await Task.sleep(for: .milliseconds(50))
            } catch {
                throw .cancelled("waiting for the download of another process")
            }
        }
    }

    /// The lock, nil where another holds it.
    private static func attempt(_ path: String) throws(WeightsError) -> FileLock? {
        let folder = (path as NSString).deletingLastPathComponent
        try fileSystem("make the folder", folder) {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        }
        let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o664)
        guard descriptor >= 0 else { throw .system("open the lock", path, errno) }
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            let number = errno
            switch number {
            case EINTR: continue
            case ENOSYS, EOPNOTSUPP, ENOLCK:
                // A file system without locks: files still appear whole, a download may happen twice.
                return FileLock(descriptor: descriptor, path: path)
            case EWOULDBLOCK:
                close(descriptor)
                return nil
            default:
                close(descriptor)
                throw .system("lock", path, number)
            }
        }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, status.st_nlink > 0 else {
            // Its holder removed it between the two calls: that file locks nothing any more.
            close(descriptor)
            return nil
        }
        return FileLock(descriptor: descriptor, path: path)
    }
}
