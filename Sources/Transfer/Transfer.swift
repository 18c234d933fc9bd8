/// Fetches bytes: from files, and through libcurl from http and https.
///
/// It owns one thread for the network and a few for files; callers wait without blocking a thread. Connections are
/// used again as long as the object lives. Proxies (`http_proxy`, `https_proxy`, `no_proxy`) and certificate stores
/// are those that libcurl takes by default. Nothing is tried twice: the error says whether that may help.
public final class Transfer: Sendable {
    /// What may be read, and how much.
    public let policy: TransferPolicy
    let userAgent: String
    let loop: ExchangeLoop
    let fileThreads: FileThreads

    /// Starts the threads.
    ///
    /// - Parameters:
    ///   - policy: what may be read, and how much.
    ///   - userAgent: what the process calls itself to servers: `apus/1.0`.
    /// - Throws: ``TransferError`` where libcurl cannot be started.
    public init(policy: TransferPolicy = TransferPolicy(), userAgent: String) throws(TransferError) {
        self.policy = policy
        self.userAgent = userAgent
        loop = try ExchangeLoop(requestsPerHost: policy.requestsPerHost, requestCount: policy.requestCount)
        fileThreads = FileThreads(count: policy.fileThreadCount)
    }

    deinit { loop.stop() }

    /// All bytes of a path, a `file://` URI or an `http(s)://` URL.
    ///
    /// - Parameters:
    ///   - uri: where the bytes are.
    ///   - headers: header fields of the request, by name.
    /// - Returns: the whole content.
    /// - Throws: ``TransferError``; a cancelled task throws the code `cancelled`.
    public func bytes(of uri: String, headers: [String: String] = [:]) async throws(TransferError) -> [UInt8]
    {
        switch try Resource(uri, schemes: policy.schemes) {
        case .file(let path):
            let policy = policy
            return try await fileThreads.run { () throws(TransferError) in
                try FileReading.bytes(path: path, policy: policy)
            }
        case .web(let address):
            let sink = MemorySink()
            var request = WebRequest(address: address, headers: headers)
            request.byteLimit = policy.maximumByteCount
            request.timeout = policy.totalTimeout
            let response = try await send(request, into: sink)
            guard response.isSuccess else { throw TransferError.answer(response) }
            return sink.bytes
        }
    }

    /// Asks for the head of an answer, whatever its status.
    ///
    /// - Parameters:
    ///   - url: the http or https URL.
    ///   - headers: header fields of the request, by name; credentials are not sent to another origin.
    ///   - redirects: which redirects are followed; one that is not is the answer.
    ///   - trustedHosts: hosts that may be reached at private addresses, besides the policy's.
    /// - Returns: the head of the last answer.
    /// - Throws: ``TransferError`` where there is no answer.
    public func head(
        of url: String,
        headers: [String: String] = [:],
        redirects: RedirectRule = .all,
        trustedHosts: Set<String> = []
    ) async throws(TransferError) -> HTTPResponse {
        var request = WebRequest(address: try WebAddress(url), headers: headers)
        request.method = .head
        request.redirects = redirects
        request.timeout = policy.totalTimeout
        request.trustedHosts = trustedHosts
        return try await send(request, into: nil)
    }

    /// Runs a call that blocks on one of the threads for files.
    ///
    /// - Parameter body: the work: reading, hashing, renaming.
    /// - Returns: what `body` returns.
    /// - Throws: what `body` throws.
    public func onFileThread<Value: Sendable, Failure: Error>(
        _ body: @escaping @Sendable () throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        try await fileThreads.run(body)
    }
}
