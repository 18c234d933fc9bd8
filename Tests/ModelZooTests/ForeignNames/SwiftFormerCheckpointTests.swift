import ModelZoo
import Tensors
import Testing

/// The paper's names of SwiftFormer, as timm's `checkpoint_filter_fn` changes them.
@Suite struct SwiftFormerCheckpointTests {
    @Test(
        arguments: [
            ("patch_embed.0.weight", "stem.0.weight"),
            ("dist_head.bias", "head_dist.bias"),
            ("network.0.1.layer_scale", "stages.0.blocks.1.layer_scale.gamma"),
            ("network.1.proj.weight", "stages.1.downsample.proj.weight"),
            ("network.4.5.attn.Proj.weight", "stages.2.blocks.5.attn.proj.weight"),
            ("network.6.3.layer_scale_1", "stages.3.blocks.3.layer_scale_1.gamma"),
            (
                "network.2.2.local_representation.layer_scale",
                "stages.1.blocks.2.local_representation.layer_scale.gamma"
            ),
        ]
    )
    func namesBecomeTimms(_ name: String, _ expected: String) throws {
        var tensors = [name: Tensor(shape: [1], values: [1])]
        try ModelRegistry.architecture(named: "swiftformer_xs").remapCheckpoint(&tensors)
        #expect(Array(tensors.keys) == [expected])
    }

    @Test func leavesTimmsNamesAlone() throws {
        let one = Tensor(shape: [1], values: [1])
        var tensors = ["stem.0.weight": one, "stages.0.blocks.0.layer_scale.gamma": one]
        try ModelRegistry.architecture(named: "swiftformer_xs").remapCheckpoint(&tensors)
        #expect(tensors.keys.sorted() == ["stages.0.blocks.0.layer_scale.gamma", "stem.0.weight"])
    }
}
