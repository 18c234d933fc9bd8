import ModelZoo
import Tensors
import Testing

/// The paper's names of CrossViT, as timm's `pretrained_filter_fn` changes them.
@Suite struct CrossViTCheckpointTests {
    @Test(
        arguments: [
            ("pos_embed.0", "pos_embed_0"),
            ("cls_token.1", "cls_token_1"),
            ("pos_embed_1", "pos_embed_1"),
            ("blocks.0.fusion.1.attn.wq.weight", "blocks.0.fusion.1.attn.wq.weight"),
        ]
    )
    func namesBecomeTimms(_ name: String, _ expected: String) throws {
        var tensors = [name: Tensor(shape: [1], values: [1])]
        try ModelRegistry.architecture(named: "crossvit_9_240").remapCheckpoint(&tensors)
        #expect(Array(tensors.keys) == [expected])
    }
}
