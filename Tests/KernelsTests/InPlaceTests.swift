import Graph
import KernelInterface
import Testing

/// Where the interface lets an operand be the output, the bits are those of separate buffers.
@Suite struct InPlaceTests {
    @Test(arguments: Tables.all)
    func residualMayBeTheOutput(table: KernelTable) throws {
        for test in ConvolutionCase.all where test.hasResidual {
            let setup = try ConvolutionSetup(test)
            for id in KernelID.convolutions where id.accepts(setup.shape) {
                let context = "\(table) \(id.rawValue) \(test.testDescription)"
                let apart = setup.arguments(id: id, images: test.images)
                KernelRun.run(table[id], apart.arguments, output: apart.output.floats, context: context)
                let inside = setup.arguments(id: id, images: test.images)
                var arguments = inside.arguments
                let residual = setup.residualFloats
                unsafe arguments.residual = inside.output.floats.source
                KernelRun.run(table[id], arguments, output: inside.output.floats, context: context) {
                    for index in 0..<residual.count { inside.output.floats[index] = residual[index] }
                }
                #expect(
                    inside.output.values.map(\.bitPattern) == apart.output.values.map(\.bitPattern),
                    "\(context)"
                )
                withExtendedLifetime(setup) {}
            }
        }
    }

    @Test(arguments: Tables.all, [KernelID.softmax, .axisNormalization])
    func axisKernelsMayWorkInPlace(table: KernelTable, id: KernelID) {
        for shape in NormalizationKernelTests.shapes {
            var numbers = Numbers(seed: UInt64(shape[1]))
            let values = numbers.array(shape.reduce(1, *))
            let (input, output) = (GuardedFloats(values), GuardedFloats(count: values.count))
            var arguments = unsafe AxisArguments(
                outerCount: shape[0],
                extent: shape[1],
                innerCount: shape[2],
                input: input.source,
                output: output.pointer
            )
            arguments.epsilon = 1e-5
            KernelRun.run(table[id], arguments, output: output, context: "\(id) \(shape)")
            let apart = output.bits
            unsafe arguments.input = output.source
            KernelRun.run(table[id], arguments, output: output, context: "\(id) \(shape) in place") {
                for (index, value) in values.enumerated() { output[index] = value }
            }
            #expect(output.bits == apart, "\(table) \(id) \(shape)")
            withExtendedLifetime(input) {}
        }
    }

    @Test(arguments: Tables.all)
    func unaryAndBinaryMayWorkInPlace(table: KernelTable) {
        let left = ElementwiseKernelTests.maps(37, 4, 7)
        let right = ElementwiseKernelTests.maps(37, 4, 7, positive: true)
        let extents = ElementwiseExtents.blocked(images: 2, channels: 37, height: 4, width: 7)
        func run(leftIsOutput: Bool, rightIsOutput: Bool) -> [UInt32] {
            let output = MapBuffer(images: 2, channels: 37, height: 4, width: 7, gap: 16)
            var arguments = unsafe BinaryArguments(
                extents: extents,
                function: .divide,
                left: leftIsOutput ? output.floats.source : left.floats.source,
                leftStrides: left.strides,
                right: rightIsOutput ? output.floats.source : right.floats.source,
                rightStrides: right.strides,
                output: output.floats.pointer,
                outputStrides: output.strides
            )
            arguments.activation = ActivationFunction(.silu)
            KernelRun.run(table[.binary], arguments, output: output.floats, context: "in place") {
                guard leftIsOutput || rightIsOutput else { return }
                let source = leftIsOutput ? left.floats : right.floats
                for index in 0..<source.count { output.floats[index] = source[index] }
            }
            return output.values.map(\.bitPattern)
        }
        let apart = run(leftIsOutput: false, rightIsOutput: false)
        #expect(run(leftIsOutput: true, rightIsOutput: false) == apart)
        #expect(run(leftIsOutput: false, rightIsOutput: true) == apart)
        withExtendedLifetime((left, right)) {}
    }
}
