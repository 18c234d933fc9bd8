import Foundation
import JobQueue
import Logging
import PostgreSQL

/// The PostgreSQL server of one test process: started on first use in a temporary folder, and stopped and removed
/// by a watcher when the process ends, however it ends.
actor TestServer {
    static let shared = TestServer()

    private var start: Task<ConnectionOptions, any Error>?
    private var watcher: (process: Process, input: Pipe)?
    private var databaseCount = 0

    /// How to connect to the server's maintenance database.
    func options() async throws -> ConnectionOptions {
        if let start { return try await start.value }
        let task = Task { try await launch() }
        start = task
        return try await task.value
    }

    /// A name that no other test has.
    func nextDatabaseName() -> String {
        databaseCount += 1
        return "test_\(databaseCount)"
    }

    private func launch() async throws -> ConnectionOptions {
        let folder = FileManager.default.temporaryDirectory.path + "/apus-tests-\(UUID().uuidString)"
        // The server's user has to be able to enter.
        try FileManager.default.createDirectory(
            atPath: folder,
            withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o755]
        )
        try watch(folder)
        let server = PrivateServer(
            settings: PrivateServerSettings(
                folder: folder + "/server",
                serverSettings: ["fsync": "off", "max_connections": "300", "shared_buffers": "64MB"]
            ),
            logger: Logger(label: "test")
        )
        let options = try await server.start()
        try await makeTemplate(options)
        return options
    }

    /// Starts a shell that waits for the end of this process and cleans up after it.
    private func watch(_ folder: String) throws {
        let input = Pipe()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = [
            "-c",
            """
            cat > /dev/null
            read -r pid < "$0/server/data/postmaster.pid" && kill -QUIT "$pid" \
                && while kill -0 "$pid" 2> /dev/null; do sleep 0.1; done
            rm -rf "$0"
            """,
            folder,
        ]
        process.standardInput = input
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        watcher = (process, input)
    }

    private func makeTemplate(_ options: ConnectionOptions) async throws {
        let connection = Connection(options: options, logger: Logger(label: "test"))
        try await connection.run { session in
            _ = try session.query("CREATE DATABASE apus_template")
        }
        await connection.close()
        var template = options
        template.parameters["dbname"] = "apus_template"
        let migrator = try Migrator(options: template, logger: Logger(label: "test"))
        try await migrator.migrate()
        try await migrator.replaceModelNames(TestDatabase.modelNames)
        await migrator.close()
    }
}
