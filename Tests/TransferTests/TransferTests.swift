import Foundation
import TestSupport
import Testing
import Transfer

/// Requests against a server on 127.0.0.1.
@Suite(.timeLimit(.minutes(1))) struct TransferTests {
    private static let body = [UInt8]((0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) })

    /// A transfer whose policy was changed.
    private func transfer(_ change: (inout TransferPolicy) -> Void = { _ in }) throws -> Transfer {
        var policy = TransferPolicy()
        change(&policy)
        return try Transfer(policy: policy, userAgent: "apus-tests/1")
    }

    /// The error of a call that must fail.
    private func failure(_ body: () async throws(TransferError) -> [UInt8]) async -> TransferError? {
        do throws(TransferError) {
            _ = try await body()
            return nil
        } catch {
            return error
        }
    }

    @Test func readsABodyAndUsesTheConnectionAgain() async throws {
        let server = try LocalServer { _ in LocalResponse(body: Self.body) }
        defer { server.stop() }
        let transfer = try transfer()
        for _ in 0..<3 {
            #expect(
                try await transfer.bytes(of: "\(server.origin)/a.png", headers: ["X-Probe": "yes"])
                    == Self.body
            )
        }
        let requests = server.requests
        #expect(requests.map(\.connection) == [1, 1, 1])
        #expect(
            requests.allSatisfy {
                $0.headers["user-agent"] == "apus-tests/1" && $0.headers["x-probe"] == "yes"
            }
        )
    }

    @Test func encodesWhatAURLCannotHold() async throws {
        let server = try LocalServer { _ in LocalResponse(body: [1]) }
        defer { server.stop() }
        let transfer = try transfer()
        _ = try await transfer.bytes(of: "\(server.origin)/a b/ü.png?x=1%202&sig=a+b%2F#part")
        let request = try #require(server.requests.first)
        #expect(request.path == "/a%20b/%c3%bc.png" || request.path == "/a%20b/%C3%BC.png")
        #expect(request.query == "x=1%202&sig=a+b%2F")
    }

    @Test func refusesAHeaderThatWouldBecomeTwo() async throws {
        let server = try LocalServer { _ in LocalResponse(body: [1]) }
        defer { server.stop() }
        let transfer = try transfer()
        let error = await failure { () throws(TransferError) in
            try await transfer.bytes(of: server.origin + "/", headers: ["X-A": "1\r\nHost: other"])
        }
        #expect(error?.code == .rejected)
        #expect(server.requests.isEmpty)
    }

    @Test func readsABodyOfUnknownLength() async throws {
        let server = try LocalServer { _ in
            var response = LocalResponse(body: Self.body)
            response.announcedLength = -1
            return response
        }
        defer { server.stop() }
        #expect(try await transfer().bytes(of: "\(server.origin)/a") == Self.body)
    }

    struct StatusCase: Sendable, CustomTestStringConvertible {
        var status: Int
        var code: TransferError.Code
        var isTransient: Bool
        var testDescription: String { "\(status)" }
    }

    @Test(arguments: [
        StatusCase(status: 400, code: .rejected, isTransient: false),
        StatusCase(status: 401, code: .forbidden, isTransient: false),
        StatusCase(status: 403, code: .forbidden, isTransient: false),
        StatusCase(status: 404, code: .notFound, isTransient: false),
        StatusCase(status: 408, code: .busy, isTransient: true),
        StatusCase(status: 410, code: .notFound, isTransient: false),
        StatusCase(status: 429, code: .busy, isTransient: true),
        StatusCase(status: 500, code: .serverFailure, isTransient: true),
        StatusCase(status: 503, code: .serverFailure, isTransient: true),
    ])
    func saysWhetherAnAnswerIsPassing(_ expected: StatusCase) async throws {
        let server = try LocalServer { _ in
            LocalResponse(status: expected.status, headers: ["Retry-After": "7"], body: Array("sorry".utf8))
        }
        defer { server.stop() }
        let transfer = try transfer()
        let error = await failure { () throws(TransferError) in
            try await transfer.bytes(of: "\(server.origin)/x")
        }
        #expect(error?.code == expected.code)
        #expect(error?.status == expected.status)
        #expect(error?.isTransient == expected.isTransient)
        #expect(error?.retryAfter == .seconds(7))
    }

    @Test func refusesACutBody() async throws {
        let server = try LocalServer { _ in
            var response = LocalResponse(body: Self.body)
            response.cutAfter = 1000
            return response
        }
        defer { server.stop() }
        let transfer = try transfer()
        let error = await failure { () throws(TransferError) in
            try await transfer.bytes(of: "\(server.origin)/x")
        }
        #expect([.truncated, .network].contains(error?.code))
        #expect(error?.isTransient == true)
    }

    @Test(arguments: [300_000, -1]) func refusesABodyOverTheLimit(announced: Int) async throws {
        let server = try LocalServer { _ in
            var response = LocalResponse(body: Self.body)
            response.announcedLength = announced
            return response
        }
        defer { server.stop() }
        let transfer = try transfer { $0.maximumByteCount = 299_999 }
        let error = await failure { () throws(TransferError) in
            try await transfer.bytes(of: "\(server.origin)/x")
        }
        #expect(error?.code == .tooLarge)
        #expect(error?.isTransient == false)
    }

    @Test func cannotConnect() async throws {
        let server = try LocalServer { _ in LocalResponse() }
        server.stop()
        let transfer = try transfer()
        _ = await failure { () throws(TransferError) in try await transfer.bytes(of: server.origin + "/") }
        let error = await failure { () throws(TransferError) in
            try await transfer.bytes(of: server.origin + "/")
        }
        #expect(error?.code == .network)
        #expect(error?.isTransient == true)
    }

    @Test func givesUpASlowServer() async throws {
        let gate = DispatchSemaphore(value: 0)
        let server = try LocalServer { _ in
            var response = LocalResponse(body: Self.body)
            response.beforeBody = { gate.wait() }
            return response
        }
        defer {
            gate.signal()
            server.stop()
        }
        let transfer = try transfer { $0.totalTimeout = .milliseconds(200) }
        let error = await failure { () throws(TransferError) in
            try await transfer.bytes(of: server.origin + "/")
        }
        #expect(error?.code == .timedOut)
        #expect(error?.isTransient == true)
    }

    @Test func cancellingATaskAbortsItsTransfer() async throws {
        let gate = DispatchSemaphore(value: 0)
        let server = try LocalServer { _ in
            var response = LocalResponse(body: Self.body)
            response.beforeBody = { gate.wait() }
            return response
        }
        defer {
            gate.signal()
            server.stop()
        }
        let transfer = try transfer()
        let error = await withTaskGroup(of: TransferError?.self) { group in
            group.addTask {
                await failure { () throws(TransferError) in
                    try await transfer.bytes(of: server.origin + "/slow")
                }
            }
            await transfer.onFileThread { server.waitForRequests(1, "GET", "/slow") }
            group.cancelAll()
            return await group.next() ?? nil
        }
        #expect(error?.code == .cancelled)
    }

    @Test func aCancelledTaskStartsNoTransfer() async throws {
        let server = try LocalServer { _ in LocalResponse() }
        defer { server.stop() }
        let transfer = try transfer()
        let error = await withTaskGroup(of: TransferError?.self) { group in
            group.cancelAll()
            group.addTask {
                await failure { () throws(TransferError) in try await transfer.bytes(of: server.origin + "/")
                }
            }
            return await group.next() ?? nil
        }
        #expect(error?.code == .cancelled)
        #expect(server.requests.isEmpty)
    }

    @Test func limitsTheRequestsOfOneHost() async throws {
        let gate = DispatchSemaphore(value: 0)
        let server = try LocalServer { request in
            var response = LocalResponse(body: [1])
            if request.path == "/slow" { response.beforeBody = { gate.wait() } }
            return response
        }
        defer { server.stop() }
        let transfer = try transfer { $0.requestsPerHost = 2 }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<6 { group.addTask { _ = try await transfer.bytes(of: server.origin + "/slow") } }
            // Another host (a name is one) is not held up by the two that wait, and shows that time has passed.
            _ = try await transfer.bytes(of: server.namedOrigin + "/other")
            #expect(server.count("GET", "/slow") <= 2)
            for _ in 0..<6 { gate.signal() }
            try await group.waitForAll()
        }
        #expect(server.count("GET", "/slow") == 6)
        #expect(Set(server.requests.filter { $0.path == "/slow" }.map(\.connection)).count <= 2)
    }

    @Test(arguments: ["s3://bucket/key", "gopher://x/", "ftp://x/a"]) func refusesOtherSchemes(uri: String)
        async throws
    {
        let transfer = try transfer()
        let error = await failure { () throws(TransferError) in try await transfer.bytes(of: uri) }
        #expect(error?.code == .unsupportedScheme)
    }

    @Test func refusesASchemeThatThePolicyForbids() async throws {
        let transfer = try transfer { $0.schemes = [.https] }
        for uri in ["http://127.0.0.1/", "/etc/hostname", "file:///etc/hostname"] {
            let error = await failure { () throws(TransferError) in try await transfer.bytes(of: uri) }
            #expect(error?.code == .unsupportedScheme, "\(uri)")
        }
    }
}
