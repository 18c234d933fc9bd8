import ModelZoo
import Tensors
import Testing

/// The paper's names of Sequencer, as timm's `checkpoint_filter_fn` changes them.
@Suite struct SequencerCheckpointTests {
    @Test(
        arguments: [
            ("stem.proj.weight", "stem.proj.weight"),
            ("blocks.0.0.norm1.weight", "stages.0.blocks.0.norm1.weight"),
            ("blocks.0.4.down.weight", "stages.1.downsample.down.weight"),
            ("blocks.2.8.down.bias", "stages.3.downsample.down.bias"),
            ("blocks.0.3.rnn_tokens.rnn_v.weight_hh_l0", "stages.0.blocks.3.rnn_tokens.rnn_v.weight_hh_l0"),
            ("head.weight", "head.fc.weight"),
        ]
    )
    func namesBecomeTimms(_ name: String, _ expected: String) throws {
        var tensors = [name: Tensor(shape: [1], values: [1])]
        try ModelRegistry.architecture(named: "sequencer2d_s").remapCheckpoint(&tensors)
        #expect(Array(tensors.keys) == [expected])
    }

    @Test func timmsNamesStay() throws {
        let one = Tensor(shape: [1], values: [1])
        var tensors = ["stages.0.blocks.0.norm1.weight": one, "head.fc.weight": one]
        try ModelRegistry.architecture(named: "sequencer2d_s").remapCheckpoint(&tensors)
        #expect(tensors.keys.sorted() == ["head.fc.weight", "stages.0.blocks.0.norm1.weight"])
    }
}
