import ModelZoo
import Tensors
import Testing

/// The checkpoints of FastViT, MobileCLIP and OpenCLIP, as timm's `checkpoint_filter_fn` changes them.
@Suite struct FastViTCheckpointTests {
    private static let one = Tensor(shape: [1], values: [1])

    private static func remapped(_ name: String, _ tensors: [String: Tensor]) throws -> [String: Tensor] {
        var tensors = tensors
        try ModelRegistry.architecture(named: name).remapCheckpoint(&tensors)
        return tensors
    }

    /// fastvit_sa12's flat list: four stages, three halvings, and the positions before the last stage.
    @Test(
        arguments: [
            ("patch_embed.0.rbr_conv.0.conv.weight", "stem.0.conv_kxk.0.conv.weight"),
            ("patch_embed.2.rbr_skip.bias", "stem.2.identity.bias"),
            ("network.0.1.token_mixer.layer_scale", "stages.0.blocks.1.token_mixer.layer_scale.gamma"),
            ("network.1.proj.1.rbr_skip.weight", "stages.1.downsample.proj.1.identity.weight"),
            ("network.2.0.convffn.fc1.weight", "stages.1.blocks.0.mlp.fc1.weight"),
            ("network.3.proj.0.lkb_origin.bn.bias", "stages.2.downsample.proj.0.large_conv.bn.bias"),
            ("network.6.pe.weight", "stages.3.pos_emb.pos_enc.weight"),
            ("network.7.0.layer_scale_2", "stages.3.blocks.0.layer_scale_2.gamma"),
            ("conv_exp.se.reduce.bias", "final_conv.se.fc1.bias"),
            ("head.bias", "head.fc.bias"),
        ]
    )
    func namesBecomeTimms(_ name: String, _ expected: String) throws {
        var tensors = [name: Self.one]
        for halving in ["network.1.proj.0.x", "network.3.proj.0.x", "network.5.proj.0.x"] {
            tensors[halving] = Self.one
        }
        #expect(try Self.remapped("fastvit_sa12", tensors)[expected] != nil)
    }

    @Test func mobileClipsProjectionBecomesTheClassifier() throws {
        let prefix = "image_encoder.model."
        let projection = Tensor(shape: [3, 2], values: [1, 2, 3, 4, 5, 6])
        let result = try Self.remapped(
            "fastvit_mci0",
            [
                prefix + "patch_embed.0.rbr_conv.0.conv.weight": Self.one, prefix + "head.proj": projection,
                "text_encoder.projection": Self.one,
            ]
        )
        #expect(result.keys.sorted() == ["head.fc.bias", "head.fc.weight", "stem.0.conv_kxk.0.conv.weight"])
        #expect(result["head.fc.weight"]?.shape == [2, 3])
        #expect(result["head.fc.weight"]?.floats == [1, 3, 5, 2, 4, 6])
        #expect(result["head.fc.bias"]?.floats == [0, 0])
    }

    @Test func openClipsPrefixGoes() throws {
        let prefix = "module.visual.trunk."
        let tensors = [
            prefix + "stem.0.conv_kxk.0.conv.weight": Self.one, prefix + "head.fc.bias": Self.one,
            "module.logit_scale": Self.one,
        ]
        let result = try Self.remapped("fastvit_mci0", tensors)
        #expect(result.keys.sorted() == ["head.fc.bias", "stem.0.conv_kxk.0.conv.weight"])
    }

    @Test func leavesTimmsNamesAlone() throws {
        let names = ["head.fc.bias", "stem.0.conv_kxk.0.conv.weight"]
        let tensors = Dictionary(uniqueKeysWithValues: names.map { ($0, Self.one) })
        #expect(try Self.remapped("fastvit_t8", tensors).keys.sorted() == names)
    }
}
