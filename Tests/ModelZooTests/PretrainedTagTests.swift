import ModelZoo
import Tensors
import Testing

@Suite struct PretrainedTagTests {
    private struct Configuration: Decodable {
        struct Input: Decodable {
            var inputSize: [Int]
            var interpolation: String
            var mean: [Float]
            var std: [Float]
            var cropPct: Double
            var cropMode: String
        }

        var name: String
        var hub: String?
        var url: String?
        var classes: Int
        var train: Input
        var test: Input
        var first: String
        var classifier: String
        var labels: String?
    }

    @Test func equalsTimmsConfiguration() throws {
        let configurations = try Fixture.lines("configurations", as: Configuration.self)
        #expect(configurations.count > 250)
        for expected in configurations {
            let tag = try ModelRegistry.resolve(expected.name)
            #expect(tag.fullName == expected.name)
            #expect(tag.hubID == expected.hub, "\(expected.name)")
            #expect(tag.url == expected.url, "\(expected.name)")
            #expect(tag.classCount == expected.classes, "\(expected.name)")
            #expect(tag.isPretrained == (expected.hub != nil || expected.url != nil), "\(expected.name)")
            #expect(tag.firstConvolutions == [expected.first], "\(expected.name)")
            #expect(tag.classifiers == [expected.classifier], "\(expected.name)")
            #expect(tag.labelSet?.rawValue == expected.labels, "\(expected.name)")
            for (input, useTestSize) in [(expected.train, false), (expected.test, true)] {
                let spec = tag.inputSpec(channels: 3, useTestSize: useTestSize)
                #expect([spec.channels, spec.height, spec.width] == input.inputSize, "\(expected.name)")
                #expect(spec.interpolation.rawValue == input.interpolation, "\(expected.name)")
                #expect(spec.mean == input.mean, "\(expected.name)")
                #expect(spec.standardDeviation == input.std, "\(expected.name)")
                #expect(spec.cropFraction == input.cropPct, "\(expected.name), test \(useTestSize)")
                #expect(spec.cropMode.rawValue == input.cropMode, "\(expected.name)")
            }
        }
    }

    @Test func averagesStatisticsForOtherChannels() throws {
        let tag = try ModelRegistry.resolve("resnet34.tv_in1k")
        let spec = tag.inputSpec(channels: 4)
        #expect(spec.mean == [Float](repeating: Float((0.485 + 0.456 + 0.406) / 3), count: 4))
        #expect(tag.inputSpec(channels: 1).standardDeviation.count == 1)
    }

    @Test func readsEveryLineOfTheTable() throws {
        let models = try Fixture.lines("manifests", as: Manifest.self).map(\.model)
        var count = 0
        for model in models {
            let tags = ModelRegistry.tags(of: model)
            #expect(!tags.isEmpty, "\(model)")
            #expect(tags.allSatisfy { $0.architecture == model && $0.inputSize.count == 3 }, "\(model)")
            #expect(tags.allSatisfy { !$0.isPretrained || $0.hubID != nil || $0.url != nil }, "\(model)")
            count += tags.count
        }
        #expect(count == 2052)
    }
}
