import Graph
import ModelZoo
import Testing

@Suite struct ModelSummaryTests {
    /// Counts by hooks on timm's own modules at 224x224.
    @Test(
        arguments: [
            ("resnet50", 4_089_184_256, 11_114_984), ("resnet34", 3_663_761_408, 3_739_112),
            ("seresnext50_32x4d", 4_232_994_816, 14_417_560), ("ecaresnet50d", 4_328_912_640, 11_932_904),
            ("efficientnet_b0", 385_814_752, 6_748_036), ("mobilenetv2_100", 300_774_272, 6_679_112),
        ]
    )
    func equalsTimmsModules(_ name: String, _ work: Int, _ activations: Int) throws {
        let architecture = try ModelRegistry.architecture(named: name)
        let graph = try architecture.graph(BuildOptions(height: 224, width: 224, classCount: 1000))
        let summary = ModelSummary(graph)
        #expect(summary.multiplyAccumulates == work)
        #expect(summary.activationCount == activations)
        #expect(summary.gigaMultiplyAccumulates == Double(work) / 1e9)
    }

    @Test func countsByHand() throws {
        let b = GraphBuilder(channels: 4, height: 6, width: 6)
        let x = try b.scope("conv") { () throws(GraphError) in
            try b.convolution(b.input, Convolution(outputChannels: 8, kernel: 3, groups: 2), hasBias: true)
        }
        let y = try b.scope("bn") { () throws(GraphError) in try b.batchNormalization(x) }
        let z = try b.scope("fc") { () throws(GraphError) in try b.linear(b.globalAveragePool(y), 3) }
        b.output(.logits, z)
        let summary = ModelSummary(b.finish())
        #expect(summary.multiplyAccumulates == 8 * 4 * 4 * (2 * 9) + 3 * 8)
        #expect(summary.activationCount == 8 * 4 * 4 + 3)
        #expect(summary.parameterCount == 8 * 2 * 9 + 8 + 2 * 8 + 3 * 8 + 3)
        #expect(summary.checkpointCount == summary.parameterCount + 2 * 8)
    }
}
