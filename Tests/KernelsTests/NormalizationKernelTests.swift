import Graph
import KernelInterface
import ReferenceKernels
import Tensors
import Testing

@Suite struct NormalizationKernelTests {
    /// `[outer, extent, inner]`.
    static let shapes: [[Int]] = [
        [1, 1, 1], [3, 15, 1], [5, 16, 1], [4, 17, 1], [2, 768, 1], [3, 197, 1], [2, 7, 5], [2, 13, 16],
        [3, 6, 49], [1, 64, 33],
    ]

    @Test(arguments: Tables.all, shapes)
    func softmaxEqualsReference(table: KernelTable, shape: [Int]) {
        var numbers = Numbers(seed: UInt64(shape[1]))
        // Offsets in the hundreds, negative too: the maximum must be taken from the elements alone.
        let values = numbers.array(shape.reduce(1, *)).map { $0 * 8 - 300 }
        check(table, .softmax, shape, values, .softmax(axis: 1), []) { _ in }
    }

    @Test(arguments: Tables.all, shapes)
    func normsEqualReference(table: KernelTable, shape: [Int]) {
        var numbers = Numbers(seed: UInt64(shape[1]))
        let values = numbers.array(shape.reduce(1, *)).map { $0 * 2 + 5 }
        let (weight, bias) = (GuardedFloats(numbers.array(shape[1])), GuardedFloats(numbers.array(shape[1])))
        let vectors = [weight, bias].map { ReferenceValue(shape: [shape[1]], values: $0.values) }
        check(
            table,
            .axisNormalization,
            shape,
            values,
            .layerNormalization(axis: 1, epsilon: 1e-5),
            vectors
        ) {
            $0.epsilon = 1e-5
            unsafe $0.weight = weight.source
            unsafe $0.bias = bias.source
        }
        check(
            table,
            .axisNormalization,
            shape,
            values,
            .rootMeanSquareNormalization(axis: 1, epsilon: 1e-6),
            [vectors[0]]
        ) {
            $0.subtractsMean = false
            $0.epsilon = 1e-6
            unsafe $0.weight = weight.source
        }
        withExtendedLifetime((weight, bias)) {}
    }

    private func check(
        _ table: KernelTable,
        _ id: KernelID,
        _ shape: [Int],
        _ values: [Float],
        _ operation: Operator,
        _ vectors: [ReferenceValue],
        _ change: (inout AxisArguments) -> Void
    ) {
        let expected = ReferenceKernels.evaluate(
            operation,
            [ReferenceValue(shape: Shape(shape), values: values)] + vectors,
            type: .constant(shape),
            batch: 1
        )
        let (input, output) = (GuardedFloats(values), GuardedFloats(count: values.count))
        var arguments = unsafe AxisArguments(
            outerCount: shape[0],
            extent: shape[1],
            innerCount: shape[2],
            input: input.source,
            output: output.pointer
        )
        change(&arguments)
        KernelRun.run(table[id], arguments, output: output, context: "\(id) \(shape)")
        KernelRun.compare(output.values, expected.values, "\(table) \(operation) \(shape)")
        withExtendedLifetime(input) {}
    }

    @Test(arguments: Tables.all, [(5, 1), (16, 4), (24, 3), (40, 8), (37, 37), (96, 2)])
    func mapNormsEqualReference(table: KernelTable, counts: (Int, Int)) {
        let (channels, groups) = counts
        let (images, height, width) = (2, 3, 7)
        var numbers = Numbers(seed: UInt64(channels))
        let values = numbers.array(images * channels * height * width).map { $0 * 2 + 3 }
        let rest = [Float](repeating: 0, count: BlockedLayout.padded(channels) - channels)
        let (weight, bias) = (numbers.array(channels), numbers.array(channels))
        let (weights, biases) = (GuardedFloats(weight + rest), GuardedFloats(bias + rest))
        let input = MapBuffer(
            values,
            images: images,
            channels: channels,
            height: height,
            width: width,
            gap: 16
        )
        let type = TensorType.batched([channels, height, width])
        let inputs = [
            ReferenceValue(shape: type.shape(batch: images), values: values),
            ReferenceValue(shape: [channels], values: weight),
            ReferenceValue(shape: [channels], values: bias),
        ]
        func run(_ id: KernelID, _ operation: Operator) {
            let output = MapBuffer(images: images, channels: channels, height: height, width: width, gap: 16)
            var maps = unsafe ChannelNormalizationArguments(
                images: images,
                channels: channels,
                height: height,
                width: width,
                epsilon: 1e-5,
                input: input.floats.source,
                weight: weights.source,
                bias: biases.source,
                output: output.floats.pointer
            )
            maps.inputStrides = input.strides
            maps.outputStrides = output.strides
            let expected = ReferenceKernels.evaluate(operation, inputs, type: type, batch: images)
            let context = "\(table) \(operation) \(channels)"
            if id == .channelNormalization {
                KernelRun.run(table[id], maps, output: output.floats, context: context)
                KernelRun.compare(output.values, expected.values, context)
            } else {
                var arguments = GroupNormalizationArguments(groups: groups, maps: maps)
                arguments.activation = ActivationFunction(.sigmoid)
                KernelRun.run(table[id], arguments, output: output.floats, context: context)
                let activated = ElementwiseKernelTests.expected(arguments.activation, expected.values)
                KernelRun.compare(output.values, activated, context)
            }
            #expect(output.restIsZero, "\(context)")
        }
        run(.channelNormalization, .layerNormalization(axis: 1, epsilon: 1e-5))
        run(.groupNormalization, .groupNormalization(groups: groups, epsilon: 1e-5))
        withExtendedLifetime((input, weights, biases)) {}
    }

    @Test(arguments: Tables.all, ReductionKind.allCases)
    func reductionsEqualReference(table: KernelTable, kind: ReductionKind) throws {
        let cases: [([Int], [Int])] = [
            ([3, 5, 7, 9], [2, 3]), ([3, 5, 7, 9], [1]), ([2, 197, 40], [1]), ([6, 33], [1]),
            ([4, 17, 3], [0, 2]),
            ([1000], [0]), ([2, 3, 4, 5], [0, 1, 2, 3]), ([4, 50, 1], [1]),
        ]
        for (extents, axes) in cases {
            var numbers = Numbers(seed: UInt64(extents.count))
            let values = numbers.array(extents.reduce(1, *)).map { $0 + 2 }
            let operation = Operator.reduction(kind, axes: axes, keepsAxes: false)
            let type = try operation.resultType(of: [.constant(extents)])
            let expected = ReferenceKernels.evaluate(
                operation,
                [ReferenceValue(shape: Shape(extents), values: values)],
                type: type,
                batch: 1
            )
            let strides = Shape(extents).strides
            func axisValues(_ values: [Int], isReduced: Bool, filler: Int) -> AxisValues {
                let chosen = values.indices.filter { axes.contains($0) == isReduced }.map { values[$0] }
                return PlainAxes.values(chosen, filler: filler)
            }
            let (input, output) = (GuardedFloats(values), GuardedFloats(count: expected.values.count))
            let arguments = unsafe ReductionArguments(
                kind: kind.kernelKind,
                keptExtents: axisValues(extents, isReduced: false, filler: 1),
                keptStrides: axisValues(strides, isReduced: false, filler: 0),
                reducedExtents: axisValues(extents, isReduced: true, filler: 1),
                reducedStrides: axisValues(strides, isReduced: true, filler: 0),
                input: input.source,
                output: output.pointer
            )
            let context = "\(table) \(kind) of \(extents) over \(axes)"
            KernelRun.run(table[.reduction], arguments, output: output, context: context)
            KernelRun.compare(output.values, expected.values, bound: 2e-6, context)
            withExtendedLifetime(input) {}
        }
    }
}

extension ReductionKind {
    fileprivate var kernelKind: ReductionArguments.Kind {
        switch self {
        case .mean: .mean
        case .sum: .sum
        case .maximum: .maximum
        case .variance: .variance
        case .norm: .norm
        }
    }
}
