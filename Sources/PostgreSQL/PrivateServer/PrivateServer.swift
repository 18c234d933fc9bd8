public import Logging

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A PostgreSQL server of this user alone: a Unix socket, no network port, started when needed and found again.
///
/// It outlives the process that started it. It runs as the user who asks; for root, whom PostgreSQL refuses, as
/// the `postgres` user, with root mapped onto the owner's role. The machine's own clusters are never touched.
public actor PrivateServer {
    /// What a look at the server finds.
    public enum State: Sendable, Equatable {
        /// No cluster has been made.
        case absent
        /// A cluster stands still.
        case stopped
        /// The server runs under this process number.
        case running(processID: Int32)
    }

    private let executor = ThreadExecutor()
    private let settings: PrivateServerSettings
    private let logger: Logger

    /// Names a server; nothing is made or started yet.
    public init(settings: PrivateServerSettings, logger: Logger) {
        self.settings = settings
        self.logger = logger
    }

    /// The server's own thread, on which its programs are waited for.
    public nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe executor.asUnownedSerialExecutor()
    }

    /// Makes the cluster where there is none, starts the server where it does not run, and says how to connect.
    ///
    /// - Throws: `PostgreSQLError`: `notInstalled`, `privateServer`.
    public func start() throws -> ConnectionOptions {
        let owner = try Account.current()
        let folder = try makeFolder()
        try folder.prepare()
        return try folder.withLock {
            let runner = try makeRunner(folder)
            let socketFolder = try folder.makeSocketFolder()
            let processID = try runningProcess(folder)
            if processID == nil {
                let programs = try programs(folder, runner)
                try makeCluster(folder, programs: programs, runner: runner, owner: owner)
                try configure(folder, socketFolder: socketFolder)
                try launch(folder, socketFolder: socketFolder, programs: programs, runner: runner)
            }
            let options = connection(socketFolder: socketFolder, owner: owner)
            try makeDatabase(options)
            return options
        }
    }

    /// Stops the server, letting go of its connections; without effect when it does not run.
    ///
    /// - Throws: `PostgreSQLError`.
    public func stop() throws {
        let folder = try makeFolder()
        guard unsafe access(folder.path, F_OK) == 0 else { return }
        try folder.withLock {
            guard try runningProcess(folder) != nil else { return }
            let runner = try makeRunner(folder)
            let programs = try programs(folder, runner)
            let run = try runner.run(
                programs.folder + "/pg_ctl",
                ["-D", folder.cluster, "-m", "fast", "-w", "-t", "60", "stop"]
            )
            guard run.status == 0 else { throw failure("cannot stop the private database", run) }
        }
    }

    /// Looks whether the server runs.
    ///
    /// - Throws: `PostgreSQLError` when the folder cannot be read.
    public func state() throws -> State {
        let folder = try makeFolder()
        guard unsafe access(folder.cluster, F_OK) == 0 else { return .absent }
        return try runningProcess(folder).map { .running(processID: $0) } ?? .stopped
    }

    // MARK: Parts

    private func makeFolder() throws(PostgreSQLError) -> ServerFolder {
        guard settings.folder.hasPrefix("/"), settings.folder.count > 1, !settings.folder.hasSuffix("/")
        else {
            throw PostgreSQLError(
                code: .privateServer,
                message: "the private database's folder must be an absolute path, found \(settings.folder)"
            )
        }
        let owner = try getuid() == 0 ? Account.postgres() : Account.current()
        return ServerFolder(path: settings.folder, owner: owner, runtimeFolder: settings.runtimeFolder)
    }

    private func makeRunner(_ folder: ServerFolder) throws(PostgreSQLError) -> ToolRunner {
        ToolRunner(account: getuid() == 0 ? folder.owner : nil, workingFolder: folder.path)
    }

    private func programs(_ folder: ServerFolder, _ runner: ToolRunner) throws(PostgreSQLError)
        -> ServerPrograms
    {
        let version = try folder.read(folder.cluster + "/PG_VERSION").flatMap {
            ServerPrograms.majorVersion(in: $0)
        }
        return try ServerPrograms.find(searchFolders: settings.searchFolders, wanted: version, runner: runner)
    }

    /// The server's process by its `postmaster.pid`; nil when it does not run, whoever has that number now.
    private func runningProcess(_ folder: ServerFolder) throws(PostgreSQLError) -> Int32? {
        guard let text = try folder.read(folder.cluster + "/postmaster.pid"),
            let line = text.split(separator: "\n").first, let processID = Int32(line)
        else { return nil }
        return ClusterProcesses.works(processID, in: folder.cluster) ? processID : nil
    }

    private func failure(_ what: String, _ run: ToolRunner.Run) -> PostgreSQLError {
        let lines = run.output.split(separator: "\n").suffix(6).joined(separator: "; ")
        return PostgreSQLError(code: .privateServer, message: "\(what) in \(settings.folder): \(lines)")
    }
}

extension PrivateServer {
    /// Makes the cluster beside its place and moves it there when it is whole.
    private func makeCluster(
        _ folder: ServerFolder,
        programs: ServerPrograms,
        runner: ToolRunner,
        owner: Account
    ) throws(PostgreSQLError) {
        guard unsafe access(folder.cluster, F_OK) != 0 else { return }
        logger.info("making a private database", metadata: ["folder": "\(folder.path)"])
        let remainder = try runner.run("/bin/rm", ["-rf", folder.unfinishedCluster])
        guard remainder.status == 0 else { throw failure("cannot clear an unfinished cluster", remainder) }
        let run = try runner.run(
            programs.folder + "/initdb",
            [
                "-D", folder.unfinishedCluster, "-U", owner.name, "--auth=reject", "-E", "UTF8",
                "--locale=C.UTF-8", "--data-checksums", "--no-instructions",
            ]
        )
        guard run.status == 0 else { throw failure("cannot make a private database", run) }
        let cluster = folder.unfinishedCluster
        guard let settings = try folder.read(cluster + "/postgresql.conf") else {
            throw .system("cannot read", cluster + "/postgresql.conf")
        }
        try folder.write(settings + "\ninclude 'apus.conf'\n", to: cluster + "/postgresql.conf")
        try folder.write("local all all peer map=apus\n", to: cluster + "/pg_hba.conf")
        var map = "apus \"\(owner.name)\" \"\(owner.name)\"\n"
        if folder.owner.name != owner.name { map += "apus \"\(folder.owner.name)\" \"\(owner.name)\"\n" }
        try folder.write(map, to: cluster + "/pg_ident.conf")
        guard unsafe rename(cluster, folder.cluster) == 0 else {
            throw .system("cannot put in place", folder.cluster)
        }
    }

    /// Writes Apus's settings: no network, a socket for the owner alone, durable, small enough for a laptop.
    private func configure(_ folder: ServerFolder, socketFolder: String) throws(PostgreSQLError) {
        var values = [
            "cluster_name": "apus",
            "listen_addresses": "",
            "unix_socket_directories": "\"\(socketFolder)\"",
            "unix_socket_permissions": "0700",
            "port": "5432",
            "max_connections": "100",
            "shared_buffers": "128MB",
            "fsync": "on",
            "synchronous_commit": "on",
            "wal_level": "minimal",
            "max_wal_senders": "0",
            "jit": "off",
        ]
        values.merge(settings.serverSettings) { $1 }
        let lines = values.sorted { $0.key < $1.key }.map { name, value in
            let quoted = value.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''")
            return "\(name) = '\(quoted)'\n"
        }
        try folder.write(lines.joined(), to: folder.cluster + "/apus.conf")
    }

    private func launch(
        _ folder: ServerFolder,
        socketFolder: String,
        programs: ServerPrograms,
        runner: ToolRunner
    ) throws(PostgreSQLError) {
        try ClusterProcesses.waitUntilGone(from: folder.cluster)
        // Nobody works in the cluster any more. What a killed server left may name a process of somebody else, or
        // one that nobody has buried, and PostgreSQL would believe it.
        for remainder in [
            folder.cluster + "/postmaster.pid", "\(socketFolder)/\(ServerFolder.socketName).lock",
        ] {
            if unsafe unlink(remainder) != 0, errno != ENOENT { throw .system("cannot remove", remainder) }
        }
        let run = try runner.run(
            programs.folder + "/pg_ctl",
            ["-D", folder.cluster, "-l", folder.log, "-w", "-t", "60", "start"]
        )
        guard run.status == 0 else {
            let log = try folder.read(folder.log) ?? ""
            throw failure(
                "cannot start the private database",
                ToolRunner.Run(status: run.status, output: log.isEmpty ? run.output : log)
            )
        }
        logger.info("started the private database", metadata: ["folder": "\(folder.path)"])
    }

    private func connection(socketFolder: String, owner: Account) -> ConnectionOptions {
        ConnectionOptions(parameters: [
            "host": socketFolder, "port": "5432", "user": owner.name, "dbname": settings.databaseName,
        ])
    }

    /// Makes the database where it is missing, waiting for a server that is still recovering.
    private func makeDatabase(_ options: ConnectionOptions) throws(PostgreSQLError) {
        var maintenance = options
        maintenance.parameters["dbname"] = "postgres"
        let session = Session(options: maintenance, interrupt: Interrupt(), logger: logger)
        try connectPatiently(session)
        let name = settings.databaseName
        let found = try session.query("SELECT 1 FROM pg_database WHERE datname = $1", [.text(name)])
        guard found.count == 0 else { return }
        let quoted = name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
        try session.query("CREATE DATABASE \"\(quoted)\"")
    }

    /// Connects, again and again for up to a minute while the server starts or recovers.
    private func connectPatiently(_ session: Session) throws(PostgreSQLError) {
        let deadline = ContinuousClock.now + .seconds(60)
        var failure: PostgreSQLError?
        repeat {
            if failure != nil { usleep(100_000) }
            failure = attempt(session)
        } while failure?.isTransient == true && ContinuousClock.now < deadline
        if let failure { throw failure }
    }

    private func attempt(_ session: Session) -> PostgreSQLError? {
        do {
            try session.connectIfNeeded()
            return nil
        } catch {
            return error
        }
    }
}
