import CCurlShim
import Synchronization

/// What one request asks: one hop, redirects are followed by the caller.
struct ExchangeRequest: Sendable {
    enum Method: Sendable { case get, head }

    var method: Method
    var address: WebAddress
    var headers: [String: String]
    var userAgent: String
    var byteLimit: Int
    var connectTimeout: Duration
    /// The rest of the whole request's time, nil where it has no limit.
    var timeout: Duration?
    var minimumBytesPerSecond: Int
    var slowTimeout: Duration
    var certificateFile: String?
    /// Whether the URL's host may be reached at an address of this scope.
    var permits: @Sendable (NetworkScope) -> Bool
}

/// One request under way.
///
/// After it was handed to the loop, all but ``isCancelled`` is touched by the loop's thread alone: that is why it
/// may be `@unchecked Sendable`.
@safe final class Exchange: @unchecked Sendable {
    let request: ExchangeRequest
    private let sink: (any BodySink)?
    private let completion: @Sendable (Result<HTTPResponse, TransferError>) -> Void
    /// Set by the task that waits, read by the loop.
    let isCancelled = Atomic<Bool>(false)

    private var headers: [String: String] = [:]
    private var status = 0
    private var receivedByteCount = 0
    private var hasBegun = false
    private var failure: TransferError?
    private var refusedScope: NetworkScope?
    private let hooks: UnsafeMutablePointer<apus_curl_hooks>
    private let errorText: UnsafeMutablePointer<CChar>
    private var headerList: UnsafeMutablePointer<curl_slist>?

    init(
        request: ExchangeRequest,
        sink: (any BodySink)?,
        completion: @escaping @Sendable (Result<HTTPResponse, TransferError>) -> Void
    ) {
        self.request = request
        self.sink = sink
        self.completion = completion
        unsafe hooks = .allocate(capacity: 1)
        unsafe errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        unsafe errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        unsafe hooks.initialize(
            to: apus_curl_hooks(context: nil, body: takeBody, header: takeHeader, address: judgeAddress)
        )
    }

    deinit {
        unsafe hooks.deallocate()
        unsafe errorText.deallocate()
        unsafe curl_slist_free_all(headerList)
    }

    /// The host and port whose requests are counted together.
    var hostKey: String { "\(request.address.host):\(request.address.port)" }

    /// An easy handle set up for the request; the exchange must outlive it.
    func makeHandle() throws(TransferError) -> UnsafeMutableRawPointer {
        let isSplit: (String) -> Bool = { $0.utf8.contains { $0 == 13 || $0 == 10 || $0 == 0 } }
        if let field = request.headers.first(where: { isSplit($0.key) || isSplit($0.value) }) {
            throw TransferError(
                code: .rejected,
                message: "the header field '\(field.key.filter { !$0.isNewline })' holds a line end"
            )
        }
        guard let easy = unsafe curl_easy_init() else {
            throw TransferError(code: .network, message: "cannot start a transfer: out of memory")
        }
        unsafe hooks.pointee.context = Unmanaged.passUnretained(self).toOpaque()
        var codes: [CURLcode] = []
        func set(_ option: CURLoption, _ value: Int) {
            codes.append(unsafe apus_curl_set_long(easy, option, value))
        }
        func set(_ option: CURLoption, _ text: String) {
            codes.append(unsafe apus_curl_set_string(easy, option, text))
        }
        unsafe codes.append(apus_curl_set_hooks(easy, hooks))
        unsafe codes.append(apus_curl_set_error_buffer(easy, errorText))
        set(CURLOPT_URL, request.address.text)
        set(CURLOPT_PROTOCOLS_STR, "http,https")
        set(CURLOPT_FOLLOWLOCATION, 0)
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_USERAGENT, request.userAgent)
        set(CURLOPT_NOBODY, request.method == .head ? 1 : 0)
        set(CURLOPT_BUFFERSIZE, 128 << 10)
        set(CURLOPT_CONNECTTIMEOUT_MS, request.connectTimeout.wholeMilliseconds)
        if let timeout = request.timeout { set(CURLOPT_TIMEOUT_MS, timeout.wholeMilliseconds) }
        set(CURLOPT_LOW_SPEED_LIMIT, request.minimumBytesPerSecond)
        set(CURLOPT_LOW_SPEED_TIME, max(1, Int(request.slowTimeout.components.seconds)))
        if let file = request.certificateFile { set(CURLOPT_CAINFO, file) }
        for (name, value) in request.headers.sorted(by: { $0.key < $1.key }) {
            unsafe headerList = curl_slist_append(headerList, "\(name): \(value)")
        }
        unsafe codes.append(apus_curl_set_headers(easy, headerList))
        if let wrong = codes.first(where: { $0 != CURLE_OK }) {
            unsafe curl_easy_cleanup(easy)
            throw TransferError(
                code: .network,
                message:
                    "cannot set up the request of '\(request.address.redacted)': libcurl is too old or built "
                    + "without a part that is needed (7.85 or newer)",
                cause: "code \(wrong.rawValue)"
            )
        }
        return unsafe easy
    }

    /// Hands the answer to whoever waits.
    func finish(_ easy: UnsafeMutableRawPointer, result: CURLcode) {
        let wait = unsafe apus_curl_retry_after(easy)
        let location = unsafe apus_curl_redirect_url(easy).map { unsafe String(cString: $0) }
        let response = HTTPResponse(
            status: unsafe apus_curl_response_code(easy),
            headers: headers,
            address: request.address,
            location: location,
            retryAfter: wait > 0 ? .seconds(wait) : nil
        )
        if let failure { return completion(.failure(failure)) }
        if result == CURLE_OK {
            do throws(TransferError) {
                if response.isSuccess { try begin() }
                return completion(.success(response))
            } catch {
                return completion(.failure(error))
            }
        }
        // An error page too long to read is still an answer.
        if response.status >= 300, result == CURLE_WRITE_ERROR { return completion(.success(response)) }
        if let refusedScope, result == CURLE_COULDNT_CONNECT || result == CURLE_ABORTED_BY_CALLBACK {
            return completion(.failure(.refused(request.address, scope: refusedScope)))
        }
        completion(.failure(.failed(request, result: result, text: unsafe String(cString: errorText))))
    }

    /// Ends without an answer.
    func fail(_ error: TransferError) { completion(.failure(error)) }

    /// Takes bytes of the body; false aborts.
    func receive(_ bytes: UnsafeRawBufferPointer) -> Bool {
        receivedByteCount += bytes.count
        guard (200..<300).contains(status), let sink else { return receivedByteCount <= 256 << 10 }
        do throws(TransferError) {
            try begin()
            guard receivedByteCount <= request.byteLimit else {
                throw .tooLarge(request.address.redacted, limit: request.byteLimit)
            }
            unsafe try sink.receive(bytes)
            return true
        } catch {
            failure = error
            return false
        }
    }

    /// Takes a header line; false aborts.
    func receiveHeader(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let line = unsafe String(decoding: bytes, as: UTF8.self)
        if line.hasPrefix("HTTP/") {
            // A new head: of the answer itself, after a 100 Continue or a proxy's answer.
            headers = [:]
            status = line.split(separator: " ").dropFirst().first.flatMap { Int($0.prefix(3)) } ?? 0
        } else if let colon = line.firstIndex(of: ":") {
            let value = line[line.index(after: colon)...]
            headers[line[..<colon].lowercased()] = value.trimmingASCIISpace
        }
        return headers.count < 1000
    }

    /// Says whether the peer may be talked to.
    func permits(address: [UInt8], port: Int) -> Bool {
        // Without a proxy the port is the URL's own: another one belongs to the proxy that libcurl was told to use.
        if port != request.address.port { return true }
        let scope = NetworkScope(address: address)
        if request.permits(scope) { return true }
        refusedScope = scope
        return false
    }

    private func begin() throws(TransferError) {
        guard !hasBegun, request.method == .get, let sink else { return }
        hasBegun = true
        let announced = headers["content-length"].flatMap { Int($0) }
        if let announced, announced > request.byteLimit {
            throw .tooLarge(request.address.redacted, limit: request.byteLimit, found: announced)
        }
        try sink.begin(byteCount: announced)
    }
}

private func takeBody(_ context: UnsafeMutableRawPointer?, _ bytes: UnsafePointer<CChar>?, _ count: Int)
    -> Int
{
    guard let context = unsafe context, let bytes = unsafe bytes else { return 0 }
    let exchange = unsafe Unmanaged<Exchange>.fromOpaque(context).takeUnretainedValue()
    // Taking nothing of no bytes must not read as an abort.
    return unsafe exchange.receive(UnsafeRawBufferPointer(start: bytes, count: count)) ? count : count + 1
}

private func takeHeader(_ context: UnsafeMutableRawPointer?, _ line: UnsafePointer<CChar>?, _ count: Int)
    -> Int
{
    guard let context = unsafe context, let line = unsafe line else { return 0 }
    let exchange = unsafe Unmanaged<Exchange>.fromOpaque(context).takeUnretainedValue()
    return unsafe exchange.receiveHeader(UnsafeRawBufferPointer(start: line, count: count))
        ? count : count + 1
}

private func judgeAddress(
    _ context: UnsafeMutableRawPointer?,
    _ address: UnsafePointer<UInt8>?,
    _ count: Int,
    _ port: Int32
) -> Bool {
    guard let context = unsafe context, let address = unsafe address else { return false }
    let exchange = unsafe Unmanaged<Exchange>.fromOpaque(context).takeUnretainedValue()
    return unsafe exchange.permits(
        address: Array(UnsafeBufferPointer(start: address, count: count)),
        port: Int(port)
    )
}

extension Duration {
    /// Milliseconds, at least 1: libcurl reads 0 as no limit.
    var wholeMilliseconds: Int {
        max(1, Int(components.seconds) * 1000 + Int(components.attoseconds / 1_000_000_000_000_000))
    }
}

extension Substring {
    /// Without spaces and line ends at both sides.
    var trimmingASCIISpace: String {
        let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0.isNewline }
        guard let first = firstIndex(where: { !isSpace($0) }), let last = lastIndex(where: { !isSpace($0) })
        else {
            return ""
        }
        return String(self[first...last])
    }
}
