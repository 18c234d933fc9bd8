import ModelZoo
import Tensors
import Testing

/// The paper's names of EfficientFormer, as timm's `checkpoint_filter_fn` changes them.
@Suite struct EfficientFormerCheckpointTests {
    @Test(
        arguments: [
            ("patch_embed.0.weight", "stem.conv1.weight"),
            ("patch_embed.1.running_mean", "stem.norm1.running_mean"),
            ("patch_embed.3.bias", "stem.conv2.bias"),
            ("patch_embed.4.bias", "stem.norm2.bias"),
            ("network.0.2.mlp.norm2.bias", "stages.0.blocks.2.mlp.norm2.bias"),
            ("network.1.proj.weight", "stages.1.downsample.conv.weight"),
            ("network.3.norm.bias", "stages.2.downsample.norm.bias"),
            ("network.4.5.layer_scale_2", "stages.2.blocks.5.ls2.gamma"),
            ("network.6.4.norm1.weight", "stages.3.blocks.4.norm1.weight"),
            ("dist_head.bias", "head_dist.bias"),
            ("norm.weight", "norm.weight"),
        ]
    )
    func namesBecomeTimms(_ name: String, _ expected: String) throws {
        var tensors = [name: Tensor(shape: [1], values: [1])]
        try ModelRegistry.architecture(named: "efficientformer_l1").remapCheckpoint(&tensors)
        #expect(Array(tensors.keys) == [expected])
    }
}
