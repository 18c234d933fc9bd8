internal import Tensors

/// The names of the Swin papers' checkpoints.
enum SwinCheckpoint {
    /// Leaves tensors out whose names contain a part of `dropped`, and moves each stage's downsampling to the next stage,
    /// where timm has it, if the checkpoint is an old one.
    static func remap(
        _ tensors: inout [String: Tensor],
        dropping dropped: [String]
    ) throws(ModelZooError) {
        let isOld =
            tensors["layers.0.downsample.reduction.weight"] != nil || tensors["head.fc.weight"] == nil
        let movesStages = tensors.keys.contains { $0.hasPrefix("layers.0.downsample.") }
        try TensorNames.rename(&tensors) { name in
            if dropped.contains(where: { name.contains($0) }) { return nil }
            guard isOld else { return name }
            var parts = name.split(separator: ".").map(String.init)
            if movesStages, parts.count > 3, parts[0] == "layers", parts[2] == "downsample",
                let stage = Int(parts[1])
            {
                parts[1] = String(stage + 1)
            }
            if parts.first == "head", parts.count == 2 { parts.insert("fc", at: 1) }
            return parts.joined(separator: ".")
        }
    }
}
