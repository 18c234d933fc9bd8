import ModelZoo
import Tensors
import Testing

/// The paper's checkpoints of EfficientViM, as timm's `checkpoint_filter_fn` changes them.
@Suite struct EfficientViMCheckpointTests {
    private static func tensor(_ dimensions: [Int]) -> Tensor {
        let shape = Shape(dimensions)
        return Tensor(shape: shape, values: [Float](repeating: 1, count: shape.count))
    }

    @Test(arguments: ["efficientvim_m1", "efficientvim_m1_dist"])
    func normalizationsBecomeVectors(_ name: String) throws {
        var tensors = [
            "norm.0.weight": Self.tensor([1, 128, 1]),
            "norm.3.bias": Self.tensor([1, 320, 1, 1]),
            "stages.0.blocks.1.norm.weight": Self.tensor([1, 128, 1]),
            "stages.2.blocks.0.norm.bias": Self.tensor([1, 320, 1, 1]),
            "stages.2.blocks.0.mixer.A": Self.tensor([9]),
            "heads_dist.0.bias": Self.tensor([1000]),
            "weights_dist": Self.tensor([4]),
        ]
        try ModelRegistry.architecture(named: name).remapCheckpoint(&tensors)
        var expected = [
            "norm.0.weight": [128], "norm.3.bias": [320], "stages.0.blocks.1.norm.weight": [128],
            "stages.2.blocks.0.norm.bias": [320], "stages.2.blocks.0.mixer.A": [9],
        ]
        if name.hasSuffix("_dist") {
            expected["heads_dist.0.bias"] = [1000]
            expected["weights_dist"] = [4]
        }
        #expect(tensors.mapValues { $0.shape.dimensions } == expected)
    }
}
