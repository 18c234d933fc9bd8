import TestSupport
import Testing
import Transfer

/// Redirects, credentials and addresses that are not public.
@Suite struct RedirectTests {
    private func transfer(_ rule: TransferPolicy.PrivateAddresses) throws -> Transfer {
        var policy = TransferPolicy()
        policy.privateAddresses = rule
        // Beside the heavy suites a request may wait for minutes.
        policy.totalTimeout = .seconds(900)
        return try Transfer(policy: policy, userAgent: "apus-tests/1")
    }

    private func code(_ transfer: Transfer, _ uri: String) async -> TransferError.Code? {
        do throws(TransferError) {
            _ = try await transfer.bytes(of: uri)
            return nil
        } catch {
            return error.code
        }
    }

    @Test(arguments: [301, 302, 303, 307, 308]) func followsARedirect(status: Int) async throws {
        let server = try LocalServer { request in
            request.path == "/a" ? .redirect(to: "/b?c=d", status: status) : LocalResponse(body: [1, 2])
        }
        defer { server.stop() }
        #expect(try await transfer(.written).bytes(of: server.origin + "/a") == [1, 2])
        #expect(server.requests.last?.query == "c=d")
    }

    @Test func credentialsStayAtTheirOrigin() async throws {
        let other = try LocalServer { _ in LocalResponse(body: [7]) }
        let server = try LocalServer { request in
            switch request.path {
            case "/same": .redirect(to: "/end")
            case "/other": .redirect(to: other.origin + "/end")
            case "/named": .redirect(to: "http://localhost:\(other.port)/end")
            default: LocalResponse(body: [7])
            }
        }
        defer {
            server.stop()
            other.stop()
        }
        let transfer = try transfer(.always)
        let headers = ["Authorization": "Bearer secret", "X-Plain": "kept"]
        for path in ["/same", "/other", "/named"] {
            #expect(try await transfer.bytes(of: server.origin + path, headers: headers) == [7])
        }
        #expect(server.requests.allSatisfy { $0.headers["authorization"] == "Bearer secret" })
        #expect(other.requests.count == 2)
        #expect(
            other.requests.allSatisfy {
                $0.headers["authorization"] == nil && $0.headers["x-plain"] == "kept"
            }
        )
    }

    @Test(arguments: [
        "file:///etc/hostname", "ftp://127.0.0.1/x", "http://169.254.169.254/latest/meta-data",
        "http://10.0.0.1/",
        "http://[::1]:1/", "http://0x7f.2:1/", "http://2130706434:1/", "http://[::ffff:127.0.0.2]:1/",
        "http://localhost:1/", "http://0.0.0.0:1/",
    ])
    func refusesARedirectThatLeavesThePublicWeb(target: String) async throws {
        let server = try LocalServer { _ in .redirect(to: target) }
        defer { server.stop() }
        let code = await code(try transfer(.written), server.origin + "/a")
        #expect(code == (target.hasPrefix("http") ? .refusedAddress : .badRedirect))
    }

    @Test func aRedirectToTheSameMachineUnderAnotherNameIsRefused() async throws {
        let server = try LocalServer { request in
            request.path == "/a"
                ? .redirect(to: "http://localhost:\(request.query)/b") : LocalResponse(body: [1])
        }
        defer { server.stop() }
        let uri = "\(server.origin)/a?\(server.port)"
        #expect(await code(try transfer(.written), uri) == .refusedAddress)
        #expect(await code(try transfer(.originalHost), uri) == .refusedAddress)
        #expect(server.count("GET", "/b") == 0)
        #expect(await code(try transfer(.always), uri) == nil)
    }

    @Test func aConnectionThatWasAllowedDoesNotServeOneThatIsNot() async throws {
        let server = try LocalServer { request in
            request.path == "/a"
                ? .redirect(to: "http://localhost:\(request.query)/b") : LocalResponse(body: [1])
        }
        defer { server.stop() }
        let transfer = try transfer(.written)
        #expect(try await transfer.bytes(of: "\(server.namedOrigin)/b") == [1])
        #expect(await code(transfer, "\(server.origin)/a?\(server.port)") == .refusedAddress)
        #expect(server.count("GET", "/b") == 1)
    }

    @Test func theRuleNeverRefusesTheWrittenAddressToo() async throws {
        let server = try LocalServer { _ in LocalResponse(body: [1]) }
        defer { server.stop() }
        #expect(await code(try transfer(.never), server.origin + "/") == .refusedAddress)
        #expect(await code(try transfer(.never), server.namedOrigin + "/") == .refusedAddress)
        #expect(server.requests.isEmpty)
    }

    @Test func aTrustedHostMayBeRedirectedTo() async throws {
        let server = try LocalServer { request in
            request.path == "/a"
                ? .redirect(to: "http://localhost:\(request.query)/b") : LocalResponse(body: [1])
        }
        defer { server.stop() }
        var policy = TransferPolicy()
        policy.trustedHosts = ["localhost"]
        let transfer = try Transfer(policy: policy, userAgent: "apus-tests/1")
        #expect(try await transfer.bytes(of: "\(server.origin)/a?\(server.port)") == [1])
    }

    @Test func anEndlessChainIsRefused() async throws {
        let server = try LocalServer { _ in .redirect(to: "/again") }
        defer { server.stop() }
        #expect(await code(try transfer(.written), server.origin + "/a") == .badRedirect)
        #expect(server.requests.count == 11)
    }

    @Test func headStopsAtAnotherOrigin() async throws {
        let server = try LocalServer { request in
            switch request.path {
            case "/old": .redirect(to: "/new", status: 307)
            default:
                LocalResponse(
                    status: 302,
                    headers: ["Location": "https://cdn.example/x?sig=1", "X-Repo-Commit": "c"]
                )
            }
        }
        defer { server.stop() }
        let response = try await transfer(.written).head(of: server.origin + "/old", redirects: .sameOrigin)
        #expect(response.status == 302)
        #expect(response.headers["x-repo-commit"] == "c")
        #expect(response.location == "https://cdn.example/x?sig=1")
        #expect(server.requests.map(\.method) == ["HEAD", "HEAD"])
    }

    struct ScopeCase: Sendable, CustomTestStringConvertible {
        var address: [UInt8]
        var scope: NetworkScope
        var testDescription: String { "\(address) \(scope)" }
    }

    private static func mapped(_ last: [UInt8]) -> [UInt8] {
        [UInt8](repeating: 0, count: 10) + [255, 255] + last
    }
    private static func sixteen(_ head: [UInt8], _ tail: [UInt8] = []) -> [UInt8] {
        head + [UInt8](repeating: 0, count: 16 - head.count - tail.count) + tail
    }

    @Test(arguments: [
        ScopeCase(address: [8, 8, 8, 8], scope: .global),
        ScopeCase(address: [172, 15, 0, 1], scope: .global),
        ScopeCase(address: [172, 16, 0, 1], scope: .private),
        ScopeCase(address: [172, 31, 255, 1], scope: .private),
        ScopeCase(address: [172, 32, 0, 1], scope: .global),
        ScopeCase(address: [192, 168, 1, 1], scope: .private),
        ScopeCase(address: [192, 169, 1, 1], scope: .global),
        ScopeCase(address: [100, 64, 0, 1], scope: .private),
        ScopeCase(address: [100, 128, 0, 1], scope: .global),
        ScopeCase(address: [127, 9, 9, 9], scope: .loopback),
        ScopeCase(address: [0, 0, 0, 0], scope: .loopback),
        ScopeCase(address: [169, 254, 169, 254], scope: .linkLocal),
        ScopeCase(address: [224, 0, 0, 1], scope: .private),
        ScopeCase(address: [255, 255, 255, 255], scope: .private),
        ScopeCase(address: sixteen([], [1]), scope: .loopback),
        ScopeCase(address: sixteen([]), scope: .loopback),
        ScopeCase(address: mapped([10, 0, 0, 1]), scope: .private),
        ScopeCase(address: mapped([1, 1, 1, 1]), scope: .global),
        ScopeCase(address: sixteen([0, 0x64, 0xFF, 0x9B], [169, 254, 169, 254]), scope: .linkLocal),
        ScopeCase(address: sixteen([0x20, 0x02, 127, 0, 0, 1]), scope: .loopback),
        ScopeCase(address: sixteen([0xFE, 0x80], [1]), scope: .linkLocal),
        ScopeCase(address: sixteen([0xFD, 0x00], [1]), scope: .private),
        ScopeCase(address: sixteen([0xFF, 0x02], [1]), scope: .private),
        ScopeCase(address: sixteen([0x26, 0x06, 0x47], [1]), scope: .global),
    ])
    func judgesAddresses(_ expected: ScopeCase) {
        #expect(NetworkScope(address: expected.address) == expected.scope)
    }
}
