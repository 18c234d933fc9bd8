import Foundation
import TestSupport
import Testing
import Transfer
import Weights

/// Release files, files on disk and what `--weights` takes.
@Suite(.timeLimit(.minutes(1))) struct ReleaseTests {
    private typealias Fixture = LocatingFixture
    private let fixture: LocatingFixture
    private let hashed = "test-b324802a.pth"

    init() throws { fixture = try LocatingFixture() }

    private func published(_ server: LocalServer, _ name: String) -> PublishedWeights {
        PublishedWeights(name: "test", hubID: nil, url: "\(server.origin)/releases/\(name)")
    }

    @Test func downloadsOnceAndChecksTheHashInTheName() async throws {
        let server = try LocalServer { _ in LocalResponse(body: Fixture.large.bytes) }
        defer { server.stop() }
        let weights = published(server, hashed)
        let found = try await fixture.locator().locate(weights)
        #expect(found.path == fixture.folder.path("cache/apus/weights/\(hashed)"))
        #expect(found.sha256 == Fixture.large.sha256)
        #expect(found.revision == nil)
        #expect(found.source == "\(server.origin)/releases/\(hashed)")
        #expect(try await fixture.locator().locate(weights) == found)
        #expect(try await fixture.locator().locate(weights, override: weights.url) == found)
        #expect(server.requests.count == 1)
    }

    @Test func twoThatStartTogetherDownloadOnce() async throws {
        let server = try LocalServer { _ in LocalResponse(body: Fixture.large.bytes) }
        defer { server.stop() }
        let weights = published(server, hashed)
        let locators = try (0..<4).map { _ in try fixture.locator() }
        try await withThrowingTaskGroup(of: LocatedWeights.self) { group in
            for locator in locators { group.addTask { try await locator.locate(weights) } }
            for try await found in group { #expect(found.sha256 == Fixture.large.sha256) }
        }
        #expect(server.requests.count == 1)
    }

    @Test(arguments: ["wrong", "cut"]) func refusesAndLeavesNothing(kind: String) async throws {
        let server = try LocalServer { _ in
            var response = LocalResponse(body: kind == "wrong" ? Fixture.small.bytes : Fixture.large.bytes)
            if kind == "cut" { response.cutAfter = 1000 }
            return response
        }
        defer { server.stop() }
        for override in [nil, "\(server.origin)/other/\(hashed)"] {
            let error = await Fixture.failure(
                try fixture.locator(),
                published(server, hashed),
                override: override
            )
            #expect(kind == "wrong" ? error?.code == .hashMismatch : error?.isTransient == true)
        }
        #expect(try fixture.files().isEmpty)
    }

    @Test func takesAFileOfPyTorchsCacheWhoseHashIsRight() async throws {
        let server = try LocalServer { _ in LocalResponse(body: Fixture.large.bytes) }
        defer { server.stop() }
        try fixture.write(Fixture.large.bytes, to: "torch/hub/checkpoints/\(hashed)")
        let found = try await fixture.locator().locate(published(server, hashed))
        #expect(found.path == fixture.folder.path("torch/hub/checkpoints/\(hashed)"))
        #expect(server.requests.isEmpty)
        try fixture.write(Fixture.small.bytes, to: "torch/hub/checkpoints/\(hashed)")
        let fresh = try await fixture.locator().locate(published(server, hashed))
        #expect(fresh.path == fixture.folder.path("cache/apus/weights/\(hashed)"))
        #expect(server.requests.count == 1)
    }

    @Test func theReleaseFileComesAfterTheHub() async throws {
        let hub = Fixture.hub(["model.safetensors": Fixture.small])
        let server = try LocalServer { request in
            request.path.hasPrefix("/releases/")
                ? LocalResponse(body: Fixture.large.bytes) : hub.answer(request)
        }
        defer { server.stop() }
        var weights = published(server, hashed)
        weights.hubID = "timm/absent"
        #expect(
            try await fixture.locator(endpoint: server.origin).locate(weights).sha256 == Fixture.large.sha256
        )
        weights.hubID = "timm/test.tag"
        #expect(
            try await fixture.locator(endpoint: server.origin).locate(weights).sha256 == Fixture.small.sha256
        )
    }

    @Test func aCachedReleaseFileServesWhenTheHubIsDown() async throws {
        let server = try LocalServer { request in
            request.path.hasPrefix("/releases/")
                ? LocalResponse(body: Fixture.large.bytes) : LocalResponse(status: 503)
        }
        defer { server.stop() }
        var weights = published(server, hashed)
        _ = try await fixture.locator().locate(weights)
        weights.hubID = "timm/test.tag"
        #expect(
            try await fixture.locator(endpoint: server.origin).locate(weights).sha256 == Fixture.large.sha256
        )
        let offline = try fixture.locator(endpoint: server.origin, ["HF_HUB_OFFLINE": "1"])
        #expect(try await offline.locate(weights).sha256 == Fixture.large.sha256)
        #expect(server.count("GET", "/releases/\(hashed)") == 1)
    }

    @Test func filesOfOtherFrameworksArePassedOver() async throws {
        let server = try LocalServer { _ in LocalResponse(body: [1]) }
        defer { server.stop() }
        let error = await Fixture.failure(try fixture.locator(), published(server, "B_16-i21k.npz"))
        #expect(error?.code == .notFound)
        #expect(error?.message.contains("--weights") == true)
        #expect(server.requests.isEmpty)
    }

    @Test func aURLWithoutHashIsAskedWhetherItChanged() async throws {
        let state = ServedFile()
        let server = try LocalServer { _ in state.response }
        let url = "\(server.origin)/mine.safetensors?sig=secret"
        state.serve(Fixture.small.bytes, etag: "\"1\"")
        let first = try await fixture.locator().locate(Fixture.published, override: url)
        #expect(first.sha256 == Fixture.small.sha256)
        #expect(!first.source.contains("secret"))
        #expect(try await fixture.locator().locate(Fixture.published, override: url) == first)
        #expect(server.requests.map(\.method) == ["GET", "HEAD"])
        state.serve(Fixture.large.bytes, etag: "\"2\"")
        #expect(
            try await fixture.locator().locate(Fixture.published, override: url).sha256
                == Fixture.large.sha256
        )
        #expect(server.count("GET", "/mine.safetensors") == 2)
        server.stop()
        #expect(
            try await fixture.locator().locate(Fixture.published, override: url).sha256
                == Fixture.large.sha256
        )
    }

    @Test func takesFilesAndFoldersOfTheUser() async throws {
        try fixture.write(Fixture.small.bytes, to: "export/model.safetensors")
        try fixture.write(Array("{}".utf8), to: "export/config.json")
        let file = fixture.folder.path("export/model.safetensors")
        let locator = try fixture.locator()
        for override in [file, "file://\(file)"] {
            let found = try await locator.locate(Fixture.published, override: override)
            #expect(
                found.path == file && found.sha256 == Fixture.small.sha256 && found.configurationPath == nil
            )
        }
        let found = try await locator.locate(Fixture.published, override: fixture.folder.path("export"))
        #expect(found.path == file)
        #expect(found.configurationPath == fixture.folder.path("export/config.json"))
        for missing in ["nowhere.pth", "export/none"] {
            let error = await Fixture.failure(locator, override: fixture.folder.path(missing))
            #expect(error?.code == .notFound)
        }
        let empty = await Fixture.failure(locator, override: fixture.folder.path("cache"))
        #expect(empty?.code == .notFound)
    }

    @Test func aHashIsRememberedUntilTheFileChanges() async throws {
        try fixture.write(Fixture.small.bytes, to: "mine.pth")
        let path = fixture.folder.path("mine.pth")
        #expect(
            try await fixture.locator().locate(Fixture.published, override: path).sha256
                == Fixture.small.sha256
        )
        let records = try fixture.files().filter { $0.hasPrefix("cache/apus/hashes/") }
        #expect(records.count == 1)
        // What is remembered is what is said: a record that lies shows that the file is not read again.
        let record = fixture.folder.path(records[0])
        let lie = String(repeating: "f", count: 64)
        let text = String(decoding: try Fixture.bytes(record), as: UTF8.self)
        try fixture.write(Array(text.replacing(Fixture.small.sha256, with: lie).utf8), to: records[0])
        #expect(try await fixture.locator().locate(Fixture.published, override: path).sha256 == lie)
        try fixture.write(Fixture.large.bytes, to: "mine.pth")
        #expect(
            try await fixture.locator().locate(Fixture.published, override: path).sha256
                == Fixture.large.sha256
        )
    }

    @Test func takesARepositoryByName() async throws {
        let hub = Fixture.hub(["model.safetensors": Fixture.small])
        let server = try LocalServer { hub.answer($0) }
        defer { server.stop() }
        let found = try await fixture.locator(endpoint: server.origin)
            .locate(PublishedWeights(name: "x", hubID: nil, url: nil), override: "hf-hub:timm/test.tag")
        #expect(found.sha256 == Fixture.small.sha256)
        #expect(found.revision == Fixture.commit)
    }
}

/// A file that a test's server serves and that the test changes.
private final class ServedFile: @unchecked Sendable {
    private let lock = NSLock()
    private var current = LocalResponse()

    var response: LocalResponse { lock.withLock { current } }

    func serve(_ bytes: [UInt8], etag: String) {
        lock.withLock { current = LocalResponse(headers: ["ETag": etag], body: bytes) }
    }
}
