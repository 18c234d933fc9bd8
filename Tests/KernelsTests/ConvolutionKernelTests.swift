import Graph
import KernelInterface
import ReferenceKernels
import Tensors
import Testing

@Suite struct ConvolutionKernelTests {
    @Test(arguments: Tables.all, ConvolutionCase.all)
    func equalsReference(table: KernelTable, test: ConvolutionCase) throws {
        let setup = try ConvolutionSetup(test)
        for id in KernelID.convolutions where id.accepts(setup.shape) {
            let row = table[id]
            let context = "\(row.name) \(test.testDescription)"
            let run = setup.arguments(id: id, images: test.images)
            KernelRun.run(row, run.arguments, output: run.output.floats, context: context)
            KernelRun.compare(run.output.values, setup.expected, context)
            #expect(run.output.restIsZero, "channels past the last are not zero: \(context)")
            // A picture's bits don't depend on its company.
            let alone = setup.arguments(id: id, images: 1)
            KernelRun.run(row, alone.arguments, output: alone.output.floats, context: context)
            let first = alone.output.values.map(\.bitPattern)
            #expect(run.output.values.prefix(first.count).map(\.bitPattern) == first, "\(context)")
        }
        withExtendedLifetime(setup) {}
    }

    @Test func everyBlockedShapeHasAKernel() throws {
        for test in ConvolutionCase.all {
            let setup = try ConvolutionSetup(test)
            for table in Tables.all { #expect(table.convolution(for: setup.shape) != nil) }
        }
    }

    @Test func packingInPartsEqualsPackingAtOnce() throws {
        for test in ConvolutionCase.all {
            let setup = try ConvolutionSetup(test)
            let ids = Set(KernelID.convolutions + KernelID.convolutionsInBFloat16)
            for id in ids where id.accepts(setup.shape) {
                let packing = id.packing(setup.shape)
                let (whole, parts) = (
                    GuardedFloats(count: packing.floatCount), GuardedFloats(count: packing.floatCount)
                )
                let weights = GuardedFloats(setup.weights)
                unsafe packing.pack(weights.source, into: whole.pointer, blocks: 0..<packing.blockCount)
                for block in (0..<packing.blockCount).reversed() {
                    unsafe packing.pack(weights.source, into: parts.pointer, blocks: block..<block + 1)
                }
                #expect(whole.bits == parts.bits && whole.guardsAreIntact && parts.guardsAreIntact)
                withExtendedLifetime(weights) {}
                // Two bfloat16 in the bits of a float may look like NaN; what was never written is a certain NaN.
                #expect(
                    (0..<whole.count).allSatisfy { !whole.isUntouched($0) },
                    "not all floats are packed: \(test.testDescription)"
                )
            }
        }
    }
}

/// The data of a convolution case and the reference's answer.
final class ConvolutionSetup {
    let test: ConvolutionCase
    let shape: ConvolutionShape
    let weights: [Float]
    let expected: [Float]
    private let input: MapBuffer
    private let bias: GuardedFloats
    private let residual: MapBuffer
    private let rawWeights: GuardedFloats
    private var packed: [GuardedFloats] = []

    /// `rounding` is what happens to inputs and weights beforehand.
    init(_ test: ConvolutionCase, rounding: (Float) -> Float = { $0 }) throws {
        self.test = test
        var numbers = Numbers(seed: UInt64(test.channels * 1009 + test.outputs * 31 + test.width))
        let groupInputs = test.channels / test.groups
        let weightShape = [test.outputs, groupInputs, test.kernel.height, test.kernel.width]
        let x = TensorType(batchFactor: 1, dimensions: [test.channels, test.height, test.width])
        let type = try Operator.convolution(test.convolution).resultType(of: [x, .constant(weightShape)])
        let (outputHeight, outputWidth) = (type.dimensions[1], type.dimensions[2])
        var shape = ConvolutionShape(
            inputChannels: test.channels,
            inputHeight: test.height,
            inputWidth: test.width,
            outputChannels: test.outputs,
            outputHeight: outputHeight,
            outputWidth: outputWidth,
            kernelHeight: test.kernel.height,
            kernelWidth: test.kernel.width
        )
        (shape.strideHeight, shape.strideWidth) = (test.stride.height, test.stride.width)
        (shape.dilationHeight, shape.dilationWidth) = (test.dilation.height, test.dilation.width)
        (shape.paddingTop, shape.paddingLeft) = (test.padding.top, test.padding.left)
        (shape.groups, shape.isInputPlain) = (test.groups, test.isPlain)
        self.shape = shape

        let values = numbers.array(test.images * test.channels * test.height * test.width).map(rounding)
        weights = numbers.array(weightShape.reduce(1, *)).map(rounding)
        rawWeights = GuardedFloats(weights)
        let biases = numbers.array(test.outputs)
        let residuals = numbers.array(test.images * test.outputs * outputHeight * outputWidth)
        input = MapBuffer(
            values,
            images: test.images,
            channels: test.channels,
            height: test.height,
            width: test.width,
            isBlocked: !test.isPlain,
            gap: test.gap
        )
        let rest = BlockedLayout.padded(test.outputs) - test.outputs
        bias = GuardedFloats(biases + [Float](repeating: 0, count: rest))
        residual = MapBuffer(
            residuals,
            images: test.images,
            channels: test.outputs,
            height: outputHeight,
            width: outputWidth,
            gap: test.gap
        )
        var inputs = [
            ReferenceValue(shape: x.shape(batch: test.images), values: values),
            ReferenceValue(shape: Shape(weightShape), values: weights),
        ]
        if test.hasBias { inputs.append(ReferenceValue(shape: [test.outputs], values: biases)) }
        var sums = ReferenceKernels.evaluate(
            .convolution(test.convolution),
            inputs,
            type: type,
            batch: test.images
        )
        if test.hasResidual {
            for index in sums.values.indices { sums.values[index] += residuals[index] }
        }
        if let activation = test.activation.graphActivation {
            sums = ReferenceKernels.evaluate(.activation(activation), [sums], type: type, batch: test.images)
        }
        expected = sums.values
    }

    /// The residual as it lies in memory, with the output's strides.
    var residualFloats: GuardedFloats { residual.floats }

    /// Arguments for a kernel and the output that they name.
    func arguments(id: KernelID, images: Int) -> (arguments: ConvolutionArguments, output: MapBuffer) {
        let packing = id.packing(shape)
        let packedWeights = GuardedFloats(count: packing.floatCount)
        packed.append(packedWeights)
        unsafe packing.pack(
            rawWeights.source,
            into: packedWeights.pointer,
            blocks: 0..<packing.blockCount
        )
        let output = MapBuffer(
            images: images,
            channels: test.outputs,
            height: shape.outputHeight,
            width: shape.outputWidth,
            gap: test.gap
        )
        var arguments = unsafe ConvolutionArguments(
            shape: shape,
            images: images,
            input: input.floats.source,
            inputStrides: input.strides,
            weights: packedWeights.source,
            bias: test.hasBias ? bias.source : nil,
            output: output.floats.pointer,
            outputStrides: output.strides,
            activation: test.activation
        )
        if test.hasResidual {
            unsafe arguments.residual = residual.floats.source
            arguments.residualStrides = residual.strides
        }
        return (arguments, output)
    }
}

extension ActivationFunction {
    /// The graph's activation of this kind; nil for the identity and the affine function, which are none.
    var graphActivation: Activation? {
        switch kind {
        case .identity, .affine: nil
        case .relu: .relu
        case .relu6: .relu6
        case .sigmoid: .sigmoid
        case .silu: .silu
        case .tanh: .tanh
        case .mish: .mish
        case .gelu: .gelu
        case .geluTanh: .geluTanh
        case .quickGELU: .quickGELU
        case .hardSwish: .hardSwish
        case .hardSigmoid: .hardSigmoid
        case .hardMish: .hardMish
        case .leakyReLU: .leakyReLU(slope: parameter)
        case .elu: .elu(alpha: parameter)
        case .softplus: .softplus
        case .exponential: .exponential
        case .squareRoot: .squareRoot
        case .reciprocalSquareRoot: .reciprocalSquareRoot
        case .absolute: .absolute
        }
    }
}
