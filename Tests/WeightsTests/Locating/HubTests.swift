import Foundation
import TestSupport
import Testing
import Transfer
import Weights

/// The hub's protocol and its cache.
@Suite(.timeLimit(.minutes(1))) struct HubTests {
    private typealias Fixture = LocatingFixture
    private let fixture: LocatingFixture
    private let resolve = "/timm/test.tag/resolve/main"

    init() throws { fixture = try LocatingFixture() }

    @Test func downloadsOnceInPythonsLayout() async throws {
        let hub = Fixture.hub(["model.safetensors": Fixture.large])
        let server = try LocalServer { hub.answer($0) }
        defer { server.stop() }
        let found = try await fixture.locator(endpoint: server.origin + "/").locate(Fixture.published)
        let repository = Fixture.repositoryFolder
        let snapshot = "\(repository)/snapshots/\(Fixture.commit)/model.safetensors"
        #expect(found.path == fixture.folder.path(snapshot))
        #expect(found.sha256 == Fixture.large.sha256)
        #expect(found.revision == Fixture.commit)
        #expect(found.source == "hf-hub:timm/test.tag@\(Fixture.commit)/model.safetensors")
        #expect(try Fixture.bytes(found.path) == Fixture.large.bytes)
        #expect(
            try fixture.files().filter { $0.hasPrefix("hub/") } == [
                "hub/CACHEDIR.TAG", "\(repository)/blobs/\(Fixture.large.sha256)", "\(repository)/refs/main",
                snapshot,
            ]
        )
        #expect(
            try FileManager.default.destinationOfSymbolicLink(atPath: found.path)
                == "../../blobs/\(Fixture.large.sha256)"
        )
        #expect(
            try Fixture.bytes(fixture.folder.path("\(repository)/refs/main")) == Array(Fixture.commit.utf8)
        )
        #expect(server.requests.map(\.method) == ["HEAD", "GET"])

        // Another process asks nothing, with the hub gone.
        server.stop()
        #expect(try await fixture.locator(endpoint: server.origin).locate(Fixture.published) == found)
        #expect(try await fixture.locator(endpoint: "http://127.0.0.1:1").locate(Fixture.published) == found)
        #expect(server.requests.count == 2)
    }

    @Test func twoThatStartTogetherDownloadOnce() async throws {
        let hub = Fixture.hub(["model.safetensors": Fixture.large])
        let gate = DispatchSemaphore(value: 0)
        let server = try LocalServer { request in
            var response = hub.answer(request)
            // The body comes only when both have asked.
            if request.method == "GET" { response.beforeBody = { gate.wait() } }
            if request.method == "HEAD" { response.headers["Cache-Control"] = "no-store" }
            return response
        }
        defer { server.stop() }
        let locators = try (0..<4).map { _ in try fixture.locator(endpoint: server.origin) }
        let transfer = try Transfer(userAgent: "apus-tests/1")
        let found = try await withThrowingTaskGroup(of: LocatedWeights.self) { group in
            for locator in locators { group.addTask { try await locator.locate(Fixture.published) } }
            await transfer.onFileThread {
                server.waitForRequests(4, "HEAD", "/timm/test.tag/resolve/main/model.safetensors")
                server.waitForRequests(1, "GET", "/timm/test.tag/resolve/main/model.safetensors")
            }
            gate.signal()
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(Set(found.map(\.path)).count == 1)
        #expect(server.count("GET", "\(resolve)/model.safetensors") == 1)
        #expect(try fixture.folder.names(in: "hub/.locks/models--timm--test.tag").isEmpty)
    }

    @Test func twoProcessesDownloadOnce() async throws {
        let hub = Fixture.hub(["model.safetensors": Fixture.large])
        let server = try LocalServer { hub.answer($0) }
        defer { server.stop() }
        let variables = fixture.variables(endpoint: server.origin)
        async let first: Void = Self.locateInAnotherProcess(variables)
        async let second: Void = Self.locateInAnotherProcess(variables)
        _ = await (first, second)
        #expect(server.count("GET", "\(resolve)/model.safetensors") == 1)
        #expect(Set(server.requests.map(\.connection)).count >= 1)
    }

    private static func locateInAnotherProcess(_ variables: [String: String]) async {
        await #expect(processExitsWith: .success) { [variables] in
            let locator = WeightsLocator(
                transfer: try Transfer(userAgent: "apus-tests/1"),
                environment: WeightsEnvironment(environment: variables)
            )
            let found = try await locator.locate(LocatingFixture.published)
            guard found.sha256 == LocatingFixture.large.sha256 else { exit(9) }
        }
    }

    @Test func fallsBackToTheFileOfPyTorch() async throws {
        let hub = Fixture.hub(["pytorch_model.bin": Fixture.small])
        let server = try LocalServer { hub.answer($0) }
        defer { server.stop() }
        let found = try await fixture.locator(endpoint: server.origin).locate(Fixture.published)
        #expect(found.path.hasSuffix("/pytorch_model.bin"))
        #expect(found.sha256 == Fixture.small.sha256)
        #expect(
            server.requests.map { "\($0.method) \($0.path)" } == [
                "HEAD \(resolve)/model.safetensors", "HEAD \(resolve)/pytorch_model.bin",
                "GET \(resolve)/pytorch_model.bin",
            ]
        )
        let absent = "\(Fixture.repositoryFolder)/.no_exist/\(Fixture.commit)/model.safetensors"
        #expect(try Fixture.bytes(fixture.folder.path(absent)).isEmpty)
        #expect(try await fixture.locator(endpoint: server.origin).locate(Fixture.published) == found)
        #expect(server.requests.count == 3)
    }

    @Test func refusesWrongBytesAndLeavesNothing() async throws {
        let lie = LocalRepository.File(bytes: Fixture.large.bytes, sha256: Fixture.small.sha256)
        let hub = Fixture.hub(["model.safetensors": lie])
        let server = try LocalServer { hub.answer($0) }
        defer { server.stop() }
        let error = await Fixture.failure(try fixture.locator(endpoint: server.origin))
        #expect(error?.code == .hashMismatch)
        #expect(error?.isTransient == false)
        #expect(error?.message.contains(Fixture.small.sha256) == true)
        #expect(try fixture.files() == ["hub/CACHEDIR.TAG"])
    }

    @Test func refusesACutDownloadAndLeavesNothing() async throws {
        let hub = Fixture.hub(["model.safetensors": Fixture.large])
        let server = try LocalServer { request in
            var response = hub.answer(request)
            response.cutAfter = 100_000
            return response
        }
        defer { server.stop() }
        let error = await Fixture.failure(try fixture.locator(endpoint: server.origin))
        #expect(error?.isTransient == true)
        #expect(try fixture.files() == ["hub/CACHEDIR.TAG"])
    }

    @Test func triesAgainWhatPasses() async throws {
        let hub = Fixture.hub(["model.safetensors": Fixture.large])
        let seen = Counter()
        let server = try LocalServer { request in
            // The first head is refused, the first body cut.
            let isFirst = seen.increment(request.method) == 1
            if isFirst, request.method == "HEAD" { return LocalResponse(status: 503) }
            var response = hub.answer(request)
            if isFirst, request.method == "GET" { response.cutAfter = 1000 }
            return response
        }
        defer { server.stop() }
        let locator = try fixture.locator(
            endpoint: server.origin,
            retryDelays: [.milliseconds(1), .milliseconds(1)]
        )
        #expect(try await locator.locate(Fixture.published).sha256 == Fixture.large.sha256)
        #expect(server.requests.map(\.method) == ["HEAD", "HEAD", "GET", "GET"])
        #expect(try fixture.folder.names(in: "\(Fixture.repositoryFolder)/blobs") == [Fixture.large.sha256])
    }

    @Test func doesNotTryAgainWhatStays() async throws {
        let server = try LocalServer { _ in LocalResponse(status: 403) }
        defer { server.stop() }
        let locator = try fixture.locator(endpoint: server.origin, retryDelays: [.seconds(100)])
        #expect(await Fixture.failure(locator)?.code == .unauthorized)
        #expect(server.requests.count == 1)
    }

    @Test func theTokenGoesToTheHubAlone() async throws {
        let plain = Fixture.hub(["model.safetensors": Fixture.large], token: "hf_secret")
        let store = try LocalServer { plain.storeAnswer($0) }
        let hub = Fixture.hub(
            ["model.safetensors": Fixture.large],
            token: "hf_secret",
            store: "http://localhost:\(store.port)"
        )
        let server = try LocalServer { hub.answer($0) }
        defer {
            server.stop()
            store.stop()
        }
        let locator = try fixture.locator(
            endpoint: server.origin,
            ["HF_TOKEN": " hf_secret\n"],
            privateAddresses: .always
        )
        let found = try await locator.locate(Fixture.published)
        #expect(found.sha256 == Fixture.large.sha256)
        #expect(!found.source.contains("secret"))
        #expect(server.requests.map(\.method) == ["HEAD"])
        #expect(server.requests.allSatisfy { $0.headers["authorization"] == "Bearer hf_secret" })
        #expect(store.requests.map(\.method) == ["GET"])
        #expect(store.requests.allSatisfy { $0.headers["authorization"] == nil })
    }

    @Test func theTokenOfALoginIsRead() async throws {
        let hub = Fixture.hub(["model.safetensors": Fixture.small], token: "hf_file")
        let server = try LocalServer { hub.answer($0) }
        defer { server.stop() }
        try fixture.write(Array("hf_file\n".utf8), to: "cache/huggingface/token")
        let found = try await fixture.locator(endpoint: server.origin).locate(Fixture.published)
        #expect(found.sha256 == Fixture.small.sha256)
    }

    @Test func aStoreAtAPrivateAddressIsRefused() async throws {
        let store = try LocalServer { _ in LocalResponse(body: Fixture.large.bytes) }
        let hub = Fixture.hub(["model.safetensors": Fixture.large], store: "http://localhost:\(store.port)")
        let server = try LocalServer { hub.answer($0) }
        defer {
            server.stop()
            store.stop()
        }
        let error = await Fixture.failure(try fixture.locator(endpoint: server.origin))
        #expect((error?.cause as? TransferError)?.code == .refusedAddress)
        #expect(error.map { "\($0)".contains("secret-signature") } == false)
        #expect(store.requests.isEmpty)
    }

    @Test func aHubByNameMayBePrivate() async throws {
        let hub = Fixture.hub(["model.safetensors": Fixture.small])
        let server = try LocalServer { hub.answer($0) }
        defer { server.stop() }
        let found = try await fixture.locator(endpoint: server.namedOrigin, privateAddresses: .never)
            .locate(Fixture.published)
        #expect(found.sha256 == Fixture.small.sha256)
    }

    @Test func offlineSaysWhatToDo() async throws {
        let hub = Fixture.hub(["model.safetensors": Fixture.small])
        let server = try LocalServer { hub.answer($0) }
        defer { server.stop() }
        let offline = try fixture.locator(endpoint: server.origin, ["HF_HUB_OFFLINE": "1"])
        let error = await Fixture.failure(offline)
        #expect(error?.code == .offline)
        #expect(error?.isTransient == false)
        #expect(
            error?.message.contains("HF_HUB_OFFLINE") == true && error?.message.contains("--weights") == true
        )
        #expect(server.requests.isEmpty)
        _ = try await fixture.locator(endpoint: server.origin).locate(Fixture.published)
        #expect(try await offline.locate(Fixture.published).sha256 == Fixture.small.sha256)
    }

    @Test func readsWhatPythonWrote() async throws {
        // A file that is no LFS file: its blob's name is git's, not a SHA-256.
        let folder = Fixture.repositoryFolder
        try fixture.write(Fixture.small.bytes, to: "\(folder)/blobs/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")
        try fixture.write(Array(Fixture.commit.utf8), to: "\(folder)/refs/main")
        let snapshot = fixture.folder.path("\(folder)/snapshots/\(Fixture.commit)")
        try FileManager.default.createDirectory(atPath: snapshot, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(
            atPath: "\(snapshot)/pytorch_model.bin",
            withDestinationPath: "../../blobs/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
        )
        let found = try await fixture.locator().locate(Fixture.published)
        #expect(found.sha256 == Fixture.small.sha256)
        #expect(found.revision == Fixture.commit)
        // By its commit too.
        let pinned = PublishedWeights(name: "p", hubID: "timm/test.tag@\(Fixture.commit)", url: nil)
        #expect(try await fixture.locator().locate(pinned).path == found.path)
    }

    @Test func refusesADamagedBlob() async throws {
        let hub = Fixture.hub(["model.safetensors": Fixture.small])
        let server = try LocalServer { hub.answer($0) }
        defer { server.stop() }
        let found = try await fixture.locator(endpoint: server.origin).locate(Fixture.published)
        try fixture.write(
            [UInt8](repeating: 3, count: 1000),
            to: "\(Fixture.repositoryFolder)/blobs/\(Fixture.small.sha256)"
        )
        let error = await Fixture.failure(try fixture.locator(endpoint: server.origin))
        #expect(error?.code == .hashMismatch)
        #expect(error?.message.contains(found.path) == true)
    }

    @Test(arguments: [nil, "hf_wrong"]) func aPrivateRepositoryAsksForAToken(token: String?) async throws {
        let hub = Fixture.hub(["model.safetensors": Fixture.small], token: "hf_right")
        let server = try LocalServer { hub.answer($0) }
        defer { server.stop() }
        let more = token.map { ["HF_TOKEN": $0] } ?? [:]
        let error = await Fixture.failure(try fixture.locator(endpoint: server.origin, more))
        #expect(error?.code == (token == nil ? .notFound : .unauthorized))
        #expect(error?.message.contains("HF_TOKEN") == true)
        #expect(error.map { "\($0)".contains("hf_wrong") } == false)
    }

    struct BadAnswer: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var code: WeightsError.Code
        var isTransient: Bool
        var response: LocalResponse
    }

    @Test(arguments: [
        BadAnswer(
            testDescription: "no hub",
            code: .badResponse,
            isTransient: false,
            response: LocalResponse(body: [1])
        ),
        BadAnswer(
            testDescription: "an etag that leaves the cache",
            code: .badResponse,
            isTransient: false,
            response: LocalResponse(headers: [
                "X-Repo-Commit": LocatingFixture.commit, "ETag": "\"../../../x\"",
            ])
        ),
        BadAnswer(
            testDescription: "a commit that leaves the cache",
            code: .badResponse,
            isTransient: false,
            response: LocalResponse(headers: ["X-Repo-Commit": "../../../x", "ETag": "\"x\""])
        ),
        BadAnswer(
            testDescription: "down",
            code: .unreachable,
            isTransient: true,
            response: LocalResponse(status: 503)
        ),
        BadAnswer(
            testDescription: "busy",
            code: .unreachable,
            isTransient: true,
            response: LocalResponse(status: 429)
        ),
        BadAnswer(
            testDescription: "gated",
            code: .unauthorized,
            isTransient: false,
            response: LocalResponse(status: 403, headers: ["X-Error-Code": "GatedRepo"])
        ),
    ])
    func refusesOtherAnswers(_ bad: BadAnswer) async throws {
        let server = try LocalServer { _ in bad.response }
        defer { server.stop() }
        let error = await Fixture.failure(try fixture.locator(endpoint: server.origin))
        #expect(error?.code == bad.code)
        #expect(error?.isTransient == bad.isTransient)
        #expect(try fixture.files().isEmpty)
    }

    @Test(arguments: ["../x/y", "a/b/c", "", "a//b", "a/b@../..", "a/b@", "a/b@c@d", "a/.b", "a/b?x"])
    func refusesNamesThatAreNone(id: String) async throws {
        let error = await Fixture.failure(
            try fixture.locator(),
            PublishedWeights(name: "x", hubID: id, url: nil)
        )
        #expect(error?.code == .notFound)
    }

    @Test func cancellingEndsTheWaitForAnotherProcess() async throws {
        let hub = Fixture.hub(["model.safetensors": Fixture.large])
        let gate = DispatchSemaphore(value: 0)
        let server = try LocalServer { request in
            var response = hub.answer(request)
            if request.method == "GET" { response.beforeBody = { gate.wait() } }
            return response
        }
        defer {
            gate.signal()
            server.stop()
        }
        let path = "\(resolve)/model.safetensors"
        let locators = try (0..<2).map { _ in try fixture.locator(endpoint: server.origin) }
        let transfer = try Transfer(userAgent: "apus-tests/1")
        let errors = await withTaskGroup(of: WeightsError?.self) { group in
            for locator in locators { group.addTask { await Fixture.failure(locator) } }
            await transfer.onFileThread {
                server.waitForRequests(2, "HEAD", path)
                server.waitForRequests(1, "GET", path)
            }
            group.cancelAll()
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(errors.count == 2 && errors.allSatisfy { $0?.isCancellation == true })
        #expect(try fixture.files() == ["hub/CACHEDIR.TAG"])
    }
}

/// Counts what a server's threads saw.
private final class Counter: @unchecked Sendable {
    private let lock = NSLock()
    private var counts: [String: Int] = [:]

    func increment(_ name: String) -> Int {
        lock.withLock {
            counts[name, default: 0] += 1
            return counts[name] ?? 0
        }
    }
}
