#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A user of the operating system.
struct Account: Sendable, Equatable {
    let name: String
    let user: uid_t
    let group: gid_t

    /// The account of this process.
    static func current() throws(PostgreSQLError) -> Account {
        let user = getuid()
        guard let entry = unsafe getpwuid(user) else {
            throw PostgreSQLError(
                code: .privateServer,
                message: "user \(user) has no name in /etc/passwd, and PostgreSQL needs one: "
                    + "run as a named user, or name a database with --database-url"
            )
        }
        return unsafe Account(
            name: String(cString: entry.pointee.pw_name),
            user: user,
            group: entry.pointee.pw_gid
        )
    }

    /// Debian's account for servers, which root's private server runs under.
    static func postgres() throws(PostgreSQLError) -> Account {
        guard let entry = unsafe getpwnam("postgres") else {
            throw PostgreSQLError(
                code: .notInstalled,
                message: "PostgreSQL does not run as root, and this machine has no user postgres: "
                    + "apt-get install postgresql, or name a database with --database-url"
            )
        }
        return unsafe Account(name: "postgres", user: entry.pointee.pw_uid, group: entry.pointee.pw_gid)
    }
}
