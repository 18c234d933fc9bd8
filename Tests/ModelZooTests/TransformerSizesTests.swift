import Graph
import ModelZoo
import Testing

/// Pictures of another size than the checkpoint's: what timm resamples, and what it refuses.
@Suite struct TransformerSizesTests {
    private static func graph(_ name: String, _ height: Int, _ width: Int) throws -> Graph {
        let options = BuildOptions(height: height, width: width, classCount: 10)
        return try ModelRegistry.architecture(named: name).graph(options)
    }

    @Test(
        arguments: [
            "vit_tiny_patch16_224", "flexivit_small", "deit_tiny_distilled_patch16_224",
            "swin_s3_tiny_224", "swinv2_tiny_window8_256", "beit_base_patch16_224", "eva02_tiny_patch14_224",
            "vit_small_patch16_rope_mixed_224", "maxvit_tiny_tf_224", "coatnet_nano_rw_224",
            "xcit_nano_12_p16_224", "twins_svt_small",
        ]
    )
    func checkpointsKeepTheirShapes(_ name: String) throws {
        let tag = try ModelRegistry.resolve(name)
        let native = try Self.graph(name, tag.inputSize[1], tag.inputSize[2])
        let other = try Self.graph(name, 160, 192)
        #expect(native.parameters == other.parameters)
        let logits = try #require(other.outputs[.logits])
        #expect(other[logits].type.description == "[N, 10]")
        // Whatever brings a table to another grid depends on weights alone.
        let resampled = other.nodes.filter { node in
            if case .resample = node.operation { return true }
            return false
        }
        #expect(resampled.allSatisfy { !$0.type.isBatched })
    }

    @Test(
        arguments: [
            ("mixer_s32_224", 192), ("cait_xxs24_224", 192), ("pit_ti_224", 192), ("maxvit_tiny_tf_224", 240),
        ]
    )
    func refusesWhatTimmRefuses(_ name: String, _ size: Int) throws {
        let error = #expect(throws: GraphError.self) { try Self.graph(name, size, size) }
        #expect(error?.code == .unsupportedConfiguration)
    }
}
