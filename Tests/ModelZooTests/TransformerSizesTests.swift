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
            "xcit_nano_12_p16_224", "twins_svt_small", "naflexvit_base_patch16_par_gap",
            "naflexvit_base_patch16_parfac_gap", "qwen3_vit_88m_merge",
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
            ("naflexvit_base_patch16_gap", 200), ("deepseek_vit_412m", 200), ("qwen3_vit_88m", 200),
            ("qwen3_vit_88m_merge", 240), ("gemma4_vit_167m_enc", 160),
        ]
    )
    func refusesWhatTimmRefuses(_ name: String, _ size: Int) throws {
        let error = #expect(throws: GraphError.self) { try Self.graph(name, size, size) }
        #expect(error?.code == .unsupportedConfiguration)
    }

    /// timm projects to the language model of the tag.
    @Test(
        arguments: [
            ("qwen3_vit_306m_enc", "", 2048), ("qwen3_vit_306m_enc", "qwen_drive_1_0_4b", 2560),
            ("qwen3_vit_416m_enc", "qwen3_vl_30b_a3b", 2048), ("qwen3_vit_416m_enc", "qwen3_vl_32b", 5120),
            ("deepseek_vit_412m_enc", "deepseek_v4_flash_vision_exp", 4096),
        ]
    )
    func towersAreAsWideAsTheirLanguageModel(_ name: String, _ tag: String, _ width: Int) throws {
        let options = BuildOptions(height: 672, width: 672, classCount: 0, tag: tag)
        let graph = try ModelRegistry.architecture(named: name).graph(options)
        let logits = try #require(graph.outputs[.logits])
        #expect(graph[logits].type.extents.last == width)
    }
}
