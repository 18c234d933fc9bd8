#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The programs of one installed PostgreSQL.
struct ServerPrograms: Sendable {
    /// The folder with `initdb`, `pg_ctl` and `postgres`.
    let folder: String
    /// The major version.
    let version: Int

    /// Finds the first complete installation in `searchFolders`, then Debian's newest; one of version `wanted`
    /// where an existing cluster needs it.
    static func find(searchFolders: [String], wanted: Int?, runner: ToolRunner) throws(PostgreSQLError)
        -> ServerPrograms
    {
        var found: [ServerPrograms] = []
        for folder in searchFolders + debianFolders() {
            let names = ["initdb", "pg_ctl", "postgres"]
            guard names.allSatisfy({ unsafe access("\(folder)/\($0)", X_OK) == 0 }) else { continue }
            let run = try runner.run("\(folder)/postgres", ["--version"])
            guard run.status == 0, let version = majorVersion(in: run.output) else { continue }
            found.append(ServerPrograms(folder: folder, version: version))
        }
        if let match = found.first(where: { wanted == nil || $0.version == wanted }) { return match }
        if let wanted, !found.isEmpty {
            let versions = found.map { String($0.version) }.joined(separator: ", ")
            throw PostgreSQLError(
                code: .notInstalled,
                message: "the private database was made by PostgreSQL \(wanted), found \(versions): "
                    + "apt-get install postgresql-\(wanted), or upgrade the cluster with pg_upgrade"
            )
        }
        throw PostgreSQLError(
            code: .notInstalled,
            message: "no PostgreSQL server on this machine (initdb, pg_ctl, postgres): "
                + "apt-get install postgresql, or name a database with --database-url"
        )
    }

    /// `/usr/lib/postgresql/*/bin`, newest first.
    private static func debianFolders() -> [String] {
        var matches = unsafe glob_t()
        defer { unsafe globfree(&matches) }
        guard unsafe glob("/usr/lib/postgresql/*/bin", 0, nil, &matches) == 0 else { return [] }
        var folders: [(version: Int, path: String)] = []
        for index in 0..<Int(unsafe matches.gl_pathc) {
            guard let path = unsafe matches.gl_pathv[index] else { continue }
            let text = unsafe String(cString: path)
            let parts = text.split(separator: "/")
            guard let version = parts.dropLast().last.flatMap({ Int($0) }) else { continue }
            folders.append((version, text))
        }
        return folders.sorted { $0.version > $1.version }.map(\.path)
    }

    /// The major version in `postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)`.
    static func majorVersion(in text: String) -> Int? {
        guard let word = text.split(separator: " ").first(where: { $0.first?.isNumber == true }) else {
            return nil
        }
        return Int(word.prefix(while: \.isNumber))
    }
}
