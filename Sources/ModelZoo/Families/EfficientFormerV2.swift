internal import Graph

// EfficientFormer-V2: inverted residuals in all stages, with attention over the maps of the last two.
//
// Paper: Rethinking Vision Transformers for MobileNet Size and Speed (https://arxiv.org/abs/2212.08059).
// Source: timm/models/efficientformer_v2.py (timm 1.0.31). No deviations. A size that makes other maps is refused: timm does
// not resample the attention's biases.

/// The numbers of an EfficientFormer-V2.
struct EfficientFormerV2: ModelConfiguration, Equatable {
    var depths: [Int]
    var widths: [Int]
    /// Hidden channels of each block of the last two stages over its width; of the others it is 4.
    var lateRatios: [[Int]]
    /// Blocks with attention at the end of each of the last two stages.
    var attentionDepth: Int

    private static let heads = 8
    /// The map of the stages with attention.
    private static let grids = [2: Extent(14), 3: Extent(7)]

    /// Emits stem, stages and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        var x = try b.scope("stem") { () throws(GraphError) in
            let y = try unit(b, b.input, "conv1", widths[0] / 2, kernel: 3, stride: 2, .gelu)
            return try unit(b, y, "conv2", widths[0], kernel: 3, stride: 2, .gelu)
        }
        for stage in depths.indices {
            x = try b.scope("stages.\(stage)") { () throws(GraphError) in
                try self.stage(b, x, stage, options)
            }
        }
        x = try b.batchNormalization(x, "norm")
        let embedding = try b.globalAveragePool(x)
        try b.averagedClassifiers(
            embedding,
            features: x,
            classCount: options.classCount,
            names: ["head", "head_dist"]
        ) { (name) throws(GraphError) in
            try b.linear(embedding, name, options.classCount)
        }
    }

    /// A convolution with bias, its normalisation and an activation.
    private func unit(
        _ b: GraphBuilder,
        _ x: Value,
        _ name: String,
        _ outputs: Int,
        kernel: Int = 1,
        stride: Int = 1,
        groups: Int = 1,
        _ activation: Activation? = nil
    ) throws(GraphError) -> Value {
        try b.convolutionBlock(
            x,
            name,
            outputs,
            kernel: Extent(kernel),
            stride: stride,
            groups: groups,
            hasBias: true,
            activation: activation
        )
    }

    private func stage(
        _ b: GraphBuilder,
        _ input: Value,
        _ stage: Int,
        _ options: BuildOptions
    ) throws(GraphError) -> Value {
        var x = input
        if stage > 0 {
            x = try b.scope("downsample") { () throws(GraphError) in
                let reduced = try unit(b, x, "conv", widths[stage], kernel: 3, stride: 2)
                guard stage == 3 else { return reduced }
                let mixed = try b.scope("attn") { () throws(GraphError) in try thinned(b, x, widths[stage]) }
                return try b.add(mixed, reduced)
            }
        }
        if let grid = Self.grids[stage], x.height != grid.height || x.width != grid.width {
            throw b.failure(
                "the checkpoint holds biases for a map of \(grid.height)x\(grid.width), which timm does not resample, and a "
                    + "picture of \(options.height)x\(options.width) has \(x.height)x\(x.width): use 224x224 pixels",
                code: .unsupportedConfiguration
            )
        }
        for index in 0..<depths[stage] {
            x = try b.scope("blocks.\(index)") { () throws(GraphError) in
                if stage >= 2, index >= depths[stage] - attentionDepth {
                    let mixed = try b.scope("token_mixer") { () throws(GraphError) in
                        try attention(b, x, isHalved: stage == 2)
                    }
                    x = try b.add(x, b.channelScale(mixed, "ls1.gamma"))
                }
                let hidden = (stage >= 2 ? lateRatios[stage - 2][index] : 4) * x.channels
                let refined = try b.scope("mlp") { () throws(GraphError) in
                    var y = try unit(b, x, "fc1", hidden, .gelu)
                    y = try unit(b, y, "mid", hidden, kernel: 3, groups: hidden, .gelu)
                    return try unit(b, y, "fc2", x.channels)
                }
                return try b.add(x, b.channelScale(refined, "ls2.gamma"))
            }
        }
        return x
    }

    /// Attention whose heads mix before and after the softmax; `isHalved` does it on a map of half the extents.
    private func attention(_ b: GraphBuilder, _ input: Value, isHalved: Bool) throws(GraphError) -> Value {
        let (keyWidth, valueWidth, heads) = (32, 128, Self.heads)
        let outputs = input.channels
        var x = input
        if isHalved { x = try unit(b, x, "stride_conv", outputs, kernel: 3, stride: 2, groups: outputs) }
        let grid = Extent(height: x.height, width: x.width)
        let query = try unit(b, x, "q", heads * keyWidth)
        let key = try unit(b, x, "k", heads * keyWidth)
        let value = try unit(b, x, "v", heads * valueWidth)
        let local = try unit(b, value, "v_local", heads * valueWidth, kernel: 3, groups: heads * valueWidth)
        let weights = try b.mapWeights(
            b.splitMapHeads(query, heads: heads, widths: [keyWidth])[0],
            b.splitMapHeads(key, heads: heads, widths: [keyWidth])[0],
            bias: b.distanceBias(grid: grid, heads: heads)
        ) { (scores) throws(GraphError) in
            try b.convolve(scores, "talking_head1", heads)
        }
        let values = try b.splitMapHeads(value, heads: heads, widths: [valueWidth])[0]
        let mixed = try b.mapMean(values, weights: b.convolve(weights, "talking_head2", heads), grid)
        var y = try b.add(mixed, local)
        if isHalved {
            let filter = PositionFilter(mode: .bilinear, antialiases: false)
            y = try b.resample(y, to: Extent(height: 2 * grid.height, width: 2 * grid.width), filter: filter)
        }
        return try unit(b, b.activation(y, .gelu), "proj", outputs)
    }

    /// Attention of every second row's and column's query, to which a convolution adds what lies around.
    private func thinned(_ b: GraphBuilder, _ x: Value, _ outputs: Int) throws(GraphError) -> Value {
        let (keyWidth, valueWidth, heads) = (16, 64, Self.heads)
        let query = try b.scope("q") { () throws(GraphError) in
            let local = try b.convolve(x, "local", x.channels, kernel: 3, stride: 2, groups: x.channels)
            let places = try b.averagePool(x, kernel: 1, stride: 2)
            return try unit(b, b.add(local, places), "proj", heads * keyWidth)
        }
        let key = try unit(b, x, "k", heads * keyWidth)
        let value = try unit(b, x, "v", heads * valueWidth)
        let local = try unit(
            b,
            value,
            "v_local",
            heads * valueWidth,
            kernel: 3,
            stride: 2,
            groups: heads * valueWidth
        )
        let weights = try b.mapWeights(
            b.splitMapHeads(query, heads: heads, widths: [keyWidth])[0],
            b.splitMapHeads(key, heads: heads, widths: [keyWidth])[0],
            bias: b.distanceBias(grid: Extent(height: x.height, width: x.width), heads: heads, stride: 2)
        )
        let values = try b.splitMapHeads(value, heads: heads, widths: [valueWidth])[0]
        let mixed = try b.mapMean(values, weights: weights, Extent(height: query.height, width: query.width))
        return try unit(b, b.activation(b.add(mixed, local), .gelu), "proj", outputs)
    }
}

extension ModelFamily {
    /// The architectures of timm/models/efficientformer_v2.py, in its order.
    static let efficientFormerV2 = ModelFamily(
        name: "efficientformer_v2",
        variants: [
            ModelVariant(
                "efficientformerv2_s0",
                EfficientFormerV2(
                    depths: [2, 2, 6, 4],
                    widths: [32, 48, 96, 176],
                    lateRatios: [[4, 3, 3, 3, 4, 4], [4, 3, 3, 4]],
                    attentionDepth: 2
                )
            ),
            ModelVariant(
                "efficientformerv2_s1",
                EfficientFormerV2(
                    depths: [3, 3, 9, 6],
                    widths: [32, 48, 120, 224],
                    lateRatios: [[4, 4, 3, 3, 3, 3, 4, 4, 4], [4, 4, 3, 3, 4, 4]],
                    attentionDepth: 2
                )
            ),
            ModelVariant(
                "efficientformerv2_s2",
                EfficientFormerV2(
                    depths: [4, 4, 12, 8],
                    widths: [32, 64, 144, 288],
                    lateRatios: [[4, 4, 3, 3, 3, 3, 3, 3, 4, 4, 4, 4], [4, 4, 3, 3, 3, 3, 4, 4]],
                    attentionDepth: 4
                )
            ),
            ModelVariant(
                "efficientformerv2_l",
                EfficientFormerV2(
                    depths: [5, 5, 15, 10],
                    widths: [40, 80, 192, 384],
                    lateRatios: [
                        [4, 4, 4, 4, 3, 3, 3, 3, 3, 3, 3, 4, 4, 4, 4], [4, 4, 4, 3, 3, 3, 3, 4, 4, 4],
                    ],
                    attentionDepth: 6
                )
            ),
        ]
    )
}
