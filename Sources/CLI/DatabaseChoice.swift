import Foundation
import JobQueue
import Logging
import ModelZoo
import PostgreSQL

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Which PostgreSQL holds the queue: the option, then `DATABASE_URL`, then libpq's variables, then a private server.
enum DatabaseChoice {
    /// A server that somebody runs, by its URL; empty leaves it to libpq's variables.
    case named(String)
    /// A server of this user's own.
    case owned(PrivateServerSettings)

    /// The choice that option and environment make.
    init(option: String?, environment: CommandEnvironment) {
        if let url = option ?? environment["DATABASE_URL"] {
            self = .named(url)
        } else if environment.namesServerForLibPQ {
            self = .named("")
        } else {
            self = .owned(Self.ownedSettings(environment))
        }
    }

    private static func ownedSettings(_ environment: CommandEnvironment) -> PrivateServerSettings {
        let folder: String
        if let data = environment["XDG_DATA_HOME"], data.hasPrefix("/"), getuid() != 0 {
            folder = "\(data)/apus"
        } else if getuid() == 0 {
            folder = PrivateServerSettings.folderForRoot
        } else {
            let home = environment["HOME"] ?? FileManager.default.homeDirectoryForCurrentUser.path
            folder = "\(home)/.local/share/apus"
        }
        return PrivateServerSettings(
            folder: folder,
            searchFolders: environment["PATH"]?.split(separator: ":").map(String.init) ?? [],
            runtimeFolder: environment["XDG_RUNTIME_DIR"]
        )
    }

    /// The connection; a private server is started for it where it does not run.
    ///
    /// - Throws: `PostgreSQLError` where a private server cannot be made or started.
    func open(logger: Logger) async throws -> ConnectionOptions {
        switch self {
        case .named(let url): ConnectionOptions(address: url)
        case .owned(let settings): try await PrivateServer(settings: settings, logger: logger).start()
        }
    }

    /// The connection to a database whose schema is ready.
    ///
    /// A private server is migrated without asking, a named one only where `migratesNamed` says so: its operator
    /// may want to do it alone.
    ///
    /// - Throws: `PostgreSQLError`, `JobQueueError`.
    func openReady(migratesNamed: Bool, logger: Logger) async throws -> ConnectionOptions {
        let connection = try await open(logger: logger)
        let migrates: Bool =
            switch self {
            case .named: migratesNamed
            case .owned: true
            }
        if migrates { try await Schema.migrate(connection, logger: logger) }
        return connection
    }
}

extension DatabaseChoice {
    /// The private server of this user.
    static func privateServer(_ environment: CommandEnvironment, logger: Logger) -> PrivateServer {
        PrivateServer(settings: ownedSettings(environment), logger: logger)
    }

    /// What `psql` takes for `connection`.
    ///
    /// A named server's URL comes back as it was given, empty where libpq's variables name it.
    static func url(of connection: ConnectionOptions) -> String {
        guard connection.address.isEmpty, !connection.parameters.isEmpty else { return connection.address }
        let user = connection.parameters["user"].map { "\(encoded($0))@" } ?? ""
        let database = connection.parameters["dbname"].map(encoded) ?? ""
        let host = connection.parameters["host"].map { "?host=\(encoded($0))" } ?? ""
        return "postgresql://\(user)/\(database)\(host)"
    }

    /// A URL's part with everything but letters, digits and `-._~/` written in percent signs.
    private static func encoded(_ text: String) -> String {
        let plain = Set("-._~/ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)
        return text.utf8.map { byte in
            if plain.contains(byte) { return String(UnicodeScalar(byte)) }
            let digits = String(byte, radix: 16, uppercase: true)
            return "%" + (digits.count == 1 ? "0" : "") + digits
        }.joined()
    }
}
