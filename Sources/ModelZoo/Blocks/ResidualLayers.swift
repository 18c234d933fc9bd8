internal import Graph

/// The layers of a ``ResNet`` under its configuration.
struct ResidualLayers {
    let builder: GraphBuilder
    let model: ResNet
    let pruned: PrunedWidths

    /// Where a block stands.
    struct Place {
        var kind: ResNet.Block
        /// The stage's width before expansion.
        var width: Int
        var stride: Int
        /// Whether its input is brought to the shape of its result.
        var hasShortcut: Bool
    }

    /// Emits stem, stages of what `block` makes of each place, and head.
    func network(
        classCount: Int,
        _ block: (Value, Place) throws(GraphError) -> Value
    ) throws(GraphError) {
        let x = try stages(block)
        try builder.averagedClassifier(x, classCount: classCount, name: "fc")
    }

    /// Emits stem and stages.
    func stages(_ block: (Value, Place) throws(GraphError) -> Value) throws(GraphError) -> Value {
        let b = builder
        var x = try stem(b.input)
        var planned = model.stemChannels
        for (stage, kind) in model.blocks.enumerated() {
            let outputs = model.widths[stage] * kind.expansion
            for index in 0..<model.depths[stage] {
                let stride = stage > 0 && index == 0 ? 2 : 1
                let place = Place(
                    kind: kind,
                    width: model.widths[stage],
                    stride: stride,
                    hasShortcut: index == 0 && (stride != 1 || planned != outputs)
                )
                x = try b.scope("layer\(stage + 1).\(index)") { () throws(GraphError) in
                    try block(x, place)
                }
                planned = outputs
            }
        }
        return x
    }

    /// Adds the input of a block to what it made of it, and activates.
    func closed(_ y: Value, _ x: Value, _ place: Place) throws(GraphError) -> Value {
        let outputs = place.width * place.kind.expansion
        let shortcut = place.hasShortcut ? try self.shortcut(x, outputs, stride: place.stride) : x
        return try builder.activation(builder.add(y, shortcut), .relu)
    }

    /// The stem: `[N, C, H, W]` to a quarter of the extents.
    func stem(_ input: Value) throws(GraphError) -> Value {
        let b = builder
        var x = try b.scope("conv1") { () throws(GraphError) in try stemConvolutions(input) }
        x = try normalization(x, "bn1", .relu)
        guard model.pool == .convolution else { return try stemPool(x) }
        return try b.scope("maxpool") { () throws(GraphError) in
            // A blur takes a place of its own in timm's sequence, so the names behind it move on.
            guard let antiAliasing = model.antiAliasing else {
                let y = try convolution(x, "0", x.channels, kernel: 3, stride: 2)
                return try normalization(y, "1", .relu)
            }
            let y = try convolution(x, "0", x.channels, kernel: 3)
            return try normalization(b.antiAliased(y, antiAliasing), "2", .relu)
        }
    }

    private func stemConvolutions(_ input: Value) throws(GraphError) -> Value {
        let (first, second): (Int, Int)
        switch model.layout.stem {
        case .plain:
            let width = pruned.width(at: builder.currentPath, planned: 64)
            let shape = Convolution(outputChannels: width, kernel: 7, stride: 2, padding: Edges(3))
            return try builder.convolution(input, shape)
        case .deep(let width): (first, second) = (width, width)
        case .tiered(let width): (first, second) = (width / 4 * 3, width)
        }
        var x = try convolution(input, "0", first, kernel: 3, stride: 2)
        x = try normalization(x, "1", .relu)
        x = try convolution(x, "3", second, kernel: 3)
        x = try normalization(x, "4", .relu)
        return try convolution(x, "6", second * 2, kernel: 3)
    }

    private func stemPool(_ x: Value) throws(GraphError) -> Value {
        func maximum(stride: Extent) -> Pooling {
            Pooling(kind: .maximum, kernel: 3, stride: stride, padding: Edges(1))
        }
        switch model.antiAliasing {
        case nil: return try builder.pool(x, maximum(stride: 2))
        case .average: return try builder.antiAliased(x, .average)
        case .some(let blur): return try builder.antiAliased(builder.pool(x, maximum(stride: 1)), blur)
        }
    }

    /// A residual block at the current path.
    func block(_ x: Value, _ place: Place) throws(GraphError) -> Value {
        let (width, stride) = (place.width, place.stride)
        let outputs = width * place.kind.expansion
        var y: Value
        switch place.kind {
        case .basic:
            y = try convolution(x, "conv1", width / model.firstReduction, kernel: 3, blurredStride: stride)
            y = try normalization(y, "bn1", .relu)
            y = try blurred(y, stride: stride)
            y = try convolution(y, "conv2", outputs, kernel: 3)
            y = try normalization(y, "bn2", nil)
        case .bottleneck:
            let inner = Int(Double(width) * (Double(model.baseWidth) / 64)) * model.cardinality
            y = try convolution(x, "conv1", inner / model.firstReduction, kernel: 1)
            y = try normalization(y, "bn1", .relu)
            y = try convolution(
                y,
                "conv2",
                inner,
                kernel: 3,
                blurredStride: stride,
                groups: model.cardinality
            )
            y = try normalization(y, "bn2", .relu)
            y = try blurred(y, stride: stride)
            y = try convolution(y, "conv3", outputs, kernel: 1)
            y = try normalization(y, "bn3", nil)
        }
        if let attention = model.attention {
            y = try builder.scope("se") { () throws(GraphError) in
                try builder.channelAttention(y, attention, plannedChannels: outputs)
            }
        }
        return try closed(y, x, place)
    }

    private func shortcut(_ x: Value, _ outputs: Int, stride: Int) throws(GraphError) -> Value {
        try builder.scope("downsample") { () throws(GraphError) in
            switch model.layout.shortcut {
            case .convolution(let kernel):
                let extent = stride == 1 ? 1 : kernel
                let y = try convolution(x, "0", outputs, kernel: extent, stride: stride)
                return try normalization(y, "1", nil)
            case .average:
                // ceil_mode, and the pixels beyond the edge do not count.
                let window = Pooling(
                    kind: .average(countsPadding: false),
                    kernel: 2,
                    stride: Extent(stride),
                    roundsUp: true
                )
                let pooled = stride == 1 ? x : try builder.pool(x, window)
                let y = try convolution(pooled, "1", outputs, kernel: 1)
                return try normalization(y, "2", nil)
            }
        }
    }

    private func blurred(_ x: Value, stride: Int) throws(GraphError) -> Value {
        guard let antiAliasing = model.antiAliasing, stride == 2 else { return x }
        return try builder.antiAliased(x, antiAliasing, stride: stride)
    }

    /// A convolution without bias called `name`; `blurredStride` is left to the anti-aliasing where there is one.
    private func convolution(
        _ x: Value,
        _ name: String,
        _ outputs: Int,
        kernel: Int,
        stride: Int = 1,
        blurredStride: Int = 1,
        groups: Int = 1
    ) throws(GraphError) -> Value {
        try builder.scope(name) { () throws(GraphError) in
            let stride = stride * (model.antiAliasing == nil ? blurredStride : 1)
            let shape = Convolution(
                outputChannels: pruned.width(at: builder.currentPath, planned: outputs),
                kernel: Extent(kernel),
                stride: Extent(stride),
                padding: PaddingRule.symmetric.edges(
                    height: x.height,
                    width: x.width,
                    kernel: kernel,
                    stride: stride
                ),
                groups: groups
            )
            return try builder.convolution(x, shape)
        }
    }

    private func normalization(
        _ x: Value,
        _ name: String,
        _ activation: Activation?
    ) throws(GraphError) -> Value {
        try builder.scope(name) { () throws(GraphError) in
            try builder.normalization(x, model.normalization, activation)
        }
    }
}
