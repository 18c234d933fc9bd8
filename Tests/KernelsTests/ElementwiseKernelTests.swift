import Graph
import KernelInterface
import ReferenceKernels
import Tensors
import Testing

@Suite struct ElementwiseKernelTests {
    static let kinds = ActivationFunction.Kind.allCases

    @Test(arguments: Tables.all, kinds)
    func unaryEqualsReference(table: KernelTable, kind: ActivationFunction.Kind) {
        let function = ActivationFunction(kind, parameter: 0.7, offset: 0.3)
        for (channels, height, width) in [(1, 1, 1), (16, 3, 5), (37, 4, 7), (5, 40, 300)] {
            let context = "\(table) \(kind) \(channels)x\(height)x\(width)"
            let input = Self.maps(channels, height, width, positive: kind.wantsPositive)
            let output = MapBuffer(images: 2, channels: channels, height: height, width: width, gap: 16)
            let arguments = unsafe UnaryArguments(
                extents: .blocked(images: 2, channels: channels, height: height, width: width),
                function: function,
                input: input.floats.source,
                inputStrides: input.strides,
                output: output.floats.pointer,
                outputStrides: output.strides
            )
            KernelRun.run(table[.unary], arguments, output: output.floats, context: context)
            KernelRun.compare(output.values, Self.expected(function, input.values), bound: 1e-6, context)
            #expect(output.restIsZero, "\(context)")
            withExtendedLifetime(input) {}
        }
        for count in [1, 15, 16, 17, 40_001] {
            var numbers = Numbers(seed: UInt64(count))
            let values = numbers.array(count).map { kind.wantsPositive ? abs($0) + 0.1 : $0 * 5 }
            let (input, output) = (GuardedFloats(values), GuardedFloats(count: count))
            let strides = MapStrides(image: 0, channel: 0, row: 0)
            let arguments = unsafe UnaryArguments(
                extents: .dense(count: count),
                function: function,
                input: input.source,
                inputStrides: strides,
                output: output.pointer,
                outputStrides: strides
            )
            KernelRun.run(table[.unary], arguments, output: output, context: "\(kind) \(count)")
            KernelRun.compare(output.values, Self.expected(function, values), bound: 1e-6, "\(kind) \(count)")
            withExtendedLifetime(input) {}
        }
    }

    @Test(arguments: Tables.all, BinaryArguments.RightSide.allCases)
    func binaryEqualsReference(table: KernelTable, side: BinaryArguments.RightSide) {
        for function in BinaryFunction.allCases {
            for (channels, height, width) in [(16, 1, 1), (37, 4, 7), (3, 60, 300)] {
                let context = "\(table) \(function) \(side) \(channels)x\(height)x\(width)"
                let left = Self.maps(channels, height, width)
                let right = Self.right(side, channels, height, width)
                let output = MapBuffer(images: 2, channels: channels, height: height, width: width, gap: 16)
                var arguments = unsafe BinaryArguments(
                    extents: .blocked(images: 2, channels: channels, height: height, width: width),
                    function: function,
                    left: left.floats.source,
                    leftStrides: left.strides,
                    right: right.floats.source,
                    rightStrides: right.strides,
                    rightSide: side,
                    output: output.floats.pointer,
                    outputStrides: output.strides
                )
                arguments.activation = ActivationFunction(function == .add ? .hardSigmoid : .relu)
                KernelRun.run(table[.binary], arguments, output: output.floats, context: context)
                let operands = [
                    ReferenceValue(shape: [2, channels, height, width], values: left.values),
                    ReferenceValue(
                        shape: [2, right.channels, right.height, right.width],
                        values: right.values
                    ),
                ]
                let isReversed = function == .reverseSubtract || function == .reverseDivide
                let type = TensorType.batched([channels, height, width])
                let result = ReferenceKernels.evaluate(
                    .binary(function.operation),
                    isReversed ? operands.reversed() : operands,
                    type: type,
                    batch: 2
                )
                let expected = Self.expected(arguments.activation, result.values)
                KernelRun.compare(output.values, expected, bound: 1e-6, context)
                #expect(output.restIsZero, "\(context)")
                withExtendedLifetime((left, right)) {}
            }
        }
    }

    @Test(arguments: Tables.all)
    func plainBinaryOfAnyCount(table: KernelTable) {
        for count in [1, 15, 17, 33_333] {
            var numbers = Numbers(seed: UInt64(count))
            let (left, right) = (GuardedFloats(numbers.array(count)), GuardedFloats(numbers.array(count)))
            let output = GuardedFloats(count: count)
            let strides = MapStrides(image: 0, channel: 0, row: 0)
            var arguments = unsafe BinaryArguments(
                extents: .dense(count: count),
                function: .multiply,
                left: left.source,
                leftStrides: strides,
                right: right.source,
                rightStrides: strides,
                output: output.pointer,
                outputStrides: strides
            )
            arguments.activation = ActivationFunction(.silu)
            KernelRun.run(table[.binary], arguments, output: output, context: "\(count)")
            let products = zip(left.values, right.values).map { $0 * $1 }
            let expected = Self.expected(arguments.activation, products)
            KernelRun.compare(output.values, expected, bound: 1e-6, "\(table) \(count) products")
        }
    }

    @Test(arguments: Tables.all)
    func broadcastEqualsReference(table: KernelTable) {
        let shapes: [([Int], [Int])] = [
            ([2, 3, 5], [2, 3, 5]), ([2, 3, 5], [1, 1, 5]), ([2, 3, 5], [2, 3, 1]), ([4, 1, 17], [1, 6, 1]),
            ([1, 1, 33], [7, 2, 33]), ([50, 700], [1, 700]), ([1], [1]),
        ]
        for (leftShape, rightShape) in shapes {
            var numbers = Numbers(seed: UInt64(leftShape[0]))
            let leftValues = numbers.array(leftShape.reduce(1, *))
            let rightValues = numbers.array(rightShape.reduce(1, *))
            let extents = zip(leftShape, rightShape).map { max($0, $1) }
            func strides(_ own: [Int]) -> AxisValues {
                let dense = Shape(own).strides
                return PlainAxes.values(own.indices.map { own[$0] == 1 ? 0 : dense[$0] }, filler: 0)
            }
            let (left, right) = (GuardedFloats(leftValues), GuardedFloats(rightValues))
            for function in BinaryFunction.allCases {
                let output = GuardedFloats(count: extents.reduce(1, *))
                let arguments = unsafe BroadcastArguments(
                    extents: PlainAxes.values(extents, filler: 1),
                    function: function,
                    left: left.source,
                    leftStrides: strides(leftShape),
                    right: right.source,
                    rightStrides: strides(rightShape),
                    output: output.pointer
                )
                let context = "\(table) \(function) \(leftShape) \(rightShape)"
                KernelRun.run(table[.broadcast], arguments, output: output, context: context)
                let operands = [
                    ReferenceValue(shape: Shape(leftShape), values: leftValues),
                    ReferenceValue(shape: Shape(rightShape), values: rightValues),
                ]
                let isReversed = function == .reverseSubtract || function == .reverseDivide
                let expected = ReferenceKernels.evaluate(
                    .binary(function.operation),
                    isReversed ? operands.reversed() : operands,
                    type: .constant(extents),
                    batch: 1
                )
                KernelRun.compare(output.values, expected.values, bound: 1e-6, context)
            }
        }
    }

    static func maps(_ channels: Int, _ height: Int, _ width: Int, positive: Bool = false) -> MapBuffer {
        var numbers = Numbers(seed: UInt64(channels + width))
        let values = numbers.array(2 * channels * height * width).map { positive ? abs($0) + 0.1 : $0 * 5 }
        return MapBuffer(values, images: 2, channels: channels, height: height, width: width, gap: 16)
    }

    static func right(
        _ side: BinaryArguments.RightSide,
        _ channels: Int,
        _ height: Int,
        _ width: Int
    ) -> MapBuffer {
        switch side {
        case .same: maps(channels, height, width, positive: true)
        case .channel: maps(channels, 1, 1, positive: true)
        case .pixel: maps(1, height, width, positive: true)
        case .scalar: maps(1, 1, 1, positive: true)
        }
    }

    static func expected(_ function: ActivationFunction, _ values: [Float]) -> [Float] {
        if function.kind == .affine { return values.map { function.parameter * $0 + function.offset } }
        guard let activation = function.graphActivation else { return values }
        return ReferenceKernels.evaluate(
            .activation(activation),
            [ReferenceValue(shape: [values.count], values: values)],
            type: .constant([values.count]),
            batch: 1
        ).values
    }
}

extension ActivationFunction.Kind {
    fileprivate var wantsPositive: Bool { self == .squareRoot || self == .reciprocalSquareRoot }
}

extension BinaryFunction {
    /// The graph's operation; reversed ones are to be given their operands reversed.
    var operation: BinaryOperation {
        switch self {
        case .add: .add
        case .subtract, .reverseSubtract: .subtract
        case .multiply: .multiply
        case .divide, .reverseDivide: .divide
        case .maximum: .maximum
        case .minimum: .minimum
        }
    }
}
