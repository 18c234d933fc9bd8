import Foundation
import Logging
import PostgreSQL
import Testing

/// The server that is started where nobody names one.
@Suite struct PrivateServerTests {
    private let quick = ["fsync": "off", "shared_buffers": "16MB", "max_connections": "20"]

    /// Runs `body` with a folder for a private server; the server is stopped and the folder removed afterwards.
    private func withFolder(
        _ name: String = "server",
        _ body: (PrivateServerSettings) async throws -> Void
    ) async throws {
        let parent = FileManager.default.temporaryDirectory.path + "/apus-server-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: parent,
            withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o755]
        )
        let settings = PrivateServerSettings(folder: "\(parent)/\(name)", serverSettings: quick)
        do {
            try await body(settings)
        } catch {
            try await make(settings).stop()
            try FileManager.default.removeItem(atPath: parent)
            throw error
        }
        try await make(settings).stop()
        try FileManager.default.removeItem(atPath: parent)
    }

    private func make(_ settings: PrivateServerSettings) -> PrivateServer {
        PrivateServer(settings: settings, logger: Logger(label: "test"))
    }

    private func value(_ text: String, _ options: ConnectionOptions) async throws -> String {
        let connection = Connection(options: options, logger: Logger(label: "test"))
        let value = try await connection.run { try $0.query(text)[0].get("v", as: String.self) }
        await connection.close()
        return value
    }

    private func processID(_ server: PrivateServer) async throws -> Int32? {
        guard case .running(let processID) = try await server.state() else { return nil }
        return processID
    }

    @Test func itIsMadeFoundAgainStoppedAndStartedWithItsData() async throws {
        try await withFolder { settings in
            #expect(try await make(settings).state() == .absent)
            let options = try await make(settings).start()
            let first = try #require(try await processID(make(settings)))
            #expect(try await value("SELECT current_database()::text AS v", options) == "apus")
            let connection = Connection(options: options, logger: Logger(label: "test"))
            try await connection.run { try $0.script("CREATE TABLE kept AS SELECT 'still here' AS v") }
            await connection.close()

            #expect(try await make(settings).start() == options)
            #expect(try await processID(make(settings)) == first)
            try await make(settings).stop()
            #expect(try await make(settings).state() == .stopped)
            try await make(settings).stop()
            #expect(try await make(settings).start() == options)
            #expect(try await processID(make(settings)) != first)
            #expect(try await value("SELECT v FROM kept", options) == "still here")
        }
    }

    @Test func theOwnerIsTheUserAndNobodyElseComesIn() async throws {
        try await withFolder { settings in
            let options = try await make(settings).start()
            let user = NSUserName()
            #expect(try await value("SELECT current_user::text AS v", options) == user)
            #expect(
                try await value(
                    "SELECT rolsuper::text AS v FROM pg_roles WHERE rolname = current_user",
                    options
                ) == "true"
            )
            #expect(try await value("SELECT current_setting('listen_addresses') AS v", options) == "")
            #expect(try await value("SELECT current_setting('data_checksums') AS v", options) == "on")
            let attributes = try FileManager.default.attributesOfItem(atPath: settings.folder)
            #expect(attributes[.posixPermissions] as? Int == 0o700)
            // PostgreSQL does not run as root: root's server is the postgres user's, and root is mapped.
            let processID = try #require(try await processID(make(settings)))
            let process = try FileManager.default.attributesOfItem(atPath: "/proc/\(processID)")
            #expect(process[.ownerAccountName] as? String == (user == "root" ? "postgres" : user))
            var stranger = options
            stranger.parameters["user"] = "stranger"
            let error = await #expect(throws: PostgreSQLError.self) {
                try await value("SELECT 'x' AS v", stranger)
            }
            #expect(error?.code == .connectionFailed)
        }
    }

    @Test func startsAtOnceMakeOneServer() async throws {
        try await withFolder { settings in
            let found = try await withThrowingTaskGroup(of: ConnectionOptions.self) { group in
                for _ in 0..<3 { group.addTask { try await make(settings).start() } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(found.count == 3)
            #expect(Set(found.map(\.displayAddress)).count == 1)
            #expect(try await value("SELECT 'up' AS v", found[0]) == "up")
        }
    }

    @Test func aFolderTooLongForASocketGetsAShortOne() async throws {
        try await withFolder(String(repeating: "long", count: 30)) { settings in
            let options = try await make(settings).start()
            let socket = try #require(options.parameters["host"])
            #expect(socket.utf8.count + "/.s.PGSQL.5432".utf8.count <= 107)
            #expect(!socket.hasPrefix(settings.folder))
            #expect(try await value("SELECT 'up' AS v", options) == "up")
            let attributes = try FileManager.default.attributesOfItem(atPath: socket)
            #expect(attributes[.posixPermissions] as? Int == 0o700)
            #expect(try await make(settings).start() == options)
            try await make(settings).stop()
            try FileManager.default.removeItem(atPath: socket)
        }
    }

    @Test func somebodyElsesFolderIsNotUsedForTheSocket() async throws {
        try await withFolder(String(repeating: "long", count: 30)) { settings in
            // The place is taken by a link, as an attacker would have it.
            let parent = URL(fileURLWithPath: settings.folder).deletingLastPathComponent().path
            let runtime = parent + "/run"
            try FileManager.default.createDirectory(
                atPath: runtime,
                withIntermediateDirectories: false,
                attributes: [.posixPermissions: 0o755]
            )
            var settings = settings
            settings.runtimeFolder = runtime
            let options = try await make(settings).start()
            let socket = try #require(options.parameters["host"])
            #expect(socket.hasPrefix(runtime))
            try await make(settings).stop()
            try FileManager.default.removeItem(atPath: socket)
            try FileManager.default.createSymbolicLink(atPath: socket, withDestinationPath: parent)
            let error = await #expect(throws: PostgreSQLError.self) { try await make(settings).start() }
            #expect(error?.code == .privateServer)
            #expect(error?.message.contains(socket) == true)
        }
    }

    @Test func aProcessFileThatWasLeftBehindIsNotBelieved() async throws {
        try await withFolder { settings in
            let options = try await make(settings).start()
            try await make(settings).stop()
            // The number of a process that lives and is no server: ours.
            let file = settings.folder + "/data/postmaster.pid"
            let text = "\(ProcessInfo.processInfo.processIdentifier)\n\(settings.folder)/data\n0\n5432\n"
            try text.write(toFile: file, atomically: false, encoding: .utf8)
            #expect(try await make(settings).state() == .stopped)
            #expect(try await make(settings).start() == options)
            #expect(try await value("SELECT 'up' AS v", options) == "up")
        }
    }

    @Test func aServerThatWasKilledComesBack() async throws {
        try await withFolder { settings in
            let options = try await make(settings).start()
            let connection = Connection(options: options, logger: Logger(label: "test"))
            try await connection.run {
                try $0.script("CREATE TABLE kept AS SELECT 'still here' AS v; CHECKPOINT")
            }
            await connection.close()
            let first = try #require(try await processID(make(settings)))
            #expect(kill(first, SIGKILL) == 0)
            while FileManager.default.fileExists(atPath: "/proc/\(first)/cwd") {}
            #expect(try await make(settings).start() == options)
            #expect(try await value("SELECT v FROM kept", options) == "still here")
        }
    }

    @Test func aClusterOfAnotherVersionSaysWhatToInstall() async throws {
        try await withFolder { settings in
            _ = try await make(settings).start()
            try await make(settings).stop()
            try "99\n".write(toFile: settings.folder + "/data/PG_VERSION", atomically: false, encoding: .utf8)
            let error = await #expect(throws: PostgreSQLError.self) { try await make(settings).start() }
            #expect(error?.code == .notInstalled)
            #expect(error?.message.contains("apt-get install postgresql-99") == true)
        }
    }

    @Test func aRelativeFolderIsRefused() async throws {
        let server = make(PrivateServerSettings(folder: "somewhere"))
        let error = await #expect(throws: PostgreSQLError.self) { try await server.start() }
        #expect(error?.message.contains("absolute") == true)
    }
}
