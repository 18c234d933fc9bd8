import ModelZoo
import TestSupport
import Testing
import Weights

/// Where the registry's tags are published.
@Suite struct PublishedWeightsTests {
    @Test func namesHubAndReleaseOfATag() throws {
        let published = PublishedWeights(try ModelRegistry.resolve("resnet34.tv_in1k"))
        #expect(published.name == "resnet34.tv_in1k")
        #expect(published.hubID == "timm/resnet34.tv_in1k")
        #expect(published.url?.hasSuffix("/resnet34-b627a593.pth") == true)
    }

    @Test func everyPretrainedTagIsPublished() throws {
        for name in ModelRegistry.architectureNames {
            for tag in try ModelRegistry.architecture(named: name).tags {
                let published = PublishedWeights(tag)
                let isFound = published.hubID != nil || published.url != nil
                #expect(isFound == tag.isPretrained, "\(tag.fullName)")
            }
        }
    }

    @Test func aTagIsFoundOnTheHub() async throws {
        let fixture = try LocatingFixture()
        let hub = LocalHub(repositories: [
            "timm/resnet34.a1_in1k": LocalRepository(
                commit: LocatingFixture.commit,
                files: ["model.safetensors": LocatingFixture.small]
            )
        ])
        let server = try LocalServer { hub.answer($0) }
        defer { server.stop() }
        let tag = try ModelRegistry.resolve("resnet34")
        let found = try await fixture.locator(endpoint: server.origin).locate(tag)
        #expect(found.sha256 == LocatingFixture.small.sha256)
        #expect(found.source == "hf-hub:timm/resnet34.a1_in1k@\(LocatingFixture.commit)/model.safetensors")
    }
}
