import ModelZoo
import Tensors
import Testing

/// Checkpoints of vision-language models, of which the picture's tower is taken; what is expected is what timm's
/// `checkpoint_filter_fn_encoder` and `checkpoint_filter_fn_classifier` give.
@Suite struct VisionTowerCheckpointTests {
    private static func remapped(_ name: String, _ shapes: [String: Shape]) throws -> [String: Tensor] {
        var tensors = shapes.mapValues { shape in
            Tensor(shape: shape, values: (0..<shape.count).map { Float($0) })
        }
        try ModelRegistry.architecture(named: name).remapCheckpoint(&tensors)
        return tensors
    }

    private static func names(_ name: String, _ names: [String]) throws -> [String] {
        try remapped(name, Dictionary(uniqueKeysWithValues: names.map { ($0, Shape([1])) })).keys.sorted()
    }

    private static let deepSeek = [
        "vision.blocks.0.attn.wqkv.weight", "vision.blocks.0.attn.wo.bias", "vision.blocks.0.mlp.w1.weight",
        "vision.blocks.0.mlp.w2.weight", "vision.norm.weight", "aligner.w1.weight", "aligner.w2.bias",
        "norm.weight", "head.weight", "layers.0.attn.wo.weight",
    ]

    @Test func deepSeeksTowerIsTakenOutOfTheModel() throws {
        let expected = [
            "aligner.fc1.weight", "aligner.fc2.bias", "blocks.0.attn.proj.bias", "blocks.0.attn.qkv.weight",
            "blocks.0.mlp.fc1.weight", "blocks.0.mlp.fc2.weight", "norm.weight",
        ]
        #expect(try Self.names("deepseek_vit_412m_enc", Self.deepSeek) == expected)
        let inner = expected.map { "encoder.\($0)" }
        #expect(try Self.names("deepseek_vit_412m_align", Self.deepSeek) == inner)
        let unaligned = inner.filter { !$0.contains("aligner") }
        #expect(try Self.names("deepseek_vit_412m", Self.deepSeek) == unaligned)
    }

    @Test func deepSeeksClassifierStaysAsItIs() throws {
        let own = ["encoder.norm.weight", "head.bias", "head.weight"]
        #expect(try Self.names("deepseek_vit_412m", own) == own)
        #expect(try Self.names("deepseek_vit_412m_enc", own) == ["norm.weight"])
    }

    @Test func deepSeeksPatchesAreAConvolution() throws {
        let result = try Self.remapped("deepseek_vit_412m_enc", ["vision.patch_embed.proj.weight": [2, 588]])
        #expect(result["patch_embed.proj.weight"]?.shape == [2, 3, 14, 14])
    }

    @Test(arguments: ["vlm.model.visual.", "model.visual.", "visual."])
    func qwensTowerIsTakenOutOfTheModel(_ prefix: String) throws {
        let source =
            [
                "patch_embed.proj.bias", "blocks.0.mlp.linear_fc1.weight", "blocks.0.mlp.linear_fc2.bias",
                "merger.norm.weight", "merger.linear_fc1.weight", "merger.linear_fc2.bias",
                "deepstack_merger_list.0.norm.weight", "rotary_pos_emb.inv_freq",
            ].map { prefix + $0 } + ["lm_head.weight", "model.language_model.norm.weight"]
        let expected = [
            "blocks.0.mlp.fc1.weight", "blocks.0.mlp.fc2.bias", "merger.fc1.weight", "merger.fc2.bias",
            "merger.norm.weight", "patch_embed.proj.bias",
        ]
        #expect(try Self.names("qwen3_vit_88m_enc", source) == expected)
        let inner = expected.map { "encoder.\($0)" }
        #expect(try Self.names("qwen3_vit_88m_merge", source) == inner)
        #expect(try Self.names("qwen3_vit_88m", source) == inner.filter { !$0.contains("merger") })
    }

    @Test func qwensFramesAreSummed() throws {
        let result = try Self.remapped(
            "qwen3_vit_88m",
            [
                "model.visual.patch_embed.proj.weight": [1, 2, 2, 1, 2],
                "model.visual.pos_embed.weight": [4, 3],
            ]
        )
        let weight = try #require(result["encoder.patch_embed.proj.weight"])
        #expect(weight.shape == [1, 2, 1, 2])
        #expect(weight.floats == [2, 4, 10, 12])
        #expect(result["encoder.pos_embed"]?.shape == [1, 4, 3])
    }

    @Test(arguments: ["model.vision_tower.", "model.vision_model.", "vision_model.", "vision_tower."])
    func gemmasTowerIsTakenOutOfTheModel(_ prefix: String) throws {
        let source =
            [
                "patch_embedder.input_proj.weight", "patch_embedder.position_embedding_table",
                "encoder.layers.0.input_layernorm.weight", "encoder.layers.0.post_attention_layernorm.weight",
                "encoder.layers.0.pre_feedforward_layernorm.weight",
                "encoder.layers.0.post_feedforward_layernorm.weight",
                "encoder.layers.0.self_attn.q_proj.input_min", "encoder.rotary_emb.inv_freq", "std_bias",
            ].map { prefix + $0 } + ["model.embed_vision.embedding_projection.weight"]
        let expected = [
            "blocks.0.attn.q_proj.input_min", "blocks.0.norm1.weight", "blocks.0.norm2.weight",
            "blocks.0.norm3.weight", "blocks.0.norm4.weight", "patch_embed.input_proj.weight",
            "patch_embed.position_embedding_table", "std_bias",
        ]
        #expect(try Self.names("gemma4_vit_570m_enc", source) == expected)
        #expect(try Self.names("gemma4_vit_570m", source) == expected.map { "encoder.\($0)" })
    }
}
