#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Which file a path leads to, whatever the path.
struct FileIdentity: Hashable {
    var device: UInt64
    var number: UInt64
}

/// What a path leads to, links followed.
struct FileStatus {
    /// What kind of file it is.
    enum Kind {
        case file, folder, other
    }

    var kind: Kind
    var identity: FileIdentity
}

extension FilePath {
    /// What the path leads to, or nil where there is nothing.
    var status: FileStatus? { status(followingLinks: true) }

    /// Whether the path is a folder and not a link to one.
    var isPlainFolder: Bool { status(followingLinks: false)?.kind == .folder }

    private func status(followingLinks: Bool) -> FileStatus? {
        var record = stat()
        let result = unsafe withCString { path in
            unsafe fstatat(AT_FDCWD, path, &record, followingLinks ? 0 : AT_SYMLINK_NOFOLLOW)
        }
        guard result == 0 else { return nil }
        let kind: FileStatus.Kind =
            switch record.st_mode & S_IFMT {
            case S_IFREG: .file
            case S_IFDIR: .folder
            default: .other
            }
        return FileStatus(
            kind: kind,
            identity: FileIdentity(device: UInt64(record.st_dev), number: UInt64(record.st_ino))
        )
    }

    /// What is in the folder, in the order of the names' bytes.
    ///
    /// - Throws: `notFound` where it cannot be listed.
    func children() throws(ImageError) -> [FilePath] {
        guard let folder = unsafe withCString({ unsafe opendir($0) }) else {
            let reason = unsafe String(cString: strerror(errno))
            throw ImageError(code: .notFound, message: "the folder \(self) cannot be listed: \(reason)")
        }
        defer { unsafe closedir(folder) }
        var children: [FilePath] = []
        while let entry = unsafe readdir(folder) {
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                unsafe Array(bytes.prefix { $0 != 0 })
            }
            if name != [0x2E], name != [0x2E, 0x2E] { children.append(appending(name)) }
        }
        return children.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
    }

    /// Whether the name matches a pattern of one component, by the shell's rules: a leading dot only matches a dot.
    func matches(_ pattern: [UInt8]) -> Bool {
        let name = FilePath(bytes: Array(name))
        let result = unsafe FilePath(bytes: pattern).withCString { pattern in
            unsafe name.withCString { unsafe fnmatch(pattern, $0, FNM_PERIOD) }
        }
        return result == 0
    }
}
