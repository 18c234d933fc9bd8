import ModelZoo
import Tensors
import Testing

/// A TinyViT checkpoint of other windows, as timm's `checkpoint_filter_fn` changes it.
@Suite struct TinyViTCheckpointTests {
    private static let biases = "stages.1.blocks.0.attn.attention_biases"

    private static func remapped(_ model: String, _ tensors: [String: Tensor]) throws -> [String: Tensor] {
        var tensors = tensors
        try ModelRegistry.architecture(named: model).remapCheckpoint(&tensors)
        return tensors
    }

    @Test func indicesAreLeftOut() throws {
        let one = Tensor(shape: [1], values: [1])
        let names = ["stages.1.blocks.0.attn.attention_bias_idxs": one, "head.fc.bias": one]
        #expect(Array(try Self.remapped("tiny_vit_5m_224", names).keys) == ["head.fc.bias"])
    }

    /// Expected: timm's `resize_rel_pos_bias_table_levit` of the squares of 0 to 48.
    @Test func biasesFollowTheWindow() throws {
        let table = Tensor(shape: [1, 49], values: (0..<49).map { Float($0 * $0) })
        #expect(
            try Self.remapped("tiny_vit_21m_224", [Self.biases: table])[Self.biases]?.floats == table.floats
        )
        let larger = try #require(try Self.remapped("tiny_vit_21m_384", [Self.biases: table])[Self.biases])
        #expect(larger.shape == [1, 144])
        let expected: [(Int, Float)] = [
            (0, -3.8025), (1, -3.9161), (13, 11.0704), (70, 609.0828), (143, 2359.9026),
        ]
        for (place, value) in expected { #expect(abs(larger.floats[place] - value) < 2e-3) }
    }
}
