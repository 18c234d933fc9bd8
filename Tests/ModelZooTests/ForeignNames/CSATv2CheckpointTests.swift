import ModelZoo
import Tensors
import Testing

/// The authors' names of CSATv2, as timm's `checkpoint_filter_fn` changes them.
@Suite struct CSATv2CheckpointTests {
    @Test(
        arguments: [
            ("dct.transform.transform.weights", "stem_dct.transform.transform.weights"),
            ("dct.Cb_Conv.bias", "stem_dct.conv_cb.bias"),
            ("stages1.1.dwconv.weight", "stages.0.1.dwconv.weight"),
            ("stages1.3.weight", "stages.1.0.weight"),
            ("stages2.2.weight", "stages.1.3.weight"),
            ("stages3.9.bias", "stages.3.0.bias"),
            ("stages3.6.attn.to_qkv.weight", "stages.2.7.attn.qkv.weight"),
            ("stages3.6.attn.to_out.0.bias", "stages.2.7.attn.proj.bias"),
            ("stages3.6.attention.pos_embed.proj.weight", "stages.2.7.pos_embed.proj.weight"),
            ("stages4.5.ff.net.3.weight", "stages.3.6.mlp.fc2.weight"),
            ("stages4.5.ff_norm.weight", "stages.3.6.norm2.weight"),
            ("stages1.0.attention.attention.attn.to_qkv.weight", "stages.0.0.attn.attn.qkv.weight"),
            ("stages1.0.attention.attention.pos_embed.proj.bias", "stages.0.0.attn.attn.pos_embed.proj.bias"),
            ("stages1.0.attention.attention.attn_norm.bias", "stages.0.0.attn.attn.norm1.bias"),
            ("stages1.0.attention.conv.weight", "stages.0.0.attn.conv.weight"),
            ("norm.weight", "head.norm.weight"),
            ("head.bias", "head.fc.bias"),
        ]
    )
    func namesBecomeTimms(_ name: String, _ expected: String) throws {
        var tensors = [name: Tensor(shape: [1], values: [1])]
        try ModelRegistry.architecture(named: "csatv2").remapCheckpoint(&tensors)
        #expect(Array(tensors.keys) == [expected])
    }

    @Test func responseNormalizationsBecomeVectors() throws {
        let tensor = Tensor(shape: [1, 1, 1, 2], values: [1, 2])
        var tensors = ["stages2.1.grn.gamma": tensor, "stages2.1.grn.beta": tensor]
        try ModelRegistry.architecture(named: "csatv2").remapCheckpoint(&tensors)
        let shapes = tensors.mapValues { $0.shape.dimensions }
        #expect(shapes == ["stages.1.2.grn.weight": [2], "stages.1.2.grn.bias": [2]])
    }
}
