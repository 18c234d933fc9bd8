internal import Tensors

/// Checkpoints of vision transformers under the names of ``NaFlexViT``.
///
/// Source: timm/models/naflexvit.py, `checkpoint_filter_fn`; timm/models/vision_transformer.py, `_convert_radio`.
enum NaFlexViTCheckpoint {
    /// Renames the tensors, makes a grid of the list of positions and a matrix of the convolution over patches.
    static func remap(_ tensors: inout [String: Tensor]) throws(ModelZooError) {
        if tensors["radio_model.model.patch_generator.embedder.weight"] != nil { try takeRADIO(&tensors) }
        settlePositions(&tensors)
        if let weight = tensors["patch_embed.proj.weight"], weight.shape.rank == 4 {
            tensors["patch_embed.proj.weight"] = flattened(weight)
        }
        try TensorNames.rename(&tensors) { name in
            if ["pos_embed", "cls_token", "reg_token"].contains(name) { return "embeds.\(name)" }
            let prefix = "patch_embed."
            return name.hasPrefix(prefix) ? "embeds.\(name.dropFirst(prefix.count))" : name
        }
    }

    /// RADIO's backbone under a vision transformer's names; conditioner, teachers' heads and the rest are left out.
    private static func takeRADIO(_ tensors: inout [String: Tensor]) throws(ModelZooError) {
        TensorNames.keep(prefix: "radio_model.model.", of: &tensors)
        let generator = "patch_generator."
        let token = tensors["\(generator)cls_token.token"]
        let embedder = tensors["\(generator)embedder.weight"]
        try TensorNames.rename(&tensors) { name in
            if name == "\(generator)pos_embed" { return "pos_embed" }
            return name.hasPrefix("blocks.") ? TensorNames.replacing(name, [(".grandma", ".gamma")]) : nil
        }
        if let embedder, embedder.shape.rank == 2 {
            let width = embedder.shape[0]
            let patch = Int(Double(embedder.shape[1] / 3).squareRoot())
            tensors["patch_embed.proj.weight"] = TensorNames.reshaped(embedder, [width, 3, patch, patch])
            tensors["patch_embed.proj.bias"] = Tensor(
                shape: [width],
                values: [Float](repeating: 0, count: width)
            )
        }
        // One class token a teacher, then registers: the first is the class token here, the others are registers.
        if let token, token.shape.rank == 2, token.shape[0] > 1 {
            let (count, width, values) = (token.shape[0], token.shape[1], token.floats)
            tensors["cls_token"] = Tensor.cast(
                Array(values[..<width]),
                to: token.dtype,
                shape: [1, 1, width]
            )
            tensors["reg_token"] = Tensor.cast(
                Array(values[width...]),
                to: token.dtype,
                shape: [1, count - 1, width]
            )
        }
    }

    /// Makes `[1, rows, columns, width]` of a list of positions; those of class token and registers are added to them.
    private static func settlePositions(_ tensors: inout [String: Tensor]) {
        guard let table = tensors["pos_embed"], table.shape.rank == 3 else { return }
        func side(_ count: Int) -> Int? {
            let root = Int(Double(max(count, 0)).squareRoot())
            return root > 0 && root * root == count ? root : nil
        }
        let (count, width, values) = (table.shape[1], table.shape[2], table.floats)
        let tokens = ["cls_token", "reg_token"].compactMap { name in
            tensors[name].flatMap { $0.shape.rank == 3 ? (name: name, tensor: $0) : nil }
        }
        let prefix = tokens.map(\.tensor.shape[1]).reduce(0, +)
        var start = 0
        if side(count) == nil, side(count - prefix) != nil {
            for (name, tensor) in tokens {
                let own = values[start..<start + tensor.count]
                let sum = zip(tensor.floats, own).map { $0 + $1 }
                tensors[name] = Tensor.cast(sum, to: tensor.dtype, shape: tensor.shape)
                start += tensor.count
            }
        }
        guard width > 0, let rows = side((values.count - start) / width) else { return }
        tensors["pos_embed"] = Tensor.cast(
            Array(values[start...]),
            to: table.dtype,
            shape: [1, rows, rows, width]
        )
    }

    /// A convolution's weight as the matrix over patches with their channels last.
    private static func flattened(_ weight: Tensor) -> Tensor {
        let (outputs, channels, source) = (weight.shape[0], weight.shape[1], weight.floats)
        let area = weight.shape[2] * weight.shape[3]
        var values: [Float] = []
        values.reserveCapacity(source.count)
        for output in 0..<outputs {
            for place in 0..<area {
                for channel in 0..<channels {
                    values.append(source[(output * channels + channel) * area + place])
                }
            }
        }
        return Tensor.cast(values, to: weight.dtype, shape: [outputs, area * channels])
    }
}
