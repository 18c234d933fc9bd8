import ModelZoo
import Tensors
import Testing

/// Older checkpoints of Swin V2 CR, which divide by a temperature.
@Suite struct SwinTransformerV2CRCheckpointTests {
    @Test func temperaturesBecomeLogarithmsOfScales() throws {
        var tensors = [
            "stages.0.blocks.1.attn.tau": Tensor(shape: [3], values: [0.01, 0.5, 1]),
            "head.weight": Tensor(shape: [1, 2], values: [1, 2]),
        ]
        try ModelRegistry.architecture(named: "swinv2_cr_tiny_224").remapCheckpoint(&tensors)
        #expect(Set(tensors.keys) == ["stages.0.blocks.1.attn.logit_scale", "head.fc.weight"])
        let scales = try #require(tensors["stages.0.blocks.1.attn.logit_scale"]).floats
        #expect(zip(scales, [4.6051702, 0.6931472, 0]).allSatisfy { abs($0 - Float($1)) < 1e-6 })
    }

    @Test func ownNamesStay() throws {
        var tensors = [
            "head.fc.weight": Tensor(shape: [1, 2], values: [1, 2]),
            "stages.0.blocks.1.attn.logit_scale": Tensor(shape: [1], values: [2]),
        ]
        let names = Set(tensors.keys)
        try ModelRegistry.architecture(named: "swinv2_cr_tiny_224").remapCheckpoint(&tensors)
        #expect(Set(tensors.keys) == names)
    }
}
