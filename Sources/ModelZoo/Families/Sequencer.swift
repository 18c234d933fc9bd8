internal import Graph
internal import Tensors

// Sequencer2D: a vision transformer's blocks with LSTMs along the columns and the rows in place of attention.
//
// Paper: Sequencer: Deep LSTM for Image Classification (https://arxiv.org/abs/2205.01972).
// Source: timm/models/sequencer.py (timm 1.0.31). No deviations.

/// The numbers of a Sequencer2D.
struct Sequencer: ModelConfiguration, Equatable {
    /// Blocks of each stage.
    var depths: [Int]

    /// Extents of the patches that each stage makes of the map before.
    private static let patches = [7, 2, 1, 1]
    private static let widths = [192, 384, 384, 384]
    /// Features of an LSTM's state.
    private static let states = [48, 96, 96, 96]

    /// Emits patches, stages and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        var x = try b.scope("stem") { () throws(GraphError) in
            try b.channelsLast(b.patchEmbedding(b.input, patch: Self.patches[0], width: Self.widths[0]))
        }
        for stage in depths.indices {
            x = try b.scope("stages.\(stage)") { () throws(GraphError) in try self.stage(b, x, stage) }
        }
        x = try b.layerNormalization(x, "norm")
        try b.linearClassifier(
            features: x,
            embedding: b.mean(x, axes: [1, 2]),
            classCount: options.classCount,
            name: "head.fc"
        )
    }

    /// `x` is `[N, H, W, C]`.
    private func stage(_ b: GraphBuilder, _ input: Value, _ stage: Int) throws(GraphError) -> Value {
        var x = input
        if stage > 0 {
            let (patch, width) = (Self.patches[stage], Self.widths[stage])
            let map = try b.channelsFirst(x)
            x = try b.channelsLast(
                b.convolve(map, "downsample.down", width, kernel: patch, stride: patch, padding: 0)
            )
        }
        for index in 0..<depths[stage] {
            x = try b.scope("blocks.\(index)") { () throws(GraphError) in
                let tokens = try b.layerNormalization(x, "norm1")
                let mixed = try b.scope("rnn_tokens") { () throws(GraphError) in try mix(b, tokens, stage) }
                let y = try b.add(x, mixed)
                let normal = try b.layerNormalization(y, "norm2")
                let refined = try b.scope("mlp_channels") { () throws(GraphError) in
                    try b.feedForward(normal, FeedForward(hidden: 3 * normal.features))
                }
                return try b.add(y, refined)
            }
        }
        return x
    }

    /// LSTMs down and up the columns and along the rows both ways, joined by a linear layer.
    ///
    /// Source: `LSTM2d`.
    private func mix(_ b: GraphBuilder, _ x: Value, _ stage: Int) throws(GraphError) -> Value {
        let (rows, columns) = (x.type.dimensions[0], x.type.dimensions[1])
        let state = Self.states[stage]
        let turned = try b.reshape(b.transpose(x, [0, 2, 1, 3]), [rows, x.features], batchFactor: columns)
        let vertical = try b.scope("rnn_v") { () throws(GraphError) in try bothWays(b, turned, state) }
        let columnsFirst = try b.reshape(vertical, [columns, rows, 2 * state], batchFactor: 1)
        let flat = try b.reshape(x, [columns, x.features], batchFactor: rows)
        let horizontal = try b.scope("rnn_h") { () throws(GraphError) in try bothWays(b, flat, state) }
        let joined = try b.concatenate(
            [
                b.transpose(columnsFirst, [0, 2, 1, 3]),
                b.reshape(horizontal, [rows, columns, 2 * state], batchFactor: 1),
            ],
            axis: 3
        )
        return try b.linear(joined, "fc", x.features)
    }

    /// A bidirectional LSTM of one layer at the current path.
    private func bothWays(_ b: GraphBuilder, _ x: Value, _ state: Int) throws(GraphError) -> Value {
        var outputs: [Value] = []
        for suffix in ["", "_reverse"] {
            let weight = try b.parameter("weight_ih_l0" + suffix, [4 * state, x.features])
            let recurrent = try b.parameter("weight_hh_l0" + suffix, [4 * state, state])
            let bias = try b.parameter("bias_ih_l0" + suffix, [4 * state])
            let recurrentBias = try b.parameter("bias_hh_l0" + suffix, [4 * state])
            let gates = try b.append(.linear, [x, weight, bias])
            outputs.append(
                try b.append(
                    .longShortTermMemory(isReversed: !suffix.isEmpty),
                    [gates, recurrent, recurrentBias]
                )
            )
        }
        return try b.concatenate(outputs, axis: 2)
    }

    /// Brings the names of the paper's checkpoints to timm's.
    ///
    /// Source: `checkpoint_filter_fn`.
    func remapCheckpoint(_ tensors: inout [String: Tensor]) throws(ModelZooError) {
        guard tensors["stages.0.blocks.0.norm1.weight"] == nil else { return }
        try TensorNames.rename(&tensors) { name in
            // In the paper's code a reduction ends the stage before.
            let reductions = depths.indices.map { stage in
                ("blocks.\(stage).[0-9]+.down", "stages.\(stage + 1).downsample.down")
            }
            let blocks = [("blocks.([0-9]+).([0-9]+)", "stages.$1.blocks.$2")]
            return TensorNames.replacingPatterns(name, reductions + blocks + [("head\\.", "head.fc.")])
        }
    }
}

extension ModelFamily {
    /// The architectures of timm/models/sequencer.py, in its order.
    static let sequencer = ModelFamily(
        name: "sequencer",
        variants: [
            ModelVariant("sequencer2d_s", Sequencer(depths: [4, 3, 8, 3])),
            ModelVariant("sequencer2d_m", Sequencer(depths: [4, 3, 14, 3])),
            ModelVariant("sequencer2d_l", Sequencer(depths: [8, 8, 16, 4])),
        ]
    )
}
