/// Where a private server lives and how its programs are found.
public struct PrivateServerSettings: Sendable, Equatable {
    /// The folder of the private server for root, whose home no other user can enter.
    public static let folderForRoot = "/var/lib/apus"

    /// The folder that holds everything: the cluster, the socket, the log.
    ///
    /// Made when missing.
    public var folder: String
    /// Folders that may hold `initdb`, `pg_ctl` and `postgres`, such as those of `PATH`; Debian's
    /// `/usr/lib/postgresql/*/bin` is searched after them.
    public var searchFolders: [String]
    /// A folder for the socket where `folder` is too long for one, such as `$XDG_RUNTIME_DIR`; `/tmp` otherwise.
    public var runtimeFolder: String?
    /// The database that is made in the cluster.
    public var databaseName: String
    /// Server settings besides Apus's own, which they replace.
    public var serverSettings: [String: String]

    /// Makes settings.
    public init(
        folder: String,
        searchFolders: [String] = [],
        runtimeFolder: String? = nil,
        databaseName: String = "apus",
        serverSettings: [String: String] = [:]
    ) {
        self.folder = folder
        self.searchFolders = searchFolders
        self.runtimeFolder = runtimeFolder
        self.databaseName = databaseName
        self.serverSettings = serverSettings
    }
}
