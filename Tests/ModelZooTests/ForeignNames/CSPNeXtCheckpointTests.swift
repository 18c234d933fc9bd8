import ModelZoo
import Tensors
import Testing

/// OpenMMLab's names of CSPNeXt, as timm's `checkpoint_filter_fn` changes them.
@Suite struct CSPNeXtCheckpointTests {
    @Test(
        arguments: [
            ("backbone.stem.0.conv.weight", "stem.0.conv.weight"),
            ("backbone.stage1.0.conv.weight", "stages.0.0.conv.weight"),
            ("stage4.2.attention.fc.bias", "stages.3.2.attention.fc.bias"),
            ("stages.2.1.main_conv.bn.bias", "stages.2.1.main_conv.bn.bias"),
            ("head.fc.weight", "head.fc.weight"),
        ]
    )
    func namesBecomeTimms(_ name: String, _ expected: String) throws {
        var tensors = [name: Tensor(shape: [1], values: [1])]
        try ModelRegistry.architecture(named: "cspnext_tiny").remapCheckpoint(&tensors)
        #expect(Array(tensors.keys) == [expected])
    }
}
