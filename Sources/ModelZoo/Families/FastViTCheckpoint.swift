internal import Tensors

/// The names of the checkpoints of FastViT (https://github.com/apple/ml-fastvit), MobileCLIP and OpenCLIP as timm's.
///
/// Source: timm/models/fastvit.py, `checkpoint_filter_fn`.
enum FastViTCheckpoint {
    private static let clipPrefix = "module.visual.trunk."
    private static let mobileClipPrefix = "image_encoder.model."

    /// Names that changed in timm.
    private static let layers = [
        ("patch_embed", "stem"), ("rbr_conv", "conv_kxk"), ("rbr_scale", "conv_scale"),
        ("rbr_skip", "identity"),
        ("conv_exp", "final_conv"), ("lkb_origin", "large_conv"), ("convffn", "mlp"), ("se.reduce", "se.fc1"),
        ("se.expand", "se.fc2"),
    ]

    /// Renames the tensors of a foreign checkpoint; MobileCLIP's projection becomes the classifier.
    static func remap(_ tensors: inout [String: Tensor]) throws(ModelZooError) {
        let first = "stem.0.conv_kxk.0.conv.weight"
        guard tensors[first] == nil else { return }
        guard tensors[clipPrefix + first] == nil else {
            return TensorNames.keep(prefix: clipPrefix, of: &tensors)
        }
        if tensors[mobileClipPrefix + "patch_embed.0.rbr_conv.0.conv.weight"] != nil {
            TensorNames.keep(prefix: mobileClipPrefix, of: &tensors)
        }
        moveProjection(&tensors)
        let ends = stageEnds(tensors.keys)
        try TensorNames.rename(&tensors) { name in
            var renamed = TensorNames.replacing(name, layers)
            renamed = TensorNames.replacingPatterns(
                renamed,
                [(#"layer_scale_([0-9])"#, "layer_scale_$1.gamma"), (#"layer_scale$"#, "layer_scale.gamma")]
            )
            renamed = TensorNames.replacing(renamed, [("dist_head", "head_dist")])
            if renamed.hasPrefix("head."), !renamed.hasPrefix("head.fc.") {
                renamed = TensorNames.replacing(renamed, [("head.", "head.fc.")])
            }
            return inStages(renamed, ends: ends)
        }
    }

    /// `head.proj` `[features, classes]` as a linear layer without a bias, whose zeros are written out.
    private static func moveProjection(_ tensors: inout [String: Tensor]) {
        guard let projection = tensors["head.proj"], projection.dtype.isFloatingPoint,
            projection.shape.dimensions.count == 2
        else { return }
        let (inputs, outputs) = (projection.shape.dimensions[0], projection.shape.dimensions[1])
        let values = projection.floats
        var turned = [Float](repeating: 0, count: values.count)
        for row in 0..<inputs {
            for column in 0..<outputs { turned[column * inputs + row] = values[row * outputs + column] }
        }
        tensors["head.proj"] = nil
        tensors["head.fc.weight"] = Tensor.cast(
            turned,
            to: projection.dtype,
            shape: Shape([outputs, inputs])
        )
        tensors["head.fc.bias"] = Tensor.cast(
            [Float](repeating: 0, count: outputs),
            to: projection.dtype,
            shape: Shape([outputs])
        )
    }

    /// The places in the flat list where a map is halved: `network.2.proj`.
    private static func stageEnds(_ names: some Sequence<String>) -> [Int] {
        let places = names.compactMap { name -> Int? in
            let parts = name.split(separator: ".")
            guard let list = parts.firstIndex(of: "network"), parts.count > list + 2,
                parts[list + 2] == "proj"
            else { return nil }
            return Int(parts[list + 1])
        }
        return Set(places).sorted()
    }

    /// `network.3.0.mlp...` as `stages.1.blocks.0.mlp...`.
    private static func inStages(_ name: String, ends: [Int]) -> String {
        var parts = name.split(separator: ".").map(String.init)
        guard parts.first == "network", parts.count > 2, let place = Int(parts[1]) else { return name }
        let stage = String(ends.count { $0 <= place })
        switch parts[2] {
        case "proj": parts.replaceSubrange(0..<3, with: ["stages", stage, "downsample", "proj"])
        case "pe": parts.replaceSubrange(0..<3, with: ["stages", stage, "pos_emb", "pos_enc"])
        default: parts.replaceSubrange(0..<2, with: ["stages", stage, "blocks"])
        }
        return parts.joined(separator: ".")
    }
}
