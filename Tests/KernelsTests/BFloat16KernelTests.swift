import Graph
import KernelInterface
import ReferenceKernels
import Tensors
import Testing

/// The kernels that take bfloat16: against the reference's sums in double precision of inputs and weights that are
/// rounded beforehand, so that what is left is the error of float32 sums alone.
@Suite struct BFloat16KernelTests {
    private static let kernels: [KernelID] = [.convolutionPointwiseBFloat16, .convolutionDenseBFloat16]

    @Test(arguments: Tables.all, ConvolutionCase.all.filter { !$0.isPlain && $0.groups == 1 })
    func convolutionEqualsReference(table: KernelTable, test: ConvolutionCase) throws {
        let setup = try ConvolutionSetup(test, rounding: roundedToBFloat16)
        for id in Self.kernels where id.accepts(setup.shape) {
            let row = table[id]
            let context = "\(row.name) \(test.testDescription)"
            let run = setup.arguments(id: id, images: test.images)
            KernelRun.run(row, run.arguments, output: run.output.floats, context: context)
            KernelRun.compare(run.output.values, setup.expected, context)
            #expect(run.output.restIsZero, "channels past the last are not zero: \(context)")
            let alone = setup.arguments(id: id, images: 1)
            KernelRun.run(row, alone.arguments, output: alone.output.floats, context: context)
            let first = alone.output.values.map(\.bitPattern)
            #expect(run.output.values.prefix(first.count).map(\.bitPattern) == first, "\(context)")
        }
        withExtendedLifetime(setup) {}
    }

    @Test(arguments: Tables.all, LinearCase.all + [LinearCase(rows: 59, inputs: 1, outputs: 33)])
    func linearEqualsReference(table: KernelTable, test: LinearCase) {
        MatrixKernelTests.compareLinear(table, .linearBFloat16, test, rounding: roundedToBFloat16)
    }

    @Test(arguments: Tables.all)
    func inputsAreRoundedToNearestAndTiesToEven(table: KernelTable) {
        let tie: Float = 1 + 0x1p-8
        let values: [Float] = [
            1, -1, tie, tie.nextUp, tie.nextDown, -tie, 1 + 0x3p-8, 1 - 0x1p-9, 3.4e38, -3.3961e38, 0x1p-126,
            .greatestFiniteMagnitude, .infinity, -.infinity, 0, -0.0, 65504, 0.1, 1e-30,
        ]
        // Half a unit above the largest bfloat16 and more is infinity.
        let expected = values.map { abs($0) >= 0x1.FFp127 ? $0 * .infinity : roundedToBFloat16($0) }
        #expect(Self.passedThrough(values, table) == expected, "\(table)")
    }

    @Test(arguments: Tables.all)
    func notANumberStaysNotANumber(table: KernelTable) {
        // A payload in the lower half alone must not become an infinity.
        for bits: UInt32 in [0x7F80_0001, 0xFF80_0001, 0x7FC0_0000, 0x7FFF_FFFF, 0x7F80_8000] {
            let value = Self.passedThrough([Float(bitPattern: bits)], table)[0]
            #expect(value.isNaN, "\(table) \(bits)")
        }
    }

    /// AVX512-BF16 takes denormals for zero, whatever the control register says; shifts keep them.
    @Test(arguments: Tables.all)
    func denormalsAreKeptOrZero(table: KernelTable) {
        let values: [Float] = [0x1p-127, -0x1p-130, 0x1p-133]
        let flushes = table[.linearBFloat16].instructionSet == .avx512bf16
        #expect(Self.passedThrough(values, table) == (flushes ? [0, 0, 0] : values), "\(table)")
    }

    @Test func weightsAreRoundedAfterScaling() {
        let (outputs, inputs) = (20, 5)
        var numbers = Numbers(seed: 5)
        let values = numbers.array(outputs * inputs)
        let scale = numbers.array(32)
        let packing = WeightPacking.linear(outputs: outputs, inputs: inputs, precision: .bfloat16)
        let (packed, weights) = (GuardedFloats(count: packing.floatCount), GuardedFloats(values))
        let scales = GuardedFloats(scale)
        unsafe packing.pack(
            weights.source,
            scales: scales.source,
            into: packed.pointer,
            blocks: 0..<packing.blockCount
        )
        #expect(packing.floatCount == 2 * 3 * 16)
        for block in 0..<2 {
            for input in 0..<6 {
                for lane in 0..<16 {
                    let bits = packed[(block * 3 + input / 2) * 16 + lane].bitPattern
                    let half = input % 2 == 0 ? bits << 16 : bits & 0xFFFF_0000
                    let output = block * 16 + lane
                    let isThere = output < outputs && input < inputs
                    let wanted = isThere ? values[output * inputs + input] * scale[output] : 0
                    #expect(Float(bitPattern: half) == roundedToBFloat16(wanted))
                }
            }
        }
        #expect(packed.guardsAreIntact)
        withExtendedLifetime((weights, scales)) {}
    }

    @Test func inBFloat16EveryBlockedShapeHasAKernel() throws {
        for test in ConvolutionCase.all {
            let shape = try ConvolutionSetup(test).shape
            for table in Tables.all { #expect(table.convolution(for: shape, precision: .bfloat16) != nil) }
        }
    }

    /// What a linear layer that multiplies by one makes of `values`, each alone in its row.
    private static func passedThrough(_ values: [Float], _ table: KernelTable) -> [Float] {
        let packing = WeightPacking.linear(outputs: 1, inputs: 1, precision: .bfloat16)
        let packed = GuardedFloats(count: packing.floatCount)
        let one = GuardedFloats([1])
        unsafe packing.pack(one.source, into: packed.pointer, blocks: 0..<1)
        let (input, output) = (GuardedFloats(values), GuardedFloats(count: values.count))
        let arguments = unsafe LinearArguments(
            rows: values.count,
            inputs: 1,
            outputs: 1,
            input: input.source,
            weights: packed.source,
            bias: nil,
            output: output.pointer
        )
        KernelRun.run(table[.linearBFloat16], arguments, output: output, context: "\(table)")
        withExtendedLifetime((packed, one, input)) {}
        return output.values
    }
}
