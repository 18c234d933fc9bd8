import Foundation
import ModelZoo
import TestSupport
import Testing
import Weights

@Suite("What a model name means", .timeLimit(.minutes(1)))
struct NamedModelTests {
    private typealias Fixture = LocatingFixture
    private let fixture: LocatingFixture

    init() throws { fixture = try LocatingFixture() }

    private static let configuration = LocalRepository.File(
        bytes: Array(ExportedText.whole.utf8),
        sha256: "00000000000000000000000000000000000000cc"
    )

    private static func hub(_ files: [String: LocalRepository.File]) -> LocalHub {
        LocalHub(repositories: ["me/mine": LocalRepository(commit: Fixture.commit, files: files)])
    }

    private static let files = ["config.json": configuration, "model.safetensors": Fixture.small]

    @Test("A name of timm's asks nothing", arguments: ["test_resnet", "hf-hub:timm/test_resnet.r160_in1k"])
    func registered(name: String) async throws {
        let model = try await fixture.locator().model(named: name)
        #expect(model.name == "test_resnet.r160_in1k")
        #expect(model.exported == nil)
        #expect(model.labels(classCount: 1000) == .imageNet(.imageNet1k))
    }

    @Test(
        "A repository's config.json is fetched once, into the hub's own tree, and pins the commit",
        arguments: ["hf-hub:me/mine", "hf_hub:me/mine@main", "hf-hub:me/mine@\(LocatingFixture.commit)"]
    )
    func hubModel(name: String) async throws {
        let hub = Self.hub(Self.files)
        let server = try LocalServer { hub.answer($0) }
        defer { server.stop() }
        let locator = try fixture.locator(endpoint: server.origin)
        let model = try await locator.model(named: name)
        #expect(model.name == "hf-hub:me/mine@\(Fixture.commit)")
        #expect(model.tag.classCount == 3)
        #expect(try await locator.presentPath(of: model) == nil)
        #expect(server.requests.map(\.method) == ["HEAD", "GET"])
        let snapshot = "hub/models--me--mine/snapshots/\(Fixture.commit)"
        #expect(FileManager.default.fileExists(atPath: fixture.folder.path("\(snapshot)/config.json")))

        let weights = try await locator.locate(model)
        #expect(weights.path == fixture.folder.path("\(snapshot)/model.safetensors"))
        #expect(weights.revision == Fixture.commit)
        #expect(try await locator.presentPath(of: model) == weights.path)
        let count = server.requests.count

        // Another process asks nothing, with downloads turned off.
        let offline = try fixture.locator(endpoint: server.origin, ["HF_HUB_OFFLINE": "1"])
        let again = try await offline.model(named: name)
        #expect(again.name == model.name)
        #expect(again.exported == model.exported)
        #expect(try await offline.locate(again) == weights)
        #expect(server.requests.count == count)
    }

    @Test("With downloads turned off a repository that is not cached is an error that says so")
    func offline() async throws {
        let locator = try fixture.locator(["HF_HUB_OFFLINE": "1"])
        let error = await #expect(throws: WeightsError.self) {
            try await locator.model(named: "hf-hub:me/mine")
        }
        #expect(error?.code == .offline)
        #expect(error?.message.contains("the config.json of 'hf-hub:me/mine'") == true)
    }

    @Test("A repository without config.json, and one that is not there")
    func absent() async throws {
        let hub = Self.hub(["model.safetensors": Fixture.small])
        let server = try LocalServer { hub.answer($0) }
        defer { server.stop() }
        let locator = try fixture.locator(endpoint: server.origin)
        for (name, words) in [("hf-hub:me/mine", "config.json"), ("hf-hub:me/other", "me/other")] {
            let error = await #expect(throws: WeightsError.self) { try await locator.model(named: name) }
            #expect(error?.code == .notFound)
            #expect(error?.message.contains(words) == true)
        }
    }

    @Test("A repository's own name of the weights' file")
    func namedFile() async throws {
        let bytes = try ExportedText.changed("pretrained_cfg.hf_hub_filename", to: #""best.bin""#)
        let configuration = LocalRepository.File(bytes: bytes, sha256: Self.configuration.sha256)
        let hub = Self.hub(["config.json": configuration, "best.bin": Fixture.small])
        let server = try LocalServer { hub.answer($0) }
        defer { server.stop() }
        let locator = try fixture.locator(endpoint: server.origin)
        let weights = try await locator.locate(locator.model(named: "hf-hub:me/mine"))
        #expect(weights.path.hasSuffix("/best.bin"))
    }

    @Test("A folder, by local-dir: and as a path")
    func folder() async throws {
        try fixture.write(Array(ExportedText.whole.utf8), to: "mine/config.json")
        try fixture.write(Fixture.small.bytes, to: "mine/pytorch_model.bin")
        let folder = fixture.folder.path("mine")
        let locator = try fixture.locator()
        for name in ["local-dir:\(folder)", folder, "\(folder)/../mine/"] {
            let model = try await locator.model(named: name)
            #expect(model.name == "local-dir:\(folder)")
            #expect(model.exported?.file == "\(folder)/config.json")
            #expect(model.architecture.name == "test_resnet")
            #expect(try await locator.locate(model).path == "\(folder)/pytorch_model.bin")
            let other = try await locator.locate(model, override: "\(folder)/config.json")
            #expect(other.path == "\(folder)/config.json")
        }
    }

    @Test("Which file of a folder holds the weights")
    func filesOfAFolder() async throws {
        try fixture.write(Array(ExportedText.whole.utf8), to: "mine/config.json")
        let locator = try fixture.locator()
        let model = try await locator.model(named: fixture.folder.path("mine"))
        func failure() async -> WeightsError? {
            await #expect(throws: WeightsError.self) { try await locator.locate(model) }
        }
        #expect(await failure()?.message.contains("model.safetensors") == true)
        try fixture.write(Fixture.small.bytes, to: "mine/last.pth")
        #expect(try await locator.locate(model).path.hasSuffix("/last.pth"))
        try fixture.write(Fixture.small.bytes, to: "mine/best.pth")
        #expect(await failure()?.message.contains("best.pth, last.pth") == true)
        try fixture.write(Fixture.small.bytes, to: "mine/pytorch_model.bin")
        try fixture.write(Fixture.small.bytes, to: "mine/model.safetensors")
        #expect(try await locator.locate(model).path.hasSuffix("/model.safetensors"))
    }

    @Test(
        "Names that lead nowhere say what to write",
        arguments: [
            ("ftp:x", "unknown source 'ftp'"), ("local-dir:", "nothing stands behind"),
            ("hf-hub:", "nothing stands"),
            ("local-dir:/nonexistent/x", "there is no folder"), ("me/mine", "hf-hub:me/mine"),
            ("/nonexistent/x", "local-dir:"), ("resnet43", "resnet34"), ("hf-hub:timm/resnet43", "resnet34"),
            ("hf-hub:a/b/c", "owner/name"), ("hf-hub:a/b@", "owner/name"),
        ]
    )
    func wrongNames(name: String, words: String) async throws {
        let locator = try fixture.locator()
        let error = await #expect(throws: (any Error).self) { try await locator.model(named: name) }
        #expect(error.map { "\($0)".contains(words) } == true, "\(error.map { "\($0)" } ?? "no error")")
    }

    @Test("A folder without a config.json says what writes one")
    func noConfiguration() async throws {
        try fixture.write(Fixture.small.bytes, to: "mine/model.safetensors")
        let locator = try fixture.locator()
        let name = "local-dir:\(fixture.folder.path("mine"))"
        let error = await #expect(throws: WeightsError.self) { try await locator.model(named: name) }
        #expect(error?.message.contains("save_for_hf") == true)
    }
}
