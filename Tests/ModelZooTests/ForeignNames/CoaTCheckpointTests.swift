import ModelZoo
import Tensors
import Testing

/// Layers of the paper's CoaT that timm left out, as its `checkpoint_filter_fn` drops them.
@Suite struct CoaTCheckpointTests {
    @Test(
        arguments: [
            ("coat_tiny", ["aggregate.weight", "norm2.weight", "norm3.bias", "norm4.weight"]),
            ("coat_lite_tiny", ["norm4.weight"]),
        ]
    )
    func unreadLayersAreLeftOut(_ model: String, _ expected: [String]) throws {
        let one = Tensor(shape: [1], values: [1])
        let names = ["aggregate.weight", "norm1.weight", "norm2.weight", "norm3.bias", "norm4.weight"]
        var tensors = Dictionary(uniqueKeysWithValues: names.map { ($0, one) })
        try ModelRegistry.architecture(named: model).remapCheckpoint(&tensors)
        #expect(tensors.keys.sorted() == expected)
    }
}
