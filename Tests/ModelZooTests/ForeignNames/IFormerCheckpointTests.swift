import ModelZoo
import Tensors
import Testing

/// The paper's names of iFormer, as timm's `checkpoint_filter_fn` changes them.
@Suite struct IFormerCheckpointTests {
    @Test(
        arguments: [
            ("classifier.classifier.bn.weight", "head.head.bn.weight"),
            ("classifier.classifier_dist.l.weight", "head.head_dist.l.weight"),
            ("classifier.l.bias", "head.head.l.bias"),
            ("downsample_layers.0.0.c.weight", "stem.conv1.c.weight"),
            ("downsample_layers.0.2.conv_exp_bn1.bn.bias", "stem.conv2.bn.bias"),
            ("downsample_layers.0.2.conv_pwl_bn2.c.weight", "stem.conv3.c.weight"),
            ("downsample_layers.2.0.c.weight", "stages.2.downsample.c.weight"),
            ("downsample_layers.3.c.weight", "stages.3.downsample.c.weight"),
            (
                "stages.2.5.block.token_channel_mixer.m.q.c.weight",
                "stages.2.blocks.5.mixer.module.q.c.weight"
            ),
            ("stages.2.6.channel_mixer.m.0.bn.weight", "stages.2.blocks.6.mixer.module.0.bn.weight"),
            ("stages.2.4.block.cpe.m.c.weight", "stages.2.blocks.4.cpe.module.c.weight"),
            ("stages.1.blocks.0.mixer.module.0.c.weight", "stages.1.blocks.0.mixer.module.0.c.weight"),
        ]
    )
    func namesBecomeTimms(_ name: String, _ expected: String) throws {
        var tensors = [name: Tensor(shape: [1], values: [1])]
        try ModelRegistry.architecture(named: "iformer_m_distilled").remapCheckpoint(&tensors)
        #expect(Array(tensors.keys) == [expected])
    }
}
