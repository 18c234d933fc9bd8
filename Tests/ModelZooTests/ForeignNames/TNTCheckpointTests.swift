import ModelZoo
import Tensors
import Testing

/// The paper's names of TNT, as timm's `checkpoint_filter_fn` changes them.
@Suite struct TNTCheckpointTests {
    private static func remapped(_ name: String, _ tensors: [String: Tensor]) throws -> [String: Tensor] {
        var tensors = tensors
        try ModelRegistry.architecture(named: name).remapCheckpoint(&tensors)
        return tensors
    }

    @Test(
        arguments: [
            ("outer_pos", "patch_pos"),
            ("patch_embed.proj.weight", "pixel_embed.proj.weight"),
            ("proj_norm1.weight", "norm1_proj.weight"),
            ("blocks.0.proj_norm2.bias", "blocks.0.norm2_proj.bias"),
            ("blocks.0.inner_norm1.bias", "blocks.0.norm_in.bias"),
            ("blocks.0.inner_attn.qk.weight", "blocks.0.attn_in.qk.weight"),
            ("blocks.1.inner_norm2.bias", "blocks.1.norm_mlp_in.bias"),
            ("blocks.1.inner_mlp.fc1.weight", "blocks.1.mlp_in.fc1.weight"),
            ("blocks.2.outer_norm1.weight", "blocks.2.norm_out.weight"),
            ("blocks.2.outer_attn.v.weight", "blocks.2.attn_out.v.weight"),
            ("blocks.3.outer_norm2.weight", "blocks.3.norm_mlp.weight"),
            ("blocks.3.outer_mlp.fc2.bias", "blocks.3.mlp.fc2.bias"),
        ]
    )
    func namesBecomeTimms(_ name: String, _ expected: String) throws {
        let one = Tensor(shape: [1], values: [1])
        let result = try Self.remapped("tnt_s_patch16_224", [name: one, "outer_tokens": one])
        #expect(Array(result.keys) == [expected])
    }

    @Test func positionsOfPixelsBecomeAMap() throws {
        let places = Tensor(shape: [1, 16, 24], values: (0..<384).map(Float.init))
        let turned = try Self.remapped("tnt_s_patch16_224", ["inner_pos": places])["pixel_pos"]
        #expect(turned?.shape == [1, 24, 4, 4])
        #expect(turned?.floats.prefix(3) == [0, 24, 48])
        #expect(turned?.floats[16] == 1)
        let legacy = try Self.remapped("tnt_s_legacy_patch16_224", ["inner_pos": places])
        #expect(legacy["pixel_pos"]?.shape == [1, 16, 24])
    }

    @Test func leavesTimmsNamesAlone() throws {
        let one = Tensor(shape: [1], values: [1])
        let result = try Self.remapped("tnt_b_patch16_224", ["patch_pos": one, "outer_pos": one])
        #expect(result.keys.sorted() == ["outer_pos", "patch_pos"])
    }
}
