public import Tensors

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Maps files into memory for reading.
public enum CheckpointFile {
    /// Maps the regular file at `path` read-only and privately.
    ///
    /// The mapping has the size that the file had when it was opened. A file that another process truncates while
    /// it is mapped ends this process with SIGBUS on the next touch of a lost page: replace files by rename, as
    /// the caches do, never in place.
    ///
    /// - Throws: ``CheckpointError`` of code `fileSystem` where the path cannot be opened or is no regular file
    ///   (a pipe, a device, a folder), of code `truncated` where the file is empty.
    public static func map(path: String) throws(CheckpointError) -> TensorStorage {
        // O_NONBLOCK: to open a named pipe must not wait for its writer.
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw failure("cannot open the file", path: path) }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else {
            throw failure("cannot examine the file", path: path)
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            let kind = status.st_mode & S_IFMT == S_IFDIR ? "a folder" : "not a regular file"
            throw CheckpointError(
                code: .fileSystem,
                message: "expected a checkpoint file, found \(kind)",
                path: path
            )
        }
        let byteCount = Int(status.st_size)
        guard byteCount > 0 else {
            throw CheckpointError(code: .truncated, message: "the file is empty", path: path)
        }
        guard let base = unsafe mmap(nil, byteCount, PROT_READ, MAP_PRIVATE, descriptor, 0),
            unsafe base != MAP_FAILED
        else { throw failure("cannot map \(byteCount) bytes of the file", path: path) }
        return unsafe TensorStorage(unmapping: UnsafeRawBufferPointer(start: base, count: byteCount))
    }

    /// Writes all of `bytes` to the open file `descriptor`, whose name in errors is `path`.
    static func append(
        _ bytes: UnsafeRawBufferPointer,
        to descriptor: Int32,
        path: String
    ) throws(CheckpointError) {
        guard let base = bytes.baseAddress else { return }
        var written = 0
        while written < bytes.count {
            let count = unsafe write(descriptor, base + written, bytes.count - written)
            if count >= 0 {
                written += count
            } else if errno != EINTR {
                throw failure("cannot write the file", path: path)
            }
        }
    }

    /// The error of the system call that has just failed.
    static func failure(_ action: String, path: String) -> CheckpointError {
        let reason = unsafe String(cString: strerror(errno))
        return CheckpointError(code: .fileSystem, message: "\(action): \(reason)", path: path)
    }
}
