import ModelZoo
import Tensors
import Testing

/// Checkpoints that hold more than a picture's encoder: SAM, SAM 2, OpenCLIP, and Hiera's masked autoencoder.
@Suite struct PictureEncoderCheckpointTests {
    private static func remapped(_ model: String, _ names: [String]) throws -> [String: Tensor] {
        var tensors = Dictionary(
            uniqueKeysWithValues: names.map { ($0, Tensor(shape: [2, 1], values: [1, 2])) }
        )
        try ModelRegistry.architecture(named: model).remapCheckpoint(&tensors)
        return tensors
    }

    @Test func encoderOfSAMIsTaken() throws {
        let names = [
            "image_encoder.patch_embed.proj.weight", "image_encoder.blocks.0.mlp.lin1.weight",
            "image_encoder.neck.3.bias", "mask_decoder.transformer.layers.0.mlp.lin1.weight",
            "prompt_encoder.no_mask_embed.weight",
        ]
        let expected: Set = ["patch_embed.proj.weight", "blocks.0.mlp.fc1.weight", "neck.3.bias"]
        let tensors = try Self.remapped("samvit_base_patch16", names)
        #expect(Set(tensors.keys) == expected)
    }

    @Test func perceptronsOfSAM2AreRenamed() throws {
        let names = ["blocks.0.mlp.layers.0.weight", "blocks.0.mlp.layers.1.bias", "pos_embed_window"]
        let expected: Set = ["blocks.0.mlp.fc1.weight", "blocks.0.mlp.fc2.bias", "pos_embed_window"]
        let tensors = try Self.remapped("sam2_hiera_tiny", names)
        #expect(Set(tensors.keys) == expected)
    }

    @Test func normalizationOfHieraBelongsToTheHead() throws {
        let names = ["encoder_norm.weight", "norm.bias", "head.projection.bias", "pos_embed_abs"]
        let expected: Set = ["head.norm.weight", "head.norm.bias", "head.fc.bias", "pos_embed"]
        let tensors = try Self.remapped("hiera_tiny_224", names)
        #expect(Set(tensors.keys) == expected)
    }

    /// The projection that OpenCLIP keeps outside becomes a classifier without bias.
    @Test func projectionOfOpenCLIPBecomesTheHead() throws {
        let names = ["visual.trunk.pos_embed", "visual.head.proj.weight", "text.token_embedding.weight"]
        let tensors = try Self.remapped("vitamin_small_224", names)
        #expect(Set(tensors.keys) == ["pos_embed", "head.weight", "head.bias"])
        #expect(tensors["head.bias"]?.floats == [0, 0])
    }
}
