import Foundation

/// Reads whole regular files within the limits of a policy.
package enum FileReading {
    /// The file's bytes.
    static func bytes(path: String, policy: TransferPolicy) throws(TransferError) -> [UInt8] {
        let resolved = try resolve(path, within: policy.folders)
        // A pipe or a device must not block the thread before it is found to be no regular file.
        let descriptor = unsafe open(resolved, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else { throw failure(path, errno) }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw failure(path, errno) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw TransferError(code: .refusedFile, message: "'\(path)' is not a regular file")
        }
        if policy.folders != nil,
            try resolve("/proc/self/fd/\(descriptor)", within: policy.folders) != resolved
        {
            throw TransferError(code: .refusedFile, message: "'\(path)' was exchanged while it was opened")
        }
        let byteCount = Int(status.st_size)
        guard byteCount <= policy.maximumByteCount else {
            throw .tooLarge(path, limit: policy.maximumByteCount, found: byteCount)
        }
        return try read(descriptor, path: path, byteCount: byteCount, limit: policy.maximumByteCount)
    }

    /// The path without symbolic links, checked against the folders.
    private static func resolve(_ path: String, within folders: [String]?) throws(TransferError) -> String {
        guard !path.isEmpty, !path.utf8.contains(0) else {
            throw TransferError(code: .invalidURI, message: "'\(path)' is not a path")
        }
        guard let resolved = realPath(path) else { throw failure(path, errno) }
        guard let folders else { return resolved }
        let isInside = folders.contains { folder in
            guard let root = realPath(folder) else { return false }
            return isBelow(resolved, root)
        }
        guard isInside else {
            throw TransferError(
                code: .refusedFile,
                message: "'\(path)' is outside the folders that this process may read: "
                    + (folders.isEmpty ? "none" : folders.joined(separator: ", "))
            )
        }
        return resolved
    }

    /// Whether `path` lies below `folder`, both absolute and without links and dots.
    ///
    /// A path that ends with a slash is a folder's, which lies below itself, too.
    package static func isBelow(_ path: String, _ folder: String) -> Bool {
        folder == "/" || path.hasPrefix("\(folder)/")
    }

    private static func realPath(_ path: String) -> String? {
        guard let text = unsafe realpath(path, nil) else { return nil }
        defer { unsafe free(text) }
        return unsafe String(cString: text)
    }

    private static func read(
        _ descriptor: Int32,
        path: String,
        byteCount: Int,
        limit: Int
    ) throws(TransferError) -> [UInt8] {
        var filled = 0
        var problem: TransferError?
        // One byte more than the file says, to notice that it grows.
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: byteCount + 1) { buffer, count in
            while filled < buffer.count, let base = buffer.baseAddress {
                let taken = unsafe Foundation.read(descriptor, base + filled, buffer.count - filled)
                if taken < 0, errno == EINTR { continue }
                if taken < 0 { problem = failure(path, errno) }
                if taken <= 0 { break }
                filled += taken
            }
            count = filled
        }
        if let problem { throw problem }
        guard filled == byteCount else {
            throw TransferError(
                code: .truncated,
                message: "'\(path)' changed while it was read: \(byteCount) bytes expected, \(filled) found"
            )
        }
        return bytes
    }

    /// The error of a system call on a file.
    package static func failure(_ path: String, _ number: Int32) -> TransferError {
        let cause = unsafe String(cString: strerror(number))
        switch number {
        case ENOENT, ENOTDIR: return TransferError(code: .notFound, message: "there is no file '\(path)'")
        case EACCES, EPERM:
            return TransferError(
                code: .forbidden,
                message: "'\(path)' may not be read by this user",
                cause: cause
            )
        case ENOSPC, EDQUOT:
            return TransferError(
                code: .noSpace,
                message: "cannot write '\(path)': the disk is full; make room or choose another folder",
                cause: cause
            )
        default:
            return TransferError(code: .fileSystem, message: "cannot read or write '\(path)'", cause: cause)
        }
    }
}
