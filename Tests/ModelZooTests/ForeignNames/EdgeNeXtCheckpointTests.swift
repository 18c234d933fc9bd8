import ModelZoo
import Tensors
import Testing

/// The paper's names of EdgeNeXt, as timm's `checkpoint_filter_fn` changes them.
@Suite struct EdgeNeXtCheckpointTests {
    @Test(
        arguments: [
            ("downsample_layers.0.0.weight", "stem.0.weight"),
            ("downsample_layers.0.1.bias", "stem.1.bias"),
            ("downsample_layers.3.1.bias", "stages.3.downsample.1.bias"),
            ("stages.0.1.dwconv.weight", "stages.0.blocks.1.conv_dw.weight"),
            ("stages.2.8.pwconv1.weight", "stages.2.blocks.8.mlp.fc1.weight"),
            ("stages.3.2.convs.1.weight", "stages.3.blocks.2.convs.1.weight"),
            ("stages.3.2.norm.weight", "stages.3.blocks.2.norm.weight"),
            ("norm.bias", "head.norm.bias"),
            ("head.weight", "head.fc.weight"),
        ]
    )
    func namesBecomeTimms(_ name: String, _ expected: String) throws {
        var tensors = [name: Tensor(shape: [1], values: [1])]
        try ModelRegistry.architecture(named: "edgenext_small").remapCheckpoint(&tensors)
        #expect(Array(tensors.keys) == [expected])
    }
}
