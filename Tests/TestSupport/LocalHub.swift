/// A repository of a ``LocalHub``.
public struct LocalRepository: Sendable {
    /// A file that the repository keeps as a large file (LFS).
    public struct File: Sendable {
        /// Its bytes.
        public var bytes: [UInt8]
        /// Its SHA-256 in 64 hexadecimal digits: the hub's linked etag.
        public var sha256: String

        /// Makes a file.
        public init(bytes: [UInt8], sha256: String) {
            self.bytes = bytes
            self.sha256 = sha256
        }
    }

    /// The commit that `main` stands at: 40 hexadecimal digits.
    public var commit: String
    /// Files by name.
    public var files: [String: File]
    /// The token without which the repository does not answer.
    public var token: String?

    /// Makes a repository.
    public init(commit: String, files: [String: File], token: String? = nil) {
        self.commit = commit
        self.files = files
        self.token = token
    }
}

/// Speaks the download half of the Hugging Face hub's protocol as a handler of ``LocalServer``.
///
/// `/{owner}/{name}/resolve/{revision}/{file}` answers HEAD and GET with `X-Repo-Commit`, `X-Linked-Etag` and
/// `X-Linked-Size`; with a store, large files are redirected there, as the hub redirects to its CDN.
public struct LocalHub: Sendable {
    /// Repositories by `owner/name`.
    public var repositories: [String: LocalRepository]
    /// The origin of the server that large files are redirected to, nil serves them here.
    public var store: String?

    /// Makes a hub.
    public init(repositories: [String: LocalRepository], store: String? = nil) {
        self.repositories = repositories
        self.store = store
    }

    /// The answer to a request.
    public func answer(_ request: LocalRequest) -> LocalResponse {
        let parts = request.path.split(separator: "/").map(String.init)
        guard parts.count >= 5, parts[2] == "resolve",
            let repository = repositories["\(parts[0])/\(parts[1])"]
        else {
            // The hub hides whether a repository exists from those who may not see it.
            return LocalResponse(status: 401, headers: ["X-Error-Code": "RepoNotFound"])
        }
        if let token = repository.token, request.headers["authorization"] != "Bearer \(token)" {
            return LocalResponse(status: 401, headers: ["X-Error-Code": "RepoNotFound"])
        }
        var headers = ["X-Repo-Commit": repository.commit]
        guard ["main", repository.commit].contains(parts[3]) else {
            return LocalResponse(status: 404, headers: ["X-Error-Code": "RevisionNotFound"])
        }
        guard let file = repository.files[parts[4...].joined(separator: "/")] else {
            headers["X-Error-Code"] = "EntryNotFound"
            return LocalResponse(status: 404, headers: headers)
        }
        headers["ETag"] = "\"\(file.sha256)\""
        headers["X-Linked-Etag"] = "\"\(file.sha256)\""
        headers["X-Linked-Size"] = "\(file.bytes.count)"
        guard let store else { return LocalResponse(headers: headers, body: file.bytes) }
        headers["Location"] = "\(store)/store/\(file.sha256)?Signature=secret-signature"
        return LocalResponse(status: 302, headers: headers)
    }

    /// The answer of the store that large files are redirected to.
    public func storeAnswer(_ request: LocalRequest) -> LocalResponse {
        let name = request.path.split(separator: "/").last.map(String.init)
        let files = repositories.values.flatMap(\.files.values)
        guard request.query == "Signature=secret-signature",
            let file = files.first(where: { $0.sha256 == name })
        else {
            return LocalResponse(status: 403)
        }
        return LocalResponse(headers: ["ETag": "\"other\""], body: file.bytes)
    }
}
