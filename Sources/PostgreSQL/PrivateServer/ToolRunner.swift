import CLibPQ

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Runs PostgreSQL's programs as the user that owns the cluster, with an environment of their own.
struct ToolRunner: Sendable {
    /// The account that the programs run under; nil is this process's own.
    let account: Account?
    /// The folder that the programs start in: one that their account can enter.
    let workingFolder: String

    /// What a program came to.
    struct Run: Sendable {
        let status: Int32
        let output: String
    }

    /// Runs a program to its end and returns what it wrote on both streams.
    func run(_ program: String, _ arguments: [String]) throws(PostgreSQLError) -> Run {
        var words = [program] + arguments
        if let account {
            words =
                ["/usr/bin/setpriv", "--reuid=\(account.user)", "--regid=\(account.group)", "--clear-groups"]
                + words
        }
        var ends: [Int32] = [-1, -1]
        guard unsafe pipe(&ends) == 0 else { throw .system("cannot make a pipe for", program) }
        defer { close(ends[0]) }
        let process: pid_t
        do {
            defer { close(ends[1]) }
            process = try spawn(words, output: ends[1])
        }
        let output = readAll(ends[0])
        var status: Int32 = 0
        while unsafe waitpid(process, &status, 0) == -1, errno == EINTR {}
        let isExited = status & 0x7F == 0
        return Run(status: isExited ? (status >> 8) & 0xFF : 128 + (status & 0x7F), output: output)
    }

    private func spawn(_ words: [String], output: Int32) throws(PostgreSQLError) -> pid_t {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        unsafe posix_spawn_file_actions_adddup2(&actions, output, 1)
        unsafe posix_spawn_file_actions_adddup2(&actions, output, 2)
        unsafe posix_spawn_file_actions_addclosefrom_np(&actions, 3)
        unsafe posix_spawn_file_actions_addchdir_np(&actions, workingFolder)
        // The server outlives this process: it must not inherit blocked or ignored signals.
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        unsafe posix_spawnattr_setsigmask(&attributes, &signals)
        unsafe sigfillset(&signals)
        unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
        let flags = Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF)
        unsafe posix_spawnattr_setflags(&attributes, flags)
        let arguments = CStringArray(words)
        let environment = CStringArray(["PATH=/usr/local/bin:/usr/bin:/bin", "LC_ALL=C"])
        var process: pid_t = 0
        let status = unsafe posix_spawn(
            &process,
            words[0],
            &actions,
            &attributes,
            arguments.pointers,
            environment.pointers
        )
        guard status == 0 else {
            throw PostgreSQLError(
                code: .privateServer,
                message: "cannot start \(words[0]): \(unsafe String(cString: strerror(status)))"
            )
        }
        return process
    }

    private func readAll(_ descriptor: Int32) -> String {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = unsafe read(descriptor, &chunk, chunk.count)
            if count > 0 { bytes += chunk.prefix(count) } else if count == 0 || errno != EINTR { break }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension PostgreSQLError {
    /// An error of a system call, by `errno`.
    static func system(_ action: String, _ path: String) -> PostgreSQLError {
        PostgreSQLError(
            code: .privateServer,
            message: "\(action) \(path): \(unsafe String(cString: strerror(errno)))"
        )
    }
}
