internal import Graph

// NASNet-A: cells of searched operations on the two maps before, in TensorFlow's weights.
//
// Paper: Learning Transferable Architectures for Scalable Image Recognition
// (https://arxiv.org/abs/1707.07012).
// Source: timm/models/nasnet.py (timm 1.0.31). No deviations.

/// NASNet-A (6 @ 4032).
struct NASNet: ModelConfiguration, Equatable {
    /// Width of an operation in the first stage.
    private static let width = 168
    /// Cells between reductions.
    private static let depth = 6

    /// Emits stem, cells and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        let layers = SearchedCellLayers(builder: b)
        let stem = try layers.stem(b.input, "conv0")
        var previous = try b.scope("cell_stem_0") { () throws(GraphError) in
            try reduction(layers, layers.pointwise(stem, "conv_1x1", Self.width / 4), stem)
        }
        var x = try b.scope("cell_stem_1") { () throws(GraphError) in
            try reduction(
                layers,
                layers.pointwise(previous, "conv_1x1", Self.width / 2),
                layers.reduced(stem, Self.width / 2)
            )
        }
        for index in 0..<3 * Self.depth {
            let stage = index / Self.depth
            let width = Self.width << stage
            let isFirst = index % Self.depth == 0
            if isFirst, stage > 0 {
                x = try b.scope("reduction_cell_\(stage - 1)") { () throws(GraphError) in
                    try reduction(
                        layers,
                        layers.pointwise(x, "conv_1x1", width),
                        layers.pointwise(previous, "conv_prev_1x1", width)
                    )
                }
            }
            let next = try b.scope("cell_\(index)") { () throws(GraphError) in
                try normal(
                    layers,
                    layers.pointwise(x, "conv_1x1", width),
                    isFirst
                        ? layers.reduced(previous, width)
                        : layers.pointwise(previous, "conv_prev_1x1", width)
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

    /// Source: `FirstCell` and `NormalCell`.
    private func normal(_ layers: SearchedCellLayers, _ x: Value, _ previous: Value) throws(GraphError)
        -> Value
    {
        let b = layers.builder
        let width = x.channels
        let sums = [
            try b.add(
                layers.separable(x, "comb_iter_0_left", width, kernel: 5),
                layers.separable(previous, "comb_iter_0_right", width, kernel: 3)
            ),
            try b.add(
                layers.separable(previous, "comb_iter_1_left", width, kernel: 5),
                layers.separable(previous, "comb_iter_1_right", width, kernel: 3)
            ),
            try b.add(layers.average(x), previous),
            // The same means twice.
            try b.affine(layers.average(previous), 2),
            try b.add(layers.separable(x, "comb_iter_4_left", width, kernel: 3), x),
        ]
        return try b.joined([previous] + sums)
    }

    /// Source: `CellStem0`, `CellStem1`, `ReductionCell0` and `ReductionCell1`.
    private func reduction(_ layers: SearchedCellLayers, _ x: Value, _ previous: Value) throws(GraphError)
        -> Value
    {
        let b = layers.builder
        let width = x.channels
        let largest = try layers.maximum(x, stride: 2)
        let first = try b.add(
            layers.separable(x, "comb_iter_0_left", width, kernel: 5, stride: 2),
            layers.separable(previous, "comb_iter_0_right", width, kernel: 7, stride: 2)
        )
        let second = try b.add(
            largest,
            layers.separable(previous, "comb_iter_1_right", width, kernel: 7, stride: 2)
        )
        return try b.joined([
            second,
            b.add(
                layers.average(x, stride: 2),
                layers.separable(previous, "comb_iter_2_right", width, kernel: 5, stride: 2)
            ),
            b.add(layers.average(first), second),
            b.add(layers.separable(first, "comb_iter_4_left", width, kernel: 3), largest),
        ])
    }
}

extension ModelFamily {
    /// The architecture of timm/models/nasnet.py.
    static let nasNet = ModelFamily(name: "nasnet", variants: [ModelVariant("nasnetalarge", NASNet())])
}
