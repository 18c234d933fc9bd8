internal import Tensors

/// The names under which vision transformers were published, and timm's for them; DeiT III's layer scales too.
///
/// Source: timm/models/vision_transformer.py, `checkpoint_filter_fn` and what it calls.
struct VisionTransformerCheckpoint {
    /// Features of a token.
    let width: Int
    /// Height and width of a patch.
    let patch: Int

    /// Renames the tensors of whichever naming is found.
    func remap(_ tensors: inout [String: Tensor]) throws(ModelZooError) {
        let names = Set(tensors.keys)
        if names.contains("visual.class_embedding") {
            try openAI(&tensors, prefix: "visual.")
        } else if names.contains("module.visual.class_embedding") {
            try openAI(&tensors, prefix: "module.visual.")
        } else if names.contains("mask_token") {
            try selfDistilled(&tensors)
        } else if names.contains("vision_encoder.mask_token") {
            TensorNames.keep(prefix: "vision_encoder.", of: &tensors)
            try selfDistilled(&tensors)
        } else if names.contains(where: { $0.contains("beit3.") }) {
            try multimodal(&tensors)
        } else if names.contains("visual.trunk.pos_embed")
            || names.contains("visual.trunk.blocks.0.norm1.weight")
        {
            openCLIP(&tensors)
        } else if names.contains("module.visual.trunk.pos_embed") {
            TensorNames.keep(prefix: "module.visual.trunk.", of: &tensors)
        } else if names.contains("preprocessor.patchifier.proj.weight") {
            try TensorNames.rename(&tensors) { name in
                TensorNames.replacing(
                    name,
                    [
                        ("norm_1", "norm1"), ("norm_2", "norm2"),
                        ("preprocessor.patchifier.", "patch_embed."),
                        ("preprocessor.pos_embed", "pos_embed"), ("trunk.", ""),
                        ("post_trunk_norm.", "norm."), ("mlp.fc1", "mlp.fc1_g"), ("mlp.fc3", "mlp.fc1_x"),
                    ]
                )
            }
        }
        tensors = tensors.filter { !$0.key.contains("pre_logits") }
        try TensorNames.rename(&tensors) { name in
            TensorNames.replacing(name, [("gamma_1", "ls1.gamma"), ("gamma_2", "ls2.gamma")])
        }
        if let weight = tensors["patch_embed.proj.weight"], weight.shape.rank < 4 {
            let channels = weight.count / (width * patch * patch)
            tensors["patch_embed.proj.weight"] = TensorNames.reshaped(
                weight,
                [width, channels, patch, patch]
            )
        }
    }

    /// OpenCLIP around a model of timm's; the projection of the picture, which stands outside, becomes the head.
    private func openCLIP(_ tensors: inout [String: Tensor]) {
        let projection = tensors["visual.head.proj.weight"]
        TensorNames.keep(prefix: "visual.trunk.", of: &tensors)
        guard let projection, tensors["head.weight"] == nil, projection.shape.rank == 2 else { return }
        let count = projection.shape[0]
        tensors["head.weight"] = projection
        tensors["head.bias"] = Tensor(shape: [count], values: [Float](repeating: 0, count: count))
    }

    /// OpenAI's CLIP; its projection of the picture becomes the head, turned.
    private func openAI(_ tensors: inout [String: Tensor], prefix: String) throws(ModelZooError) {
        TensorNames.keep(prefix: prefix, of: &tensors)
        try TensorNames.rename(&tensors) { name in
            let renamed = TensorNames.replacing(
                name,
                [
                    ("conv1", "patch_embed.proj"), ("positional_embedding", "pos_embed"),
                    ("transformer.resblocks.", "blocks."), ("ln_pre", "norm_pre"), ("ln_post", "norm"),
                    ("ln_", "norm"), ("in_proj_", "qkv."), ("out_proj", "proj"), ("mlp.c_fc", "mlp.fc1"),
                    ("mlp.c_proj", "mlp.fc2"),
                ]
            )
            return renamed == "class_embedding" ? "cls_token" : renamed
        }
        Self.settleEncoder(&tensors, width: width)
    }

    /// Brings class token, positions and projection of a CLIP encoder to timm's shapes; the projection becomes the head.
    static func settleEncoder(_ tensors: inout [String: Tensor], width: Int) {
        if let token = tensors["cls_token"] {
            tensors["cls_token"] = TensorNames.reshaped(token, [1, 1, width])
        }
        if let table = tensors["pos_embed"] {
            tensors["pos_embed"] = TensorNames.reshaped(table, [1, table.count / width, width])
        }
        if let projection = tensors.removeValue(forKey: "proj"), projection.shape.rank == 2 {
            let (rows, columns) = (projection.shape[0], projection.shape[1])
            let source = projection.floats
            var turned = [Float](repeating: 0, count: source.count)
            for row in 0..<rows {
                for column in 0..<columns { turned[column * rows + row] = source[row * columns + column] }
            }
            tensors["head.weight"] = Tensor.cast(turned, to: projection.dtype, shape: [columns, rows])
            tensors["head.bias"] = Tensor(shape: [columns], values: [Float](repeating: 0, count: columns))
        }
    }

    /// DINOv2; with registers the class token takes its position with it.
    private func selfDistilled(_ tensors: inout [String: Tensor]) throws(ModelZooError) {
        tensors["mask_token"] = nil
        if let registers = tensors.removeValue(forKey: "register_tokens"),
            let token = tensors["cls_token"], let table = tensors["pos_embed"], table.count > width
        {
            let positions = table.floats
            let sum = zip(token.floats, positions).map { $0 + $1 }
            tensors["reg_token"] = registers
            tensors["cls_token"] = Tensor.cast(sum, to: token.dtype, shape: [1, 1, width])
            tensors["pos_embed"] = Tensor.cast(
                Array(positions.dropFirst(width)),
                to: table.dtype,
                shape: [1, table.count / width - 1, width]
            )
        }
        try TensorNames.rename(&tensors) { name in
            TensorNames.replacing(name, [("mlp.w12.", "mlp.fc1."), ("mlp.w3.", "mlp.fc2.")])
        }
    }

    /// BEiT-3: the branch of pictures alone; query, key and value become one layer.
    private func multimodal(_ tensors: inout [String: Tensor]) throws(ModelZooError) {
        let dropped: Set = ["beit3.text_embed.weight", "beit3.vision_embed.mask_token"]
        try TensorNames.rename(&tensors) { name in
            guard !dropped.contains(name), !name.contains(".B.") else { return nil }
            return TensorNames.replacing(
                name,
                [
                    ("beit3.", ""), ("vision_embed.cls_token", "cls_token"),
                    ("vision_embed.", "patch_embed."), ("embed_positions.", "pos_embed."),
                    ("encoder.", ""), ("layers.", "blocks."), ("ffn_layernorm.", "norm."),
                    ("ffn.", "mlp."), ("self_attn_layer_norm.", "norm1."), ("self_attn.", "attn."),
                    ("final_layer_norm.", "norm2."), ("inner_attn_ln", "norm"), ("out_proj", "proj"),
                    (".A.", "."),
                ]
            )
        }
        if let table = tensors.removeValue(forKey: "pos_embed.weight"), table.count > 2 * width {
            tensors["pos_embed"] = Tensor.cast(
                Array(table.floats.dropFirst(2 * width)),
                to: table.dtype,
                shape: [1, table.count / width - 2, width]
            )
        }
        TensorJoining.joinQueryKeyValue(
            &tensors,
            names: ("q_proj", "k_proj", "v_proj"),
            joined: "qkv"
        )
    }
}
