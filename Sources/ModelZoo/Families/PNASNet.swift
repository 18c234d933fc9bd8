internal import Graph

// PNASNet-5: cells of progressively searched operations on the two maps before, in TensorFlow's weights.
//
// Paper: Progressive Neural Architecture Search (https://arxiv.org/abs/1712.00559).
// Source: timm/models/pnasnet.py (timm 1.0.31). No deviations.

/// PNASNet-5 (4 @ 4320).
struct PNASNet: ModelConfiguration, Equatable {
    /// Width of an operation in the first stage.
    private static let width = 216
    /// Cells of a stage.
    private static let depth = 4

    /// Emits stem, cells and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        let layers = SearchedCellLayers(builder: b)
        let stem = try layers.stem(b.input, "conv_0")
        var previous = try b.scope("cell_stem_0") { () throws(GraphError) in
            let width = Self.width / 4
            let x = try layers.pointwise(stem, "conv_1x1", width)
            let largest = try b.scope("comb_iter_0_right") { () throws(GraphError) in
                let y = try b.convolution(layers.maximum(stem, stride: 2), "conv", width)
                return try layers.normalized(y, "bn")
            }
            return try combined(layers, stem, x, largest: largest, stride: 2)
        }
        var x = try b.scope("cell_stem_1") { () throws(GraphError) in
            try cell(layers, stem, previous, Self.width / 2, isReducing: true, isHalved: true)
        }
        for index in 0..<3 * Self.depth {
            let (stage, position) = index.quotientAndRemainder(dividingBy: Self.depth)
            let next = try b.scope("cell_\(index)") { () throws(GraphError) in
                try cell(
                    layers,
                    previous,
                    x,
                    Self.width << stage,
                    isReducing: stage > 0 && position == 0,
                    isHalved: position == (stage > 0 ? 1 : 0)
                )
            }
            (previous, x) = (x, next)
        }
        try b.averagedClassifier(
            b.activation(x, .relu),
            classCount: options.classCount,
            name: "last_linear"
        )
    }

    /// A cell; `isHalved` brings the earlier map to the later one's extent.
    ///
    /// Source: `Cell`.
    private func cell(
        _ layers: SearchedCellLayers,
        _ previous: Value,
        _ x: Value,
        _ width: Int,
        isReducing: Bool,
        isHalved: Bool
    ) throws(GraphError) -> Value {
        let stride = isReducing ? 2 : 1
        let left =
            isHalved
            ? try layers.builder.scope("conv_prev_1x1") { () throws(GraphError) in
                try layers.reduced(previous, width)
            }
            : try layers.pointwise(previous, "conv_prev_1x1", width)
        return try combined(
            layers,
            left,
            layers.pointwise(x, "conv_1x1", width),
            largest: layers.maximum(left, stride: stride),
            stride: stride
        )
    }

    /// The five sums of a cell, side by side; `largest` is what the first sum takes of the earlier map's
    /// maxima.
    ///
    /// Source: `CellBase`.
    private func combined(
        _ layers: SearchedCellLayers,
        _ previous: Value,
        _ x: Value,
        largest: Value,
        stride: Int
    ) throws(GraphError) -> Value {
        let b = layers.builder
        let width = x.channels
        let maxima = try layers.maximum(x, stride: stride)
        let third = try b.add(
            layers.separable(x, "comb_iter_2_left", width, kernel: 5, stride: stride),
            layers.separable(x, "comb_iter_2_right", width, kernel: 3, stride: stride)
        )
        return try b.joined([
            b.add(
                layers.separable(previous, "comb_iter_0_left", width, kernel: 5, stride: stride),
                largest
            ),
            b.add(
                layers.separable(x, "comb_iter_1_left", width, kernel: 7, stride: stride),
                maxima
            ),
            third,
            b.add(layers.separable(third, "comb_iter_3_left", width, kernel: 3), maxima),
            b.add(
                layers.separable(previous, "comb_iter_4_left", width, kernel: 3, stride: stride),
                stride > 1 ? layers.pointwise(x, "comb_iter_4_right", width, stride: stride) : x
            ),
        ])
    }
}

extension ModelFamily {
    /// The architecture of timm/models/pnasnet.py.
    static let pnasNet = ModelFamily(name: "pnasnet", variants: [ModelVariant("pnasnet5large", PNASNet())])
}
