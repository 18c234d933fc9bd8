import Graph
import KernelInterface
import ReferenceKernels
import Tensors
import Testing

@Suite struct RecurrenceKernelTests {
    /// Sequences, steps and widths: whole chunks and ragged ones, widths that fill vectors and that do not.
    private static let extents: [(rows: Int, steps: Int, width: Int)] = [
        (1, 1, 16), (3, 5, 48), (14, 4, 9), (15, 3, 20), (31, 7, 33),
    ]

    @Test(arguments: Tables.all, [false, true])
    func memoryEqualsReference(table: KernelTable, isReversed: Bool) {
        for (rows, steps, width) in Self.extents {
            for hasBias in [false, true] {
                let context =
                    "\(table) LSTM [\(rows), \(steps), \(width)], bias \(hasBias), reversed \(isReversed)"
                var numbers = Numbers(seed: UInt64(rows * 31 + width))
                let gates = numbers.array(rows * steps * 4 * width)
                let weight = numbers.array(4 * width * width)
                let bias = numbers.array(4 * width)
                var inputs = [
                    ReferenceValue(shape: [rows, steps, 4 * width], values: gates),
                    ReferenceValue(shape: [4 * width, width], values: weight),
                ]
                if hasBias { inputs.append(ReferenceValue(shape: [4 * width], values: bias)) }
                let expected = ReferenceKernels.evaluate(
                    .longShortTermMemory(isReversed: isReversed),
                    inputs,
                    type: .constant([rows, steps, width]),
                    batch: 1
                )

                let packing = WeightPacking.linear(outputs: 4 * width, inputs: width)
                let packed = GuardedFloats(count: packing.floatCount)
                let weights = GuardedFloats(weight)
                unsafe packing.pack(weights.source, into: packed.pointer, blocks: 0..<packing.blockCount)
                let input = GuardedFloats(gates)
                let rest = BlockedLayout.padded(4 * width) - 4 * width
                let biases = GuardedFloats(bias + [Float](repeating: 0, count: rest))
                func run(rows: Int) -> [Float] {
                    let output = GuardedFloats(count: rows * steps * width)
                    var arguments = unsafe LongShortTermMemoryArguments(
                        rows: rows,
                        steps: steps,
                        width: width,
                        isReversed: isReversed,
                        gates: input.source,
                        weights: packed.source,
                        output: output.pointer
                    )
                    if hasBias { unsafe arguments.bias = biases.source }
                    KernelRun.run(table[.longShortTermMemory], arguments, output: output, context: context)
                    return output.values
                }
                let values = run(rows: rows)
                KernelRun.compare(values, expected.values, context)
                let alone = run(rows: 1).map(\.bitPattern)
                #expect(alone == values.prefix(steps * width).map(\.bitPattern), "\(context)")
                withExtendedLifetime((input, packed, biases, weights)) {}
            }
        }
    }
}
