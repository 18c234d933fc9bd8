internal import Graph
internal import Tensors

// CoaT: co-scale transformers of factorised attention, whose positions come from depthwise convolutions; in the models
// that are not lite, the last three scales exchange their maps in blocks side by side.
//
// Paper: Co-Scale Conv-Attentional Image Transformers (https://arxiv.org/abs/2104.06399).
// Source: timm/models/coat.py (timm 1.0.31). No deviations. Layers that several blocks share stand in timm's state dict
// under the name of each; the last of them is read, since its values are those that PyTorch's loading leaves.

/// The numbers of a CoaT.
struct CoaT: ModelConfiguration, Equatable {
    var widths: [Int]
    var depths = [2, 2, 2, 2]
    /// Blocks side by side after the others.
    var parallelDepth = 0
    var ratios = [4, 4, 4, 4]

    static let heads = 8
    /// Extent of a depthwise convolution over values, and how many heads it serves.
    static let convolutions = [(kernel: 3, heads: 2), (kernel: 5, heads: 3), (kernel: 7, heads: 3)]

    /// Emits stages, blocks side by side and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        let layers = CoaTLayers(builder: b, model: self)
        var map = b.input
        var scales: [CoaTLayers.Scale] = []
        for stage in depths.indices {
            let scale = try layers.serial(map, stage)
            scales.append(scale)
            if stage < depths.count - 1 { map = try layers.map(scale.tokens, scale.extent) }
        }
        if parallelDepth > 0 {
            try requireDivisible(b, scales[1].extent)
            for index in 0..<parallelDepth { try layers.parallel(&scales, index) }
        }
        var normal: [Value] = []
        for stage in (parallelDepth > 0 ? 1 : 3)..<4 {
            normal.append(try b.layerNormalization(scales[stage].tokens, "norm\(stage + 1)"))
        }
        let features = normal[normal.count - 1]
        try b.linearClassifier(
            features: features,
            embedding: parallelDepth > 0 ? aggregated(b, normal) : b.token(of: features, at: 0),
            classCount: options.classCount,
            name: "head"
        )
    }

    /// Maps are doubled and halved twice, and what comes out has to fit the others.
    private func requireDivisible(_ b: GraphBuilder, _ extent: Extent) throws(GraphError) {
        guard extent.height % 4 == 0, extent.width % 4 == 0 else {
            throw b.failure(
                "the second scale's map of \(extent.height)x\(extent.width) cannot be halved twice, so that the scales do "
                    + "not fit each other: use a height and width that are multiples of 32",
                code: .unsupportedConfiguration
            )
        }
    }

    /// The class tokens of the scales, weighed: `[N, width]`.
    private func aggregated(_ b: GraphBuilder, _ scales: [Value]) throws(GraphError) -> Value {
        var tokens: [Value] = []
        for scale in scales { tokens.append(try b.slice(scale, axis: 1, 0, 1)) }
        return try b.scope("aggregate") { () throws(GraphError) in
            let weights = try b.reshapeStatic(b.parameter("weight", [1, 3, 1]), [3, 1])
            let weighed = try b.multiply(b.concatenate(tokens, axis: 1), weights)
            let sum = try b.append(.reduction(.sum, axes: [1], keepsAxes: false), [weighed])
            return try b.add(sum, b.parameter("bias", [1]))
        }
    }

    /// Leaves out the normalisations of the paper's checkpoints that the forward pass does not read.
    ///
    /// Source: `checkpoint_filter_fn`.
    func remapCheckpoint(_ tensors: inout [String: Tensor]) throws(ModelZooError) {
        let unread = parallelDepth > 0 ? ["norm1"] : ["norm1", "norm2", "norm3", "aggregate"]
        tensors = tensors.filter { name, _ in !unread.contains { name.hasPrefix($0) } }
    }
}

extension ModelFamily {
    /// The architectures of timm/models/coat.py, in its order.
    static let coaT = ModelFamily(
        name: "coat",
        variants: [
            ModelVariant("coat_tiny", CoaT(widths: [152, 152, 152, 152], parallelDepth: 6)),
            ModelVariant("coat_mini", CoaT(widths: [152, 216, 216, 216], parallelDepth: 6)),
            ModelVariant("coat_small", CoaT(widths: [152, 320, 320, 320], parallelDepth: 6)),
            ModelVariant("coat_lite_tiny", CoaT(widths: [64, 128, 256, 320], ratios: [8, 8, 4, 4])),
            ModelVariant("coat_lite_mini", CoaT(widths: [64, 128, 320, 512], ratios: [8, 8, 4, 4])),
            ModelVariant(
                "coat_lite_small",
                CoaT(widths: [64, 128, 320, 512], depths: [3, 4, 6, 3], ratios: [8, 8, 4, 4])
            ),
            ModelVariant("coat_lite_medium", CoaT(widths: [128, 256, 320, 512], depths: [3, 6, 10, 8])),
            ModelVariant("coat_lite_medium_384", CoaT(widths: [128, 256, 320, 512], depths: [3, 6, 10, 8])),
        ]
    )
}
