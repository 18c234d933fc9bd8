import Foundation

/// A request as ``LocalServer`` got it.
public struct LocalRequest: Sendable {
    /// `GET`, `HEAD`.
    public var method: String
    /// The path without its query.
    public var path: String
    /// What stands after the question mark.
    public var query: String
    /// Header fields by their names in lower case.
    public var headers: [String: String]
    /// Counts the connections of the server: which one brought the request.
    public var connection: Int
}

/// What ``LocalServer`` answers.
public struct LocalResponse: Sendable {
    /// The status code.
    public var status: Int
    /// Header fields besides `Content-Length`.
    public var headers: [String: String]
    /// The body; HEAD gets its length alone.
    public var body: [UInt8]
    /// After so many bytes of the body the connection is cut.
    public var cutAfter: Int?
    /// The length that is announced, where it is not the body's; `-1` announces none and ends by closing.
    public var announcedLength: Int?
    /// Called before the body is sent, on the connection's thread: may wait for a test's signal.
    public var beforeBody: (@Sendable () -> Void)?

    /// Makes an answer.
    public init(status: Int = 200, headers: [String: String] = [:], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// A redirect.
    public static func redirect(to location: String, status: Int = 302) -> LocalResponse {
        LocalResponse(status: status, headers: ["Location": location])
    }
}

/// A small HTTP/1.1 server on 127.0.0.1 for tests: one thread a connection, keep-alive, and a count of requests.
///
/// All state is behind a lock: that is why it may be `@unchecked Sendable`.
public final class LocalServer: @unchecked Sendable {
    /// Why the server cannot start.
    public struct StartError: Error, CustomStringConvertible {
        /// What failed.
        public var description: String
    }

    /// The port that the system gave.
    public let port: Int
    private let listener: Int32
    private let answer: @Sendable (LocalRequest) -> LocalResponse
    private let lock = NSCondition()
    private var log: [LocalRequest] = []
    private var open: Set<Int32> = []
    private var connectionCount = 0
    private var isStopped = false

    /// Starts listening on a free port.
    ///
    /// - Parameter answer: makes the answer to a request, on any thread.
    /// - Throws: ``StartError``.
    public init(answer: @escaping @Sendable (LocalRequest) -> LocalResponse) throws {
        self.answer = answer
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw StartError(description: "no socket: \(errno)") }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                unsafe bind(descriptor, generic, length) == 0 && listen(descriptor, 128) == 0
                    && getsockname(descriptor, generic, &length) == 0
            }
        }
        guard bound else {
            close(descriptor)
            throw StartError(description: "cannot listen on 127.0.0.1: \(errno)")
        }
        listener = descriptor
        port = Int(UInt16(bigEndian: address.sin_port))
        let thread = Thread { [self] in acceptAll() }
        thread.start()
    }

    /// `http://127.0.0.1:PORT`.
    public var origin: String { "http://127.0.0.1:\(port)" }

    /// The same server under a name: another host to HTTP.
    public var namedOrigin: String { "http://localhost:\(port)" }

    /// All requests so far, in their order.
    public var requests: [LocalRequest] { lock.withLock { log } }

    /// How many requests of a method and path came.
    public func count(_ method: String, _ path: String) -> Int {
        requests.count { $0.method == method && $0.path == path }
    }

    /// Waits until so many requests of a method and path came, or the server is stopped.
    public func waitForRequests(_ count: Int = 1, _ method: String, _ path: String) {
        lock.withLock {
            while log.count(where: { $0.method == method && $0.path == path }) < count, !isStopped {
                lock.wait()
            }
        }
    }

    /// Closes the port and all connections.
    public func stop() {
        lock.withLock {
            guard !isStopped else { return }
            isStopped = true
            shutdown(listener, Int32(SHUT_RDWR))
            for descriptor in open { shutdown(descriptor, Int32(SHUT_RDWR)) }
            lock.broadcast()
        }
    }

    private func acceptAll() {
        while true {
            let descriptor = accept(listener, nil, nil)
            if descriptor < 0, errno == EINTR { continue }
            guard descriptor >= 0 else { break }
            let number: Int? = lock.withLock {
                guard !isStopped else { return nil }
                open.insert(descriptor)
                connectionCount += 1
                return connectionCount
            }
            guard let number else {
                close(descriptor)
                break
            }
            let thread = Thread { [self] in
                serve(descriptor, number: number)
                lock.withLock { _ = open.remove(descriptor) }
                close(descriptor)
            }
            thread.start()
        }
        close(listener)
    }

    private func serve(_ descriptor: Int32, number: Int) {
        var pending: [UInt8] = []
        while let head = readHead(descriptor, &pending), let request = Self.parse(head, connection: number) {
            lock.withLock {
                log.append(request)
                lock.broadcast()
            }
            let response = answer(request)
            guard send(response, to: request, on: descriptor) else { return }
        }
    }

    /// Sends an answer; false where the connection ends with it.
    private func send(_ response: LocalResponse, to request: LocalRequest, on descriptor: Int32) -> Bool {
        let announced = response.announcedLength ?? response.body.count
        var head = "HTTP/1.1 \(response.status) \(response.status == 200 ? "OK" : "Answer")\r\n"
        if announced >= 0 {
            head += "Content-Length: \(announced)\r\n"
        } else {
            head += "Connection: close\r\n"
        }
        for (name, value) in response.headers.sorted(by: { $0.key < $1.key }) {
            head += "\(name): \(value)\r\n"
        }
        guard write(Array((head + "\r\n").utf8)[...], to: descriptor) else { return false }
        if request.method == "HEAD" { return announced >= 0 }
        response.beforeBody?()
        if let cut = response.cutAfter {
            _ = write(response.body.prefix(cut), to: descriptor)
            shutdown(descriptor, Int32(SHUT_RDWR))
            return false
        }
        return write(response.body[...], to: descriptor) && announced == response.body.count
    }

    private func write(_ bytes: ArraySlice<UInt8>, to descriptor: Int32) -> Bool {
        var rest = bytes
        while !rest.isEmpty {
            let sent = unsafe rest.withUnsafeBytes { buffer in
                unsafe Foundation.send(descriptor, buffer.baseAddress, buffer.count, Int32(MSG_NOSIGNAL))
            }
            if sent < 0, errno == EINTR { continue }
            guard sent > 0 else { return false }
            rest = rest.dropFirst(sent)
        }
        return true
    }

    /// The head of the next request, without its empty line.
    private func readHead(_ descriptor: Int32, _ pending: inout [UInt8]) -> String? {
        let mark = Array("\r\n\r\n".utf8)
        while true {
            if let end = pending.firstRange(of: mark) {
                let head = String(decoding: pending[..<end.lowerBound], as: UTF8.self)
                pending = Array(pending[end.upperBound...])
                return head
            }
            var buffer = [UInt8](repeating: 0, count: 16 << 10)
            let taken = unsafe recv(descriptor, &buffer, buffer.count, 0)
            if taken < 0, errno == EINTR { continue }
            guard taken > 0 else { return nil }
            pending += buffer.prefix(taken)
        }
    }

    private static func parse(_ head: String, connection: Int) -> LocalRequest? {
        let lines = head.split(separator: "\r\n", omittingEmptySubsequences: false)
        let words = (lines.first ?? "").split(separator: " ")
        guard words.count == 3 else { return nil }
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            headers[line[..<colon].lowercased()] = line[line.index(after: colon)...]
                .trimmingCharacters(in: .whitespaces)
        }
        let target = words[1].split(separator: "?", maxSplits: 1)
        return LocalRequest(
            method: String(words[0]),
            path: String(target.first ?? "/"),
            query: target.count > 1 ? String(target[1]) : "",
            headers: headers,
            connection: connection
        )
    }
}
