#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The processes of a server, known by their working folder, which is the cluster.
enum ClusterProcesses {
    /// Whether the process of that number works in the cluster.
    static func works(_ processID: Int32, in cluster: String) -> Bool {
        guard let place = realPath("/proc/\(processID)/cwd") else { return false }
        return place == realPath(cluster)
    }

    /// Waits until no process works in the cluster: those of a killed server end by themselves, and a second
    /// server beside them would destroy the data.
    static func waitUntilGone(from cluster: String) throws(PostgreSQLError) {
        let deadline = ContinuousClock.now + .seconds(30)
        while let processID = first(in: cluster) {
            guard ContinuousClock.now < deadline else {
                throw PostgreSQLError(
                    code: .privateServer,
                    message: "process \(processID) of a killed server still works in \(cluster): end it first"
                )
            }
            usleep(20_000)
        }
    }

    private static func first(in cluster: String) -> Int32? {
        guard let folder = unsafe opendir("/proc") else { return nil }
        defer { unsafe closedir(folder) }
        while let entry = unsafe readdir(folder) {
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if let processID = Int32(name), works(processID, in: cluster) { return processID }
        }
        return nil
    }

    private static func realPath(_ path: String) -> String? {
        guard let resolved = unsafe realpath(path, nil) else { return nil }
        defer { unsafe free(resolved) }
        return unsafe String(cString: resolved)
    }
}
