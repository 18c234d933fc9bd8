internal import Foundation
internal import Graph
internal import Tensors

// ConvNeXt and ConvNeXt-V2: depthwise 7x7 convolutions and perceptrons in the order of a transformer's block.
//
// Papers: A ConvNet for the 2020s (https://arxiv.org/abs/2201.03545), ConvNeXt V2 (https://arxiv.org/abs/2301.00808).
// Source: timm/models/convnext.py (timm 1.0.31). Deviations: linear layers over the last axis are 1x1 convolutions of
// the same parameters, so that no map is turned; dilated outputs are for backbones and are left out.

/// The numbers of a ConvNeXt.
struct ConvNeXt: ModelConfiguration, Equatable {
    /// The layers before the first stage.
    enum Stem: Sendable, Equatable {
        /// Patches of 4x4.
        case patches
        /// Two 3x3 convolutions of stride 2.
        case overlapping
        /// The same, the first of half the width.
        case overlappingTiered
        /// Two 3x3 convolutions with an activation between.
        case overlappingActivated
    }

    var depths: [Int]
    var widths: [Int]
    /// Extents of the depthwise filters, a stage each.
    var kernels = [7, 7, 7, 7]
    var stem: Stem = .patches
    var activation: Activation = .gelu
    var normalization: TokenNormalization = .layer()
    var hasLayerScale = true
    /// Whether the perceptron's hidden channels compete (ConvNeXt-V2's GRN).
    var normalizesResponse = false
    /// Whether the checkpoint's perceptrons are 1x1 convolutions.
    var hasConvolutionalMLP = false
    /// Whether the last normalisation stands before the pooling.
    var normalizesBeforePooling = false
    /// Features of a layer before the classifier; 0 where there is none.
    var headFeatures = 0

    /// Emits stem, stages and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        var x = try b.scope("stem") { () throws(GraphError) in try stem(b) }
        for stage in widths.indices {
            x = try b.scope("stages.\(stage)") { () throws(GraphError) in try self.stage(b, x, stage) }
        }
        if normalizesBeforePooling {
            x = try b.normalization(x, "norm_pre", normalization, axis: 1)
        }
        var embedding = try b.globalAveragePool(x)
        if !normalizesBeforePooling { embedding = try b.normalization(embedding, "head.norm", normalization) }
        if headFeatures > 0 {
            embedding = try b.activation(b.linear(embedding, "head.pre_logits.fc", headFeatures), .gelu)
        }
        try b.linearClassifier(
            features: x,
            embedding: embedding,
            classCount: options.classCount,
            name: "head.fc"
        )
    }

    private func stem(_ b: GraphBuilder) throws(GraphError) -> Value {
        let width = widths[0]
        guard stem != .patches else {
            let x = try b.convolve(b.input, "0", width, kernel: 4, stride: 4, padding: 0)
            return try b.normalization(x, "1", normalization, axis: 1)
        }
        let first =
            stem == .overlappingTiered ? ChannelRounding.divisible(Double(width / 2), limit: 0.9) : width
        var x = try b.convolve(b.input, "0", first, kernel: 3, stride: 2, padding: 1)
        // An activation takes a place of its own in timm's sequence, so the names behind it move on.
        let isActivated = stem == .overlappingActivated
        if isActivated { x = try b.activation(x, activation) }
        x = try b.convolve(x, isActivated ? "2" : "1", width, kernel: 3, stride: 2, padding: 1)
        return try b.normalization(x, isActivated ? "3" : "2", normalization, axis: 1)
    }

    private func stage(_ b: GraphBuilder, _ input: Value, _ stage: Int) throws(GraphError) -> Value {
        var x = input
        if stage > 0 {
            x = try b.normalization(x, "downsample.0", normalization, axis: 1)
            x = try b.convolve(x, "downsample.1", widths[stage], kernel: 2, stride: 2, padding: 0)
        }
        for index in 0..<depths[stage] {
            x = try b.scope("blocks.\(index)") { () throws(GraphError) in try block(b, x, kernels[stage]) }
        }
        return x
    }

    private func block(_ b: GraphBuilder, _ x: Value, _ kernel: Int) throws(GraphError) -> Value {
        let width = x.channels
        var y = try b.convolve(x, "conv_dw", width, kernel: kernel, groups: width)
        y = try b.normalization(y, "norm", normalization, axis: 1)
        y = try b.scope("mlp") { () throws(GraphError) in
            var hidden = try b.activation(dense(b, y, "fc1", 4 * width), activation)
            if normalizesResponse {
                hidden = try b.scope("grn") { () throws(GraphError) in
                    try b.globalResponseNormalization(hidden)
                }
            }
            return try dense(b, hidden, "fc2", width)
        }
        if hasLayerScale { y = try b.channelScale(y, "gamma") }
        return try b.add(y, x)
    }

    private func dense(
        _ b: GraphBuilder,
        _ x: Value,
        _ name: String,
        _ outputs: Int
    ) throws(GraphError) -> Value {
        hasConvolutionalMLP ? try b.convolve(x, name, outputs) : try b.pointwise(x, name, outputs)
    }

    /// Brings the names of the papers' and of OpenCLIP's checkpoints to timm's.
    ///
    /// Source: `checkpoint_filter_fn`.
    func remapCheckpoint(_ tensors: inout [String: Tensor]) throws(ModelZooError) {
        guard tensors["head.norm.weight"] == nil, tensors["norm_pre.weight"] == nil else { return }
        if tensors["visual.trunk.stem.0.weight"] != nil {
            try TensorNames.rename(&tensors) { name in
                if name.hasPrefix("visual.trunk.") { return String(name.dropFirst("visual.trunk.".count)) }
                switch name {
                case "visual.head.proj.weight", "visual.head.mlp.fc2.weight": return "head.fc.weight"
                case "visual.head.mlp.fc1.weight": return "head.pre_logits.fc.weight"
                case "visual.head.mlp.fc1.bias": return "head.pre_logits.fc.bias"
                default: return nil
                }
            }
            if let weight = tensors["head.fc.weight"], tensors["head.fc.bias"] == nil, weight.shape.rank > 0 {
                let count = weight.shape[0]
                let zeros = [Float](repeating: 0, count: count)
                tensors["head.fc.bias"] = Tensor(shape: [count], values: zeros)
            }
            return
        }
        try TensorNames.rename(&tensors) { name in
            if name.hasPrefix("projectors.") || name.hasPrefix("norms.") { return nil }
            if name.hasPrefix("norm.") { return "head." + name }
            var renamed = name.replacingOccurrences(of: "downsample_layers.0.", with: "stem.")
            renamed = TensorNames.replacingPatterns(
                renamed,
                [
                    ("stages\\.([0-9]+)\\.([0-9]+)", "stages.$1.blocks.$2"),
                    ("downsample_layers\\.([0-9]+)\\.([0-9]+)", "stages.$1.downsample.$2"),
                ]
            )
            return TensorNames.replacing(
                renamed,
                [
                    ("dwconv", "conv_dw"), ("pwconv", "mlp.fc"), ("grn.beta", "mlp.grn.bias"),
                    ("grn.gamma", "mlp.grn.weight"), ("head.", "head.fc."),
                ]
            )
        }
        for (name, tensor) in tensors {
            if name.contains(".grn.") {
                tensors[name] = TensorNames.reshaped(tensor, [tensor.count])
            } else if hasConvolutionalMLP, tensor.shape.rank == 2, name.contains(".mlp.fc") {
                tensors[name] = tensor.reshaped(to: Shape(tensor.shape.dimensions + [1, 1]))
            }
        }
    }
}
