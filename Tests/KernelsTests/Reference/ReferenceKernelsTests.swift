import Graph
import ReferenceKernels
import Tensors
import Testing

/// The reference against PyTorch: one case for each operator that computes.
@Suite struct ReferenceKernelsTests {
    /// The script's `x(*shape, step)`.
    static func x(_ dimensions: [Int], step: Int = 37) -> ReferenceValue {
        let shape = Shape(dimensions)
        return ReferenceValue(
            shape: shape,
            values: (0..<shape.count).map { Float(Double($0 * step % 101) / 50 - 1) }
        )
    }

    static func evaluate(_ operation: Operator, _ inputs: [ReferenceValue], batched: Bool = true) throws
        -> [Float]
    {
        let types = inputs.enumerated().map { index, input in
            batched && (index == 0 || operation.takesPairs)
                ? TensorType(
                    batchFactor: input.shape[0],
                    dimensions: Array(input.shape.dimensions.dropFirst())
                )
                : TensorType.constant(input.shape.dimensions)
        }
        let type = try operation.resultType(of: types)
        return ReferenceKernels.evaluate(operation, inputs, type: type, batch: 1).values
    }

    static func expect(_ name: String, _ values: [Float]) throws {
        let expected = try #require(TorchNumbers.results[name])
        try #require(values.count == expected.count, "\(name): \(values.count) values")
        for (index, (value, wanted)) in zip(values, expected).enumerated() {
            let bound = 2e-6 * max(1, abs(wanted))
            #expect(abs(Double(value) - wanted) <= bound, "\(name)[\(index)]: \(value), PyTorch \(wanted)")
        }
    }

    static let picture = x([1, 4, 5, 6])

    @Test func convolutions() throws {
        var convolution = Convolution(outputChannels: 6, kernel: Extent(height: 3, width: 2), groups: 2)
        convolution.stride = Extent(height: 2, width: 1)
        convolution.dilation = Extent(height: 1, width: 2)
        convolution.padding = Edges(top: 0, left: 1, bottom: 2, right: 0)
        let weight = Self.x([6, 2, 3, 2], step: 29)
        let bias = Self.x([6], step: 17)
        try Self.expect(
            "convolution",
            Self.evaluate(.convolution(convolution), [Self.picture, weight, bias])
        )
        let depthwise = Convolution(outputChannels: 4, kernel: 3, stride: 2, padding: Edges(1), groups: 4)
        let filters = Self.x([4, 1, 3, 3], step: 29)
        try Self.expect("depthwise", Self.evaluate(.convolution(depthwise), [Self.picture, filters]))
        let inputs = [Self.x([2, 7]), Self.x([3, 7], step: 29), Self.x([3], step: 17)]
        try Self.expect("linear", Self.evaluate(.linear, inputs))
        let product = [Self.x([2, 3, 4]), Self.x([2, 4, 2], step: 29)]
        try Self.expect(
            "matrixProduct",
            Self.evaluate(.matrixProduct(transposesRight: false), product, batched: false)
        )
    }

    @Test func normalizations() throws {
        func vector(_ count: Int, _ step: Int) -> ReferenceValue { Self.x([count], step: step) }
        let statistics = Self.x([6], step: 17).values
        let mean = ReferenceValue(shape: [4], values: Array(statistics[0..<4]))
        let variance = ReferenceValue(shape: [4], values: statistics[1..<5].map { $0 + 2 })
        try Self.expect(
            "batchNormalization",
            Self.evaluate(
                .batchNormalization(epsilon: 1e-3),
                [Self.picture, vector(4, 13), vector(4, 19), mean, variance]
            )
        )
        try Self.expect(
            "layerNormalization",
            Self.evaluate(
                .layerNormalization(axis: 2, epsilon: 1e-6),
                [Self.x([2, 3, 5]), vector(5, 13), vector(5, 19)]
            )
        )
        try Self.expect(
            "rootMeanSquareNormalization",
            Self.evaluate(
                .rootMeanSquareNormalization(axis: 1, epsilon: 1e-6),
                [Self.x([2, 5]), vector(5, 13)]
            )
        )
        try Self.expect(
            "groupNormalization",
            Self.evaluate(
                .groupNormalization(groups: 4, epsilon: 1e-5),
                [Self.x([2, 8, 3, 3], step: 23), vector(8, 13), vector(8, 19)]
            )
        )
        try Self.expect("softmax", Self.evaluate(.softmax(axis: 1), [Self.x([2, 3, 4])]))
    }

    @Test func recurrences() throws {
        let inputs = [Self.x([2, 3, 8]), Self.x([8, 2], step: 29), Self.x([8], step: 17)]
        try Self.expect(
            "longShortTermMemory",
            Self.evaluate(.longShortTermMemory(isReversed: false), inputs)
        )
        try Self.expect(
            "longShortTermMemoryReversed",
            Self.evaluate(.longShortTermMemory(isReversed: true), inputs)
        )
    }

    @Test func poolingsAndReductions() throws {
        func pooling(_ kind: Pooling.Kind) -> Operator {
            .pooling(Pooling(kind: kind, kernel: 3, stride: 2, padding: Edges(1), roundsUp: true))
        }
        try Self.expect("maximumPooling", Self.evaluate(pooling(.maximum), [Self.picture]))
        try Self.expect(
            "averagePooling",
            Self.evaluate(pooling(.average(countsPadding: true)), [Self.picture])
        )
        try Self.expect(
            "averagePoolingInside",
            Self.evaluate(pooling(.average(countsPadding: false)), [Self.picture])
        )
        try Self.expect(
            "variance",
            Self.evaluate(.reduction(.variance, axes: [2, 3], keepsAxes: false), [Self.picture])
        )
        let norms = try Self.evaluate(.reduction(.norm, axes: [1], keepsAxes: false), [Self.picture])
        try Self.expect("norm", Array(norms[0..<8]))
    }

    @Test func movements() throws {
        let amounts = PaddingAmounts(mode: .reflect, before: [0, 0, 1, 2], after: [0, 0, 2, 1])
        let padded = try Self.evaluate(.padding(amounts), [Self.picture])
        try Self.expect("reflect", Array(padded[0..<72]))
        let rolled = ReferenceValue(
            shape: [3, 4],
            values: try Self.evaluate(.roll(axis: 0, shift: 1), [Self.x([3, 4])])
        )
        try Self.expect("roll", Self.evaluate(.roll(axis: 1, shift: -2), [rolled]))
    }

    @Test func resampling() throws {
        let map = ReferenceValue(shape: [1, 1, 5, 6], values: Array(Self.picture.values[0..<30]))
        func check(
            _ name: String,
            _ mode: Resampling.Mode,
            _ height: Int,
            _ width: Int,
            aligned: Bool = false,
            antialiased: Bool = false
        ) throws {
            let resampling = Resampling(
                mode: mode,
                extent: Extent(height: height, width: width),
                alignsCorners: aligned,
                antialiases: antialiased
            )
            try Self.expect(name, Self.evaluate(.resample(resampling), [map]))
        }
        try check("nearest", .nearest, 3, 8)
        try check("bilinear", .bilinear, 7, 4)
        try check("bilinearAligned", .bilinear, 7, 4, aligned: true)
        try check("bicubic", .bicubic, 7, 4)
        try check("bicubicAligned", .bicubic, 7, 4, aligned: true)
        try check("bilinearAntialiased", .bilinear, 3, 8, antialiased: true)
        try check("bicubicAntialiased", .bicubic, 3, 4, antialiased: true)
    }

    @Test func activations() throws {
        let inputs = ReferenceValue(
            shape: [10],
            values: [-6, -2.5, -1, -0.3, 0, 0.2, 0.9, 2, 3.5, 7]
        )
        let named: [(String, Activation)] = [
            ("relu", .relu), ("relu6", .relu6), ("sigmoid", .sigmoid), ("silu", .silu), ("tanh", .tanh),
            ("mish", .mish), ("gelu", .gelu), ("geluTanh", .geluTanh), ("quickGELU", .quickGELU),
            ("hardSwish", .hardSwish), ("hardSigmoid", .hardSigmoid), ("hardMish", .hardMish),
            ("leakyReLU", .leakyReLU(slope: 0.1)), ("elu", .elu(alpha: 1.5)), ("softplus", .softplus),
        ]
        for (name, activation) in named {
            try Self.expect(name, Self.evaluate(.activation(activation), [inputs], batched: false))
        }
    }

    @Test func interpreterRunsGraphsAndFoldsConstants() throws {
        let builder = GraphBuilder(channels: 1, height: 2, width: 2)
        let scale = try builder.parameter("scale", [1])
        let doubled = try builder.append(.affine(multiplier: 2, offset: 1), [scale])
        let product = try builder.multiply(builder.input, doubled)
        builder.output(.logits, try builder.globalAveragePool(product))
        let graph = builder.finish()
        let store = ParameterStore(["scale": Tensor(shape: [1], values: [3])])
        let results = try ReferenceInterpreter.evaluate(
            graph,
            parameters: store,
            input: [1, 2, 3, 4, 5, 6, 7, 8],
            batch: 2
        )
        #expect(results[.logits] == [17.5, 45.5])
        let constants = try ReferenceInterpreter.constants([doubled.id], of: graph, parameters: store)
        #expect(constants[doubled.id]?.floats == [7])
        let dependent = #expect(throws: ReferenceError.self) {
            try ReferenceInterpreter.constants([product.id], of: graph, parameters: store)
        }
        #expect(dependent?.code == .notConstant)
        let missing = #expect(throws: ReferenceError.self) {
            try ReferenceInterpreter.constants([doubled.id], of: graph, parameters: ParameterStore([:]))
        }
        #expect(missing?.code == .missingParameter)
    }
}

extension Operator {
    /// Whether both inputs are activations.
    fileprivate var takesPairs: Bool {
        if case .binary = self { return true }
        return false
    }
}
