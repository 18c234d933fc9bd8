import Graph
import ModelZoo
import Tensors
import Testing

/// MambaOut's authors' checkpoints, whose head and downsampling have other names.
@Suite struct MambaOutCheckpointTests {
    @Test(
        arguments: [
            ("downsample_layers.0.norm1.bias", "stem.norm1.bias"),
            ("downsample_layers.2.conv.weight", "stages.2.downsample.conv.weight"),
            ("stages.2.8.fc1.weight", "stages.2.blocks.8.fc1.weight"),
            ("norm.weight", "head.norm.weight"),
            ("head.fc1.bias", "head.pre_logits.fc.bias"),
            ("head.norm.bias", "head.pre_logits.norm.bias"),
            ("head.fc2.weight", "head.fc.weight"),
        ]
    )
    func namesBecomeTimms(_ name: String, _ expected: String) throws {
        var tensors = [name: Tensor(shape: [1], values: [1])]
        let architecture = try ModelRegistry.architecture(named: "mambaout_femto")
        try architecture.remapCheckpoint(&tensors)
        #expect(Array(tensors.keys) == [expected])
        let graph = try architecture.graph(BuildOptions(height: 64, width: 64, classCount: 10))
        #expect(graph.parameters.contains { $0.name == expected })
    }
}
