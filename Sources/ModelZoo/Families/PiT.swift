internal import Graph
internal import Tensors

// PiT: a vision transformer whose map shrinks between its stages.
//
// Paper: Rethinking Spatial Dimensions of Vision Transformers (https://arxiv.org/abs/2103.16302).
// Source: timm/models/pit.py (timm 1.0.31). No deviations. Another size is refused: timm does not resample this family's
// positions.

/// The numbers of a PiT.
struct PiT: ModelConfiguration, Equatable {
    var patch: Int
    var stride: Int
    /// Features of a head.
    var headWidth: Int
    var depths: [Int]
    /// Heads of each stage.
    var heads: [Int]
    var isDistilled = false

    private static let size = 224

    /// Emits patches, stages and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        let width = headWidth * heads[0]
        let extent = (Self.size - patch) / stride + 1
        var map = try b.convolve(
            b.input,
            "patch_embed.conv",
            width,
            kernel: patch,
            stride: stride,
            padding: 0
        )
        guard map.height == extent, map.width == extent else {
            throw b.failure(
                "the checkpoint holds positions of \(extent)x\(extent) patches, which timm does not resample, and a picture "
                    + "of \(options.height)x\(options.width) has \(map.height)x\(map.width): use "
                    + "\(Self.size)x\(Self.size) pixels",
                code: .unsupportedConfiguration
            )
        }
        map = try b.add(map, b.parameter("pos_embed", [1, width, extent, extent]))
        let count = isDistilled ? 2 : 1
        var tokens = try b.token("cls_token", count: count, width: width)
        for stage in depths.indices {
            (map, tokens) = try b.scope("transformers.\(stage)") { () throws(GraphError) in
                try self.stage(b, map, tokens, stage)
            }
        }
        tokens = try b.layerNormalization(tokens, "norm")
        let first = try b.token(of: tokens, at: 0)
        guard isDistilled else {
            return try b.linearClassifier(
                features: tokens,
                embedding: first,
                classCount: options.classCount,
                name: "head"
            )
        }
        try b.distilledClassifier(
            features: tokens,
            first,
            b.token(of: tokens, at: 1),
            classCount: options.classCount
        )
    }

    private func stage(
        _ b: GraphBuilder,
        _ input: Value,
        _ inputTokens: Value,
        _ stage: Int
    ) throws(GraphError) -> (Value, Value) {
        let width = headWidth * heads[stage]
        var (map, tokens) = (input, inputTokens)
        if stage > 0 {
            map = try b.convolve(
                map,
                "pool.conv",
                width,
                kernel: 3,
                stride: 2,
                padding: 1,
                groups: map.channels
            )
            tokens = try b.linear(tokens, "pool.fc", width)
        }
        let (height, columns, count) = (map.height, map.width, tokens.type.dimensions[0])
        var x = try b.concatenate([tokens, b.tokens(map)], axis: 1)
        let block = VisionTransformer(size: 0, patch: patch, width: width, depth: 1, heads: heads[stage])
        for index in 0..<depths[stage] {
            x = try b.scope("blocks.\(index)") { () throws(GraphError) in
                try VisionTransformerLayers(builder: b, model: block, index: index).standard(x)
            }
        }
        let patches = try b.slice(x, axis: 1, count, height * columns)
        return (try b.map(patches, height: height, width: columns), try b.slice(x, axis: 1, 0, count))
    }

    /// Brings the poolings of the paper's checkpoints to the stages that they open.
    ///
    /// Source: `checkpoint_filter_fn`.
    func remapCheckpoint(_ tensors: inout [String: Tensor]) throws(ModelZooError) {
        try TensorNames.rename(&tensors) { name in
            var parts = name.split(separator: ".").map(String.init)
            guard parts.first == "pools", parts.count > 2, let stage = Int(parts[1]) else { return name }
            parts.replaceSubrange(0..<2, with: ["transformers", String(stage + 1), "pool"])
            return parts.joined(separator: ".")
        }
    }
}
