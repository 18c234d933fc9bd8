import ModelZoo
import Tensors
import Testing

/// RDNet's authors' checkpoints, whose stem stands in a module of its own.
@Suite struct RDNetCheckpointTests {
    @Test func theStemLosesItsModule() throws {
        var tensors = [
            "stem.stem.0.weight": Tensor(shape: [1], values: [1]),
            "dense_stages.1.2.dense_block0.gamma": Tensor(shape: [1], values: [1]),
        ]
        try ModelRegistry.architecture(named: "rdnet_tiny").remapCheckpoint(&tensors)
        #expect(tensors.keys.sorted() == ["dense_stages.1.2.dense_block0.gamma", "stem.0.weight"])
    }
}
