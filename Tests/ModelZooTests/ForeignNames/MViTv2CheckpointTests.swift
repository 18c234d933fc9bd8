import ModelZoo
import Tensors
import Testing

/// The names of MViTv2's published checkpoints, whose blocks stand in one list.
@Suite struct MViTv2CheckpointTests {
    private static func renamed(_ model: String, _ names: [String]) throws -> Set<String> {
        var tensors = Dictionary(uniqueKeysWithValues: names.map { ($0, Tensor(shape: [1], values: [0])) })
        try ModelRegistry.architecture(named: model).remapCheckpoint(&tensors)
        return Set(tensors.keys)
    }

    @Test func blocksFindTheirStages() throws {
        let names = [
            "blocks.0.norm1.weight", "blocks.2.attn.proj.weight", "blocks.3.proj.weight",
            "blocks.9.mlp.fc2.bias", "head.projection.weight", "norm.weight",
        ]
        let expected: Set = [
            "stages.0.blocks.0.norm1.weight", "stages.1.blocks.1.attn.proj.weight",
            "stages.2.blocks.0.shortcut_proj_attn.weight", "stages.3.blocks.1.mlp.fc2.bias",
            "head.fc.weight", "norm.weight",
        ]
        #expect(try Self.renamed("mvitv2_tiny", names) == expected)
    }

    /// Where the perceptron widens the features, the shortcut goes past it.
    @Test func shortcutOfTheLargeOneIsThePerceptrons() throws {
        let expected: Set = ["stages.0.blocks.1.shortcut_proj_mlp.bias"]
        #expect(try Self.renamed("mvitv2_large", ["blocks.1.proj.bias"]) == expected)
    }

    @Test func ownNamesStay() throws {
        let names = ["stages.0.blocks.0.norm1.weight", "stages.1.blocks.0.shortcut_proj_attn.weight"]
        #expect(try Self.renamed("mvitv2_tiny", names) == Set(names))
    }
}
