import Graph

/// Small graphs: each operator alone, and nets that fuse, share and convert.
struct NetCase: Sendable, CustomStringConvertible {
    /// What is in it.
    let name: String
    /// C, H, W of a picture.
    let input: [Int]
    /// Emits the graph's body; what it returns becomes the output `features`.
    let build: @Sendable (GraphBuilder, Value) throws(GraphError) -> Value

    var description: String { name }

    init(
        _ name: String,
        _ channels: Int,
        _ height: Int,
        _ width: Int,
        _ build: @escaping @Sendable (GraphBuilder, Value) throws(GraphError) -> Value
    ) {
        self.name = name
        input = [channels, height, width]
        self.build = build
    }

    func run() throws -> ModelRun {
        try ModelRun(channels: input[0], height: input[1], width: input[2]) { builder throws(GraphError) in
            let result = try build(builder, builder.input)
            builder.output(.features, result)
        }
    }

    /// A convolution of the case's own numbers.
    static func convolution(
        _ name: String,
        _ channels: Int,
        _ side: Int,
        _ convolution: Convolution,
        stem: Int? = nil
    ) -> NetCase {
        NetCase(name, stem ?? channels, side, side) { builder, input throws(GraphError) in
            var x = input
            if stem != nil {
                x = try builder.scope("stem") { () throws(GraphError) in
                    try builder.convolution(x, Convolution(outputChannels: channels, kernel: 1))
                }
            }
            return try builder.scope("conv") { () throws(GraphError) in
                try builder.convolution(x, convolution, hasBias: true)
            }
        }
    }

    static let all: [NetCase] = convolutions + operators + movements + nets + joins + attentions

    /// Each kind of convolution.
    static let convolutions: [NetCase] = [
        .convolution("stem 3x3", 3, 13, .init(outputChannels: 20, kernel: 3, padding: .init(1))),
        .convolution(
            "stem 7x7 s2",
            3,
            19,
            .init(outputChannels: 32, kernel: 7, stride: 2, padding: .init(3))
        ),
        .convolution("stem 1 channel", 1, 9, .init(outputChannels: 5, kernel: 3, stride: 2)),
        .convolution(
            "stem 25 channels, same padding",
            25,
            10,
            .init(
                outputChannels: 16,
                kernel: 3,
                stride: 2,
                padding: .init(top: 0, left: 0, bottom: 1, right: 1)
            )
        ),
        .convolution("1x1", 24, 9, .init(outputChannels: 40, kernel: 1), stem: 3),
        .convolution("1x1 s2", 24, 9, .init(outputChannels: 40, kernel: 1, stride: 2), stem: 3),
        .convolution("3x3", 24, 11, .init(outputChannels: 40, kernel: 3, padding: .init(1)), stem: 3),
        .convolution(
            "3x3 s2",
            40,
            11,
            .init(outputChannels: 24, kernel: 3, stride: 2, padding: .init(1)),
            stem: 2
        ),
        .convolution(
            "3x3 dilated",
            16,
            11,
            .init(outputChannels: 33, kernel: 3, dilation: 2, padding: .init(2)),
            stem: 3
        ),
        .convolution(
            "1x5",
            16,
            11,
            .init(
                outputChannels: 16,
                kernel: .init(height: 1, width: 5),
                padding: .init(top: 0, left: 2, bottom: 0, right: 2)
            ),
            stem: 3
        ),
        .convolution(
            "grouped 4",
            32,
            9,
            .init(outputChannels: 64, kernel: 3, padding: .init(1), groups: 4),
            stem: 3
        ),
        .convolution("grouped 8 of 3", 24, 9, .init(outputChannels: 48, kernel: 3, groups: 8), stem: 3),
        .convolution("grouped stem", 6, 9, .init(outputChannels: 12, kernel: 3, groups: 3)),
        .convolution(
            "depthwise 3x3",
            37,
            11,
            .init(outputChannels: 37, kernel: 3, padding: .init(1), groups: 37),
            stem: 3
        ),
        .convolution(
            "depthwise 5x5 s2",
            48,
            15,
            .init(outputChannels: 48, kernel: 5, stride: 2, padding: .init(2), groups: 48),
            stem: 3
        ),
    ]

    /// Operators that are not convolutions, on feature maps and on rows.
    static let operators: [NetCase] = [
        NetCase("maximum pooling", 3, 12, 12) { b, x throws(GraphError) in
            try b.pool(x, Pooling(kind: .maximum, kernel: 3, stride: 2, padding: .init(1)))
        },
        NetCase("average pooling, padding counts, rounds up", 20, 11, 11) { b, x throws(GraphError) in
            try b.pool(
                x,
                Pooling(
                    kind: .average(countsPadding: true),
                    kernel: 3,
                    stride: 2,
                    padding: .init(1),
                    roundsUp: true
                )
            )
        },
        NetCase("average pooling, padding does not count", 5, 10, 9) { b, x throws(GraphError) in
            try b.pool(
                x,
                Pooling(kind: .average(countsPadding: false), kernel: 2, stride: 2, roundsUp: true)
            )
        },
        NetCase("global mean", 37, 7, 5) { b, x throws(GraphError) in try b.globalAveragePool(x) },
        NetCase("maximum over positions", 6, 7, 5) { b, x throws(GraphError) in
            try b.append(.reduction(.maximum, axes: [2, 3], keepsAxes: true), [x])
        },
        NetCase("variance over channels", 6, 7, 5) { b, x throws(GraphError) in
            try b.append(.reduction(.variance, axes: [1], keepsAxes: false), [x])
        },
        NetCase("batch norm alone", 19, 5, 6) { b, x throws(GraphError) in
            try b.activation(try b.batchNormalization(x), .relu)
        },
        NetCase("layer norm over channels", 19, 5, 6) { b, x throws(GraphError) in
            try b.layerNormalization(x, axis: 1)
        },
        NetCase("layer norm over the last axis", 3, 5, 24) { b, x throws(GraphError) in
            try b.layerNormalization(x)
        },
        NetCase("RMS norm", 3, 5, 24) { b, x throws(GraphError) in
            try b.append(
                .rootMeanSquareNormalization(axis: 3, epsilon: 1e-6),
                [x, try b.parameter("weight", [24])]
            )
        },
        NetCase("group norm", 24, 5, 6) { b, x throws(GraphError) in
            let affine = [try b.parameter("weight", [24]), try b.parameter("bias", [24])]
            return try b.append(.groupNormalization(groups: 3, epsilon: 1e-5), [x] + affine)
        },
        NetCase("softmax", 5, 6, 7) { b, x throws(GraphError) in try b.append(.softmax(axis: 2), [x]) },
        NetCase("resample", 5, 6, 7) { b, x throws(GraphError) in
            try b.append(.resample(Resampling(mode: .bilinear, extent: .init(height: 11, width: 5))), [x])
        },
        NetCase("affine and activations", 5, 6, 7) { b, x throws(GraphError) in
            var y = try b.append(.affine(multiplier: 2, offset: -0.5), [x])
            for activation: Activation in [.silu, .geluTanh, .hardSwish, .leakyReLU(slope: 0.1), .sigmoid] {
                y = try b.activation(y, activation)
            }
            return y
        },
        NetCase("linear of a picture's mean", 21, 6, 7) { b, x throws(GraphError) in
            try b.linear(try b.globalAveragePool(x), 35)
        },
        NetCase("broadcasts", 5, 6, 7) { b, x throws(GraphError) in
            let row = try b.parameter("row", [7])
            let map = try b.parameter("map", [1, 1, 6, 7])
            let mean = try b.append(.reduction(.mean, axes: [1], keepsAxes: true), [x])
            let y = try b.append(.binary(.subtract), [mean, x])
            let z = try b.append(.binary(.divide), [y, row])
            return try b.append(.binary(.maximum), [z, map])
        },
    ]

    /// What moves elements, on plain and on blocked values.
    static let movements: [NetCase] = [
        NetCase("transpose and reshape", 6, 4, 5) { b, x throws(GraphError) in
            let y = try b.append(.transpose(permutation: [0, 2, 3, 1]), [x])
            return try b.reshape(y, [20, 6])
        },
        NetCase("slice, roll, gather", 6, 8, 5) { b, x throws(GraphError) in
            let y = try b.append(.slice(axis: 2, start: 1, count: 3, step: 2), [x])
            let z = try b.append(.roll(axis: 3, shift: -2), [y])
            return try b.append(.gather(axis: 1, indices: [5, 0, 0, 3]), [z])
        },
        NetCase("reflected padding", 4, 6, 5) { b, x throws(GraphError) in
            try b.append(
                .padding(PaddingAmounts(mode: .reflect, before: [0, 0, 2, 1], after: [0, 0, 1, 3])),
                [x]
            )
        },
        NetCase("blocked channels split and joined", 3, 6, 5) { b, x throws(GraphError) in
            let y = try b.scope("stem") { () throws(GraphError) in
                try b.convolution(x, Convolution(outputChannels: 37, kernel: 3))
            }
            let first = try b.append(.slice(axis: 1, start: 0, count: 16, step: 1), [y])
            let second = try b.append(.slice(axis: 1, start: 16, count: 21, step: 1), [y])
            let third = try b.append(.gather(axis: 1, indices: [36, 1, 17]), [y])
            return try b.append(.concatenation(axis: 1), [second, third, first])
        },
        NetCase("blocked positions padded and joined", 3, 6, 5) { b, x throws(GraphError) in
            let y = try b.scope("stem") { () throws(GraphError) in
                try b.convolution(x, Convolution(outputChannels: 20, kernel: 1))
            }
            let padded = try b.append(
                .padding(PaddingAmounts(mode: .replicate, before: [0, 0, 1, 1], after: [0, 0, 0, 1])),
                [y]
            )
            let wide = try b.append(.concatenation(axis: 3), [padded, padded])
            return try b.append(.slice(axis: 2, start: 0, count: 3, step: 3), [wide])
        },
        NetCase("class token", 4, 3, 2) { b, x throws(GraphError) in
            let tokens = try b.append(.transpose(permutation: [0, 2, 1]), [try b.reshape(x, [4, 6])])
            let token = try b.append(.broadcastToBatch, [try b.parameter("cls_token", [1, 1, 4])])
            let joined = try b.append(.concatenation(axis: 1), [token, tokens])
            return try b.add(joined, try b.parameter("pos_embed", [1, 7, 4]))
        },
    ]
}
