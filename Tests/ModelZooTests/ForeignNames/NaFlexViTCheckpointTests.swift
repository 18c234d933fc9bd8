import ModelZoo
import Tensors
import Testing

/// Checkpoints of vision transformers and of RADIO for NaFlexViT; what is expected is what timm's
/// `checkpoint_filter_fn` gives.
@Suite struct NaFlexViTCheckpointTests {
    private static func remapped(_ name: String, _ tensors: [String: Tensor]) throws -> [String: Tensor] {
        var tensors = tensors
        try ModelRegistry.architecture(named: name).remapCheckpoint(&tensors)
        return tensors
    }

    private static func counting(_ shape: Shape, from start: Float = 0) -> Tensor {
        Tensor(shape: shape, values: (0..<shape.count).map { start + Float($0) })
    }

    @Test func patchesBecomeRowsWithTheirChannelsLast() throws {
        let tensors = [
            "patch_embed.proj.weight": Self.counting([2, 3, 2, 1]),
            "patch_embed.proj.bias": Self.counting([2]),
            "blocks.0.norm1.weight": Self.counting([2]),
        ]
        let result = try Self.remapped("naflexvit_base_patch16_gap", tensors)
        #expect(result.keys.sorted() == ["blocks.0.norm1.weight", "embeds.proj.bias", "embeds.proj.weight"])
        let weight = try #require(result["embeds.proj.weight"])
        #expect(weight.shape == [2, 6])
        #expect(weight.floats == [0, 2, 4, 1, 3, 5, 6, 8, 10, 7, 9, 11])
    }

    @Test func theClassTokenTakesItsPosition() throws {
        let tensors = [
            "cls_token": Self.counting([1, 1, 2], from: 10),
            "pos_embed": Self.counting([1, 5, 2]),
        ]
        let result = try Self.remapped("naflexvit_base_patch16_gap", tensors)
        #expect(result["embeds.cls_token"]?.floats == [10, 12])
        #expect(result["embeds.pos_embed"]?.shape == [1, 2, 2, 2])
        #expect(result["embeds.pos_embed"]?.floats == [2, 3, 4, 5, 6, 7, 8, 9])
    }

    @Test func positionsOfPatchesAloneBecomeAGrid() throws {
        let tensors = [
            "reg_token": Self.counting([1, 4, 1]),
            "pos_embed": Self.counting([1, 4, 1]),
        ]
        let result = try Self.remapped("naflexvit_base_patch16_gap", tensors)
        #expect(result["embeds.reg_token"]?.floats == [0, 1, 2, 3])
        #expect(result["embeds.pos_embed"]?.shape == [1, 2, 2, 1])
    }

    @Test func radiosBackboneIsTaken() throws {
        let prefix = "radio_model.model."
        let tensors = [
            "\(prefix)patch_generator.embedder.weight": Self.counting([1, 12]),
            "\(prefix)patch_generator.pos_embed": Self.counting([1, 4, 1]),
            "\(prefix)patch_generator.cls_token.token": Self.counting([3, 1]),
            "\(prefix)blocks.0.ls1.grandma": Self.counting([1]),
            "\(prefix)norm.weight": Self.counting([1]),
            "radio_model.input_conditioner.norm_mean": Self.counting([3, 1, 1]),
        ]
        let result = try Self.remapped("naflexvit_base_patch16_radio_v3", tensors)
        #expect(
            result.keys.sorted() == [
                "blocks.0.ls1.gamma", "embeds.cls_token", "embeds.pos_embed", "embeds.proj.bias",
                "embeds.proj.weight", "embeds.reg_token",
            ]
        )
        #expect(result["embeds.proj.weight"]?.floats == [0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11])
        #expect(result["embeds.proj.bias"]?.floats == [0])
        #expect(result["embeds.cls_token"]?.floats == [0])
        #expect(result["embeds.reg_token"]?.floats == [1, 2])
        #expect(result["embeds.pos_embed"]?.shape == [1, 2, 2, 1])
    }
}
