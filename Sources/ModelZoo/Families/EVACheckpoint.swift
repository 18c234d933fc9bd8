internal import Tensors

/// The names under which EVA's relatives were published, and timm's for them.
///
/// Source: timm/models/eva.py, `checkpoint_filter_fn`.
struct EVACheckpoint {
    /// Features of a token.
    let width: Int
    /// Whether the model keeps biases of query and value.
    let hasPartialBias: Bool

    /// Renames the tensors of whichever naming is found.
    func remap(_ tensors: inout [String: Tensor]) throws(ModelZooError) {
        if tensors["visual.conv1.weight"] != nil { return try encoder(&tensors, prefix: "visual.") }
        if tensors["conv1.weight"] != nil { return try encoder(&tensors, prefix: "") }
        if tensors["visual.trunk.pos_embed"] != nil {
            TensorNames.keep(prefix: "visual.trunk.", of: &tensors)
        } else if tensors["visual.pos_embed"] != nil {
            TensorNames.keep(prefix: "visual.", of: &tensors)
        }
        let isSapiens =
            tensors["blocks.0.attn.wq.weight"] != nil && tensors["blocks.0.ffn.w12.weight"] != nil
        let isSelfDistilled = tensors["storage_tokens"] != nil && !isSapiens
        let isMasked = !isSelfDistilled && tensors["mask_token"] != nil
        let isApart = tensors["blocks.0.attn.q_proj.weight"] != nil
        if isSelfDistilled { splitBiases(&tensors) }
        try TensorNames.rename(&tensors) { name in
            if name.contains("rope"), name != "rope.freqs" { return nil }
            var renamed = name
            if isSapiens {
                if name == "mask_token" { return nil }
                renamed = TensorNames.replacing(name, Self.sapiens)
                if renamed.hasPrefix("ln1.") { renamed = "norm." + renamed.dropFirst(4) }
            } else if isSelfDistilled {
                if Self.dropped.contains(where: { name.hasSuffix($0) }) || name.hasPrefix("projectors.")
                    || name.hasPrefix("local_cls_norm")
                {
                    return nil
                }
                renamed = TensorNames.replacing(
                    name,
                    [
                        ("ls1.gamma", "gamma_1"), ("ls2.gamma", "gamma_2"), ("storage_tokens", "reg_token"),
                    ]
                )
            } else if isMasked {
                if ["mask_token", "lm_head.weight", "lm_head.bias"].contains(name) { return nil }
                if name == "norm.weight" || name == "norm.bias" { renamed = "fc_" + name }
            }
            renamed = TensorNames.replacing(renamed, Self.perceptrons)
            guard isApart else { return renamed }
            return TensorNames.replacing(
                renamed,
                [("q_bias", "q_proj.bias"), ("v_bias", "v_proj.bias")]
            )
        }
    }

    private static let dropped = [".periods", ".bias_mask", "mask_token"]
    private static let sapiens = [
        ("storage_tokens", "reg_token"), ("patch_embed.projection.", "patch_embed.proj."),
        ("attn.wq.", "attn.q_proj."), ("attn.wk.", "attn.k_proj."), ("attn.wv.", "attn.v_proj."),
        ("attn.gamma.weight", "gamma_1"), (".ffn.", ".mlp."), (".ln1.", ".norm1."), (".ln2.", ".norm2."),
    ]
    private static let perceptrons = [
        ("mlp.ffn_ln", "mlp.norm"), ("attn.inner_attn_ln", "attn.norm"), ("mlp.w12", "mlp.fc1"),
        ("mlp.w1", "mlp.fc1_g"), ("mlp.w2", "mlp.fc1_x"), ("mlp.w3", "mlp.fc2"),
    ]

    /// DINOv3's biases of query, key and value: the key's is nothing, the others are kept where the model has them.
    private func splitBiases(_ tensors: inout [String: Tensor]) {
        for (name, tensor) in tensors where name.hasSuffix("qkv.bias") {
            tensors[name] = nil
            guard hasPartialBias, tensor.count == 3 * width else { continue }
            let values = tensor.floats
            let path = name.dropLast("qkv.bias".count)
            for (leaf, start) in [("q_bias", 0), ("v_bias", 2 * width)] {
                let part = Array(values[start..<start + width])
                tensors["\(path)\(leaf)"] = Tensor.cast(part, to: tensor.dtype, shape: [width])
            }
        }
    }

    /// Meta's Perception Encoder.
    private func encoder(_ tensors: inout [String: Tensor], prefix: String) throws(ModelZooError) {
        if !prefix.isEmpty { TensorNames.keep(prefix: prefix, of: &tensors) }
        try TensorNames.rename(&tensors) { name in
            let renamed = TensorNames.replacing(
                name,
                [
                    ("conv1", "patch_embed.proj"), ("positional_embedding", "pos_embed"),
                    ("transformer.resblocks.", "blocks."), ("ln_pre", "norm_pre"), ("ln_post", "norm"),
                    ("ln_", "norm"), ("ls_1.gamma", "gamma_1"), ("ls_2.gamma", "gamma_2"),
                    ("in_proj_", "qkv."), ("out_proj", "proj"), ("mlp.c_fc", "mlp.fc1"),
                    ("mlp.c_proj", "mlp.fc2"), ("attn_pool.attn", "attn_pool"),
                    ("attn_pool.layernorm", "attn_pool.norm"), ("attn_pool.probe", "attn_pool.latent"),
                ]
            )
            return renamed == "class_embedding" ? "cls_token" : renamed
        }
        for leaf in ["weight", "bias"] {
            guard let all = tensors.removeValue(forKey: "attn_pool.qkv.\(leaf)"), all.shape.rank > 0 else {
                continue
            }
            let rest = Array(all.shape.dimensions.dropFirst())
            let (rows, values) = (all.shape[0] / 3, all.floats)
            let split = values.count / 3
            tensors["attn_pool.q.\(leaf)"] = Tensor.cast(
                Array(values[..<split]),
                to: all.dtype,
                shape: Shape([rows] + rest)
            )
            tensors["attn_pool.kv.\(leaf)"] = Tensor.cast(
                Array(values[split...]),
                to: all.dtype,
                shape: Shape([2 * rows] + rest)
            )
        }
        VisionTransformerCheckpoint.settleEncoder(&tensors, width: width)
    }
}
