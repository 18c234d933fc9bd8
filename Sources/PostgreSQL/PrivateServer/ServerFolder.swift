#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The folders and files of a private server, owned by the account that runs it.
struct ServerFolder: Sendable {
    /// A Unix socket's address holds 108 bytes with the closing zero: Linux, `struct sockaddr_un`.
    static let longestSocketPath = 107
    /// The socket's name in its folder; the number names it and opens nothing.
    static let socketName = ".s.PGSQL.5432"

    let path: String
    let owner: Account
    let runtimeFolder: String?

    var cluster: String { path + "/data" }
    var unfinishedCluster: String { path + "/data.new" }
    var log: String { path + "/server.log" }
    var lock: String { path + "/lock" }

    /// Makes the folder, with those above it, for its owner alone.
    func prepare() throws(PostgreSQLError) {
        var position = path.startIndex
        while let slash = path[position...].dropFirst().firstIndex(of: "/") {
            let parent = String(path[..<slash])
            if unsafe mkdir(parent, 0o755) != 0, errno != EEXIST {
                throw .system("cannot make the folder", parent)
            }
            position = slash
        }
        try makePrivate(path)
    }

    /// The folder of the socket: inside, where the path fits; otherwise a short one that belongs to the owner.
    func makeSocketFolder() throws(PostgreSQLError) -> String {
        let candidates = socketFolders
        for candidate in candidates where fits(candidate) {
            try makePrivate(candidate)
            return candidate
        }
        throw PostgreSQLError(
            code: .privateServer,
            message: "no socket path of at most \(Self.longestSocketPath) bytes in "
                + candidates.joined(separator: ", ") + ": use a shorter folder"
        )
    }

    /// The folders that the socket may be in, best first; the same for every command.
    var socketFolders: [String] {
        // FNV-1a, 64 bits: short, and the same in every process.
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in path.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        let name = "apus-\(owner.user)-" + String(hash, radix: 36)
        return [path + "/socket"] + (runtimeFolder.map { ["\($0)/\(name)"] } ?? []) + ["/tmp/\(name)"]
    }

    func fits(_ folder: String) -> Bool {
        "\(folder)/\(Self.socketName)".utf8.count <= Self.longestSocketPath
    }

    /// Makes a folder that nobody else can enter, or makes sure that an existing one is such a folder.
    private func makePrivate(_ folder: String) throws(PostgreSQLError) {
        if unsafe mkdir(folder, 0o700) == 0 {
            try give(folder)
        } else if errno != EEXIST {
            throw .system("cannot make the folder", folder)
        }
        var status = stat()
        guard unsafe lstat(folder, &status) == 0 else { throw .system("cannot look at the folder", folder) }
        guard status.st_mode & S_IFMT == S_IFDIR, status.st_uid == owner.user || status.st_uid == getuid()
        else {
            throw PostgreSQLError(
                code: .privateServer,
                message:
                    "\(folder) is not a folder of user \(owner.name): it may be somebody's trap; remove it"
            )
        }
        try give(folder)
        guard unsafe chmod(folder, 0o700) == 0 else { throw .system("cannot protect the folder", folder) }
    }

    /// Makes the owner the owner, where this process is root.
    private func give(_ path: String) throws(PostgreSQLError) {
        guard getuid() == 0, owner.user != 0 else { return }
        guard unsafe lchown(path, owner.user, owner.group) == 0 else {
            throw .system("cannot give away", path)
        }
    }

    /// Writes a file for the owner, by a temporary file and a rename.
    func write(_ text: String, to file: String) throws(PostgreSQLError) {
        let temporary = file + ".new"
        let descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw .system("cannot write", temporary) }
        defer { close(descriptor) }
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe send(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { throw .system("cannot write", temporary) }
            rest = rest.dropFirst(count)
        }
        try give(temporary)
        guard fsync(descriptor) == 0, unsafe rename(temporary, file) == 0 else {
            throw .system("cannot put in place", file)
        }
    }

    /// Reads a small text file; nil when there is none.
    func read(_ file: String) throws(PostgreSQLError) -> String? {
        let descriptor = unsafe open(file, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw .system("cannot read", file)
        }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = unsafe receive(descriptor, &chunk, chunk.count)
            guard count >= 0 else { throw .system("cannot read", file) }
            if count == 0 { return String(decoding: bytes, as: UTF8.self) }
            bytes += chunk.prefix(count)
        }
    }

    /// Holds the folder's lock while `body` runs: two commands that start the server at once wait for each other.
    func withLock<Result>(_ body: () throws -> Result) throws -> Result {
        let descriptor = unsafe open(lock, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw PostgreSQLError.system("cannot open the lock", lock) }
        defer { close(descriptor) }
        while flock(descriptor, LOCK_EX) != 0 {
            guard errno == EINTR else { throw PostgreSQLError.system("cannot take the lock", lock) }
        }
        return try body()
    }
}

/// The system's `write`, whose name a method hides.
private func send(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    unsafe write(descriptor, bytes, count)
}

/// The system's `read`, whose name a method hides.
private func receive(_ descriptor: Int32, _ bytes: UnsafeMutableRawPointer, _ count: Int) -> Int {
    unsafe read(descriptor, bytes, count)
}
