import Graph

extension NetCase {
    /// Nets of several layers: what is fused, folded, shared and planned.
    static let nets: [NetCase] = [
        NetCase("residual blocks", 3, 16, 16) { b, x throws(GraphError) in
            var y = try b.block("stem", x, 24, kernel: 3, stride: 2, activation: .relu)
            y = try b.residual("a", y, 24)
            y = try b.residual("b", y, 40)
            return try b.linear(try b.globalAveragePool(y), 10)
        },
        NetCase("pre-activation and shared values", 3, 12, 12) { b, x throws(GraphError) in
            let y = try b.block("stem", x, 20, kernel: 3, stride: 1, activation: nil)
            let normed = try b.scope("pre") { () throws(GraphError) in
                try b.activation(try b.batchNormalization(y), .relu)
            }
            let first = try b.block("a", normed, 20, kernel: 3, stride: 1, activation: nil)
            let second = try b.block("b", normed, 20, kernel: 1, stride: 1, activation: .silu)
            let sum = try b.add(try b.add(first, second), y)
            // The sum is read twice: no activation may be fused into it.
            return try b.multiply(sum, try b.activation(sum, .tanh))
        },
        NetCase("x + convolution(x)", 3, 9, 9) { b, x throws(GraphError) in
            let y = try b.block("stem", x, 16, kernel: 1, stride: 1, activation: .relu)
            let z = try b.block("a", y, 16, kernel: 3, stride: 1, activation: nil)
            return try b.activation(try b.add(y, z), .relu)
        },
        NetCase("mobile block with squeeze and excitation", 3, 14, 14) { b, x throws(GraphError) in
            var y = try b.block("stem", x, 16, kernel: 3, stride: 2, activation: .silu)
            let shortcut = y
            y = try b.block("expand", y, 72, kernel: 1, stride: 1, activation: .silu)
            y = try b.block("depthwise", y, 72, kernel: 5, stride: 1, groups: 72, activation: .silu)
            var gate = try b.globalAveragePool(y, keepsAxes: true)
            gate = try b.block("reduce", gate, 6, kernel: 1, stride: 1, activation: .silu)
            gate = try b.block("restore", gate, 72, kernel: 1, stride: 1, activation: .sigmoid)
            y = try b.multiply(y, gate)
            y = try b.block("project", y, 16, kernel: 1, stride: 1, activation: nil)
            return try b.add(y, shortcut)
        },
        NetCase("dense growth", 3, 10, 10) { b, x throws(GraphError) in
            var y = try b.block("stem", x, 16, kernel: 3, stride: 1, activation: .relu)
            for index in 0..<3 {
                let z = try b.block("layer\(index)", y, 12, kernel: 3, stride: 1, activation: .relu)
                y = try b.append(.concatenation(axis: 1), [y, z])
            }
            return y
        },
        NetCase("branches joined in place", 3, 10, 10) { b, x throws(GraphError) in
            let y = try b.block("stem", x, 48, kernel: 3, stride: 1, activation: .relu)
            // A slice that begins at a block is a view; the branches write into the concatenation.
            let lower = try b.append(.slice(axis: 1, start: 0, count: 16, step: 1), [y])
            let upper = try b.append(.slice(axis: 1, start: 16, count: 32, step: 1), [y])
            let first = try b.block("a", upper, 32, kernel: 3, stride: 1, activation: .silu)
            let second = try b.pool(
                lower,
                Pooling(kind: .maximum, kernel: 3, stride: 1, padding: .init(1))
            )
            let third = try b.add(
                try b.block("c", lower, 21, kernel: 1, stride: 1, activation: nil),
                b.tail(y)
            )
            let inner = try b.append(.concatenation(axis: 1), [first, second])
            let joined = try b.append(.concatenation(axis: 1), [inner, third])
            let shared = try b.block("d", first, 69, kernel: 1, stride: 1, activation: nil)
            return try b.activation(try b.add(joined, shared), .relu)
        },
        NetCase("layer scale and constant padding", 3, 9, 9) { b, x throws(GraphError) in
            var y = try b.append(
                .padding(PaddingAmounts(mode: .constant(0), before: [0, 0, 1, 1], after: [0, 0, 2, 2])),
                [x]
            )
            y = try b.scope("stem") { () throws(GraphError) in
                try b.convolution(y, Convolution(outputChannels: 18, kernel: 3, stride: 2), hasBias: true)
            }
            y = try b.multiply(y, try b.parameter("gamma", [18, 1, 1]))
            y = try b.append(.affine(multiplier: 0.5, offset: 1), [y])
            let lowered = try b.append(
                .padding(
                    PaddingAmounts(mode: .constant(-.infinity), before: [0, 0, 1, 1], after: [0, 0, 1, 1])
                ),
                [y]
            )
            return try b.pool(lowered, Pooling(kind: .maximum, kernel: 3, stride: 2))
        },
        NetCase("standardised weights", 3, 9, 9) { b, x throws(GraphError) in
            let weight = try b.parameter("weight", [8, 3, 3, 3])
            let mean = try b.append(.reduction(.mean, axes: [1, 2, 3], keepsAxes: true), [weight])
            let centred = try b.append(.binary(.subtract), [weight, mean])
            return try b.append(.convolution(Convolution(outputChannels: 8, kernel: 3)), [x, centred])
        },
        NetCase("transformer block", 3, 16, 16) { b, x throws(GraphError) in
            let tokens = try b.patchTokens(x, patch: 4, features: 24)
            let y = try b.add(tokens, try b.parameter("pos_embed", [1, 16, 24]))
            return try b.transformerBlock(y, heads: 3)
        },
        NetCase("windows of a transformer", 3, 16, 16) { b, x throws(GraphError) in
            let tokens = try b.patchTokens(x, patch: 2, features: 20)
            // [N, 64, 20] on a grid of 8 x 8, shifted, to windows of 4 x 4: [4 N, 16, 20] and back.
            let grid = try b.reshape(tokens, [8, 8, 20])
            let shifted = try b.append(.roll(axis: 1, shift: -2), [grid])
            let split = try b.reshape(shifted, [2, 4, 2, 4, 20])
            let swapped = try b.append(.transpose(permutation: [0, 1, 3, 2, 4, 5]), [split])
            let windows = try b.reshape(swapped, [16, 20], batchFactor: 4)
            let y = try b.transformerBlock(windows, heads: 2)
            let back = try b.reshape(y, [2, 2, 4, 4, 20], batchFactor: 1)
            let order = try b.append(.transpose(permutation: [0, 1, 3, 2, 4, 5]), [back])
            let rows = try b.reshape(order, [64, 20])
            return try b.append(.reduction(.mean, axes: [1], keepsAxes: false), [rows])
        },
    ]
}

extension GraphBuilder {
    /// Convolution, batch norm and activation.
    func block(
        _ name: String,
        _ x: Value,
        _ channels: Int,
        kernel: Int,
        stride: Int,
        groups: Int = 1,
        activation: Activation?
    ) throws(GraphError) -> Value {
        try scope(name) { () throws(GraphError) in
            let convolution = Convolution(
                outputChannels: channels,
                kernel: Extent(kernel),
                stride: Extent(stride),
                padding: Edges(kernel / 2),
                groups: groups
            )
            let y = try scope("conv") { () throws(GraphError) in try self.convolution(x, convolution) }
            let z = try scope("bn") { () throws(GraphError) in try batchNormalization(y) }
            return try self.activation(z, activation)
        }
    }

    /// The last 21 channels.
    fileprivate func tail(_ x: Value) throws(GraphError) -> Value {
        try append(.slice(axis: 1, start: x.channels - 21, count: 21, step: 1), [x])
    }

    /// A basic residual block; the shortcut is projected where the channels differ.
    fileprivate func residual(_ name: String, _ x: Value, _ channels: Int) throws(GraphError) -> Value {
        try scope(name) { () throws(GraphError) in
            let first = try block("1", x, channels, kernel: 3, stride: 1, activation: .relu)
            let second = try block("2", first, channels, kernel: 3, stride: 1, activation: nil)
            let shortcut =
                x.channels == channels
                ? x : try block("down", x, channels, kernel: 1, stride: 1, activation: nil)
            return try activation(try add(second, shortcut), .relu)
        }
    }

    /// `[N, C, H, W]` to tokens `[N, (H / patch) (W / patch), features]`.
    fileprivate func patchTokens(_ x: Value, patch: Int, features: Int) throws(GraphError) -> Value {
        let maps = try scope("patch") { () throws(GraphError) in
            try convolution(
                x,
                Convolution(outputChannels: features, kernel: Extent(patch), stride: Extent(patch)),
                hasBias: true
            )
        }
        let rows = try reshape(maps, [features, maps.height * maps.width])
        return try append(.transpose(permutation: [0, 2, 1]), [rows])
    }

    /// Attention and a multilayer perceptron over tokens `[N, T, features]`, with their norms and shortcuts.
    fileprivate func transformerBlock(_ x: Value, heads: Int) throws(GraphError) -> Value {
        let (count, features) = (x.type.dimensions[0], x.features)
        let width = features / heads
        let normed = try scope("norm1") { () throws(GraphError) in try layerNormalization(x) }
        let joint = try scope("qkv") { () throws(GraphError) in try linear(normed, 3 * features) }
        let parts = try append(
            .transpose(permutation: [0, 2, 3, 1, 4]),
            [try reshape(joint, [count, 3, heads, width])]
        )
        func part(_ index: Int) throws(GraphError) -> Value {
            let slice = try append(.slice(axis: 1, start: index, count: 1, step: 1), [parts])
            return try reshape(slice, [heads, count, width])
        }
        let (queries, keys, values) = (try part(0), try part(1), try part(2))
        let scaled = try append(.affine(multiplier: 1 / Float(width).squareRoot(), offset: 0), [queries])
        var scores = try append(.matrixProduct(transposesRight: true), [scaled, keys])
        scores = try add(scores, try parameter("relative_position_bias", [1, heads, count, count]))
        let mixed = try append(
            .matrixProduct(transposesRight: false),
            [try append(.softmax(axis: 3), [scores]), values]
        )
        let merged = try reshape(
            try append(.transpose(permutation: [0, 2, 1, 3]), [mixed]),
            [count, features]
        )
        let attended = try scope("proj") { () throws(GraphError) in try linear(merged, features) }
        let scaledBranch = try multiply(attended, try parameter("gamma", [features]))
        let y = try add(x, scaledBranch)
        let hidden = try scope("fc1") { () throws(GraphError) in
            try activation(
                try linear(
                    try scope("norm") { () throws(GraphError) in try layerNormalization(y) },
                    2 * features
                ),
                .gelu
            )
        }
        return try add(y, try scope("fc2") { () throws(GraphError) in try linear(hidden, features) })
    }
}
