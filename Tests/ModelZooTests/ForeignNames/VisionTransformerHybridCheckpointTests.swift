import ModelZoo
import Tensors
import Testing

/// MobileCLIP's names, as timm's `_convert_mobileclip` changes them.
@Suite struct VisionTransformerHybridCheckpointTests {
    private static let prefix = "image_encoder.model."

    private static func remapped(_ tensors: [String: Tensor]) throws -> [String: Tensor] {
        var tensors = tensors
        tensors["\(prefix)patch_emb.0.block.conv.weight"] = Tensor(shape: [1], values: [1])
        try ModelRegistry.architecture(named: "vit_base_mci_224").remapCheckpoint(&tensors)
        return tensors
    }

    @Test(
        arguments: [
            ("patch_emb.0.block.norm.running_mean", "patch_embed.backbone.0.bn.running_mean"),
            ("patch_emb.2.block.conv.bias", "patch_embed.backbone.2.conv.bias"),
            ("post_transformer_norm.weight", "norm.weight"),
            ("transformer.0.pre_norm_mha.0.weight", "blocks.0.norm1.weight"),
            ("transformer.0.pre_norm_mha.1.qkv_proj.weight", "blocks.0.attn.qkv.weight"),
            ("transformer.0.pre_norm_mha.1.out_proj.bias", "blocks.0.attn.proj.bias"),
            ("transformer.3.pre_norm_ffn.0.bias", "blocks.3.norm2.bias"),
            ("transformer.3.pre_norm_ffn.1.weight", "blocks.3.mlp.fc1.weight"),
            ("transformer.3.pre_norm_ffn.4.bias", "blocks.3.mlp.fc2.bias"),
        ]
    )
    func namesBecomeTimms(_ name: String, _ expected: String) throws {
        let one = Tensor(shape: [1], values: [1])
        let result = try Self.remapped([Self.prefix + name: one, "text_encoder.weight": one])
        #expect(result.keys.sorted() == [expected, "patch_embed.backbone.0.conv.weight"].sorted())
    }

    @Test func positionsLoseAnAxis() throws {
        let places = Tensor(shape: [1, 1, 2, 3], values: [0, 1, 2, 3, 4, 5])
        let result = try Self.remapped(["\(Self.prefix)pos_embed.pos_embed.pos_embed": places])
        #expect(result["pos_embed"]?.shape == [1, 2, 3])
    }

    @Test func theProjectionBecomesTheHead() throws {
        let projection = Tensor(shape: [2, 3], values: [0, 1, 2, 3, 4, 5])
        let result = try Self.remapped(["\(Self.prefix)classifier.proj": projection])
        #expect(result["head.weight"]?.shape == [3, 2])
        #expect(result["head.weight"]?.floats == [0, 3, 1, 4, 2, 5])
        #expect(result["head.bias"]?.floats == [0, 0, 0])
    }
}
