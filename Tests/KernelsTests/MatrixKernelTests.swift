import Graph
import KernelInterface
import ReferenceKernels
import Tensors
import Testing

/// One product of rows and weights.
struct LinearCase: Sendable, CustomTestStringConvertible {
    var rows: Int
    var inputs: Int
    var outputs: Int
    var hasResidual = false
    var padsOutput = false
    var activation = ActivationFunction(.identity)

    var testDescription: String {
        """
        [\(rows), \(inputs)] x [\(inputs), \(outputs)]\(hasResidual ? ", residual" : "")\
        \(padsOutput ? ", padded" : ""), \(activation.kind)
        """
    }

    static let all: [LinearCase] =
        [1, 2, 3, 4, 5, 6, 7, 13, 14, 15, 57].flatMap { rows in
            [LinearCase(rows: rows, inputs: 37, outputs: 101, hasResidual: rows % 2 == 0)]
        } + [
            LinearCase(rows: 1, inputs: 512, outputs: 1000),
            LinearCase(rows: 3, inputs: 1, outputs: 1),
            LinearCase(rows: 2, inputs: 40, outputs: 16, activation: ActivationFunction(.relu)),
            LinearCase(
                rows: 2,
                inputs: 40,
                outputs: 10,
                padsOutput: true,
                activation: ActivationFunction(.sigmoid)
            ),
            LinearCase(rows: 20, inputs: 64, outputs: 77, activation: ActivationFunction(.gelu)),
            LinearCase(
                rows: 60,
                inputs: 96,
                outputs: 80,
                hasResidual: true,
                activation: ActivationFunction(.relu6)
            ),
        ]
}

/// One product of two activations.
struct ProductCase: Sendable, CustomTestStringConvertible {
    var batch: Int
    var rows: Int
    var depth: Int
    var columns: Int
    var transposesRight: Bool

    var testDescription: String {
        "\(batch) x [\(rows), \(depth)] x [\(depth), \(columns)]\(transposesRight ? ", transposed" : "")"
    }

    static let all: [ProductCase] = [1, 5, 6, 14, 15, 31, 33, 49].flatMap { size in
        [false, true].map {
            ProductCase(batch: 3, rows: size, depth: size + 3, columns: 50 - size, transposesRight: $0)
        }
    }
}

@Suite struct MatrixKernelTests {
    @Test(arguments: Tables.all, LinearCase.all)
    func linearEqualsReference(table: KernelTable, test: LinearCase) {
        Self.compareLinear(table, .linear, test)
    }

    /// Compares a linear kernel with the reference; `rounding` is what happens to inputs and weights beforehand.
    static func compareLinear(
        _ table: KernelTable,
        _ id: KernelID,
        _ test: LinearCase,
        rounding: (Float) -> Float = { $0 }
    ) {
        var numbers = Numbers(seed: UInt64(test.rows * 31 + test.outputs))
        let x = numbers.array(test.rows * test.inputs).map(rounding)
        let weight = numbers.array(test.outputs * test.inputs).map(rounding)
        let bias = numbers.array(test.outputs)
        let padded = BlockedLayout.padded(test.outputs)
        let outputStride = test.padsOutput ? padded : test.outputs + 3
        let residual = numbers.array(test.rows * test.outputs)

        var sums = ReferenceKernels.evaluate(
            .linear,
            [
                ReferenceValue(shape: [test.rows, test.inputs], values: x),
                ReferenceValue(shape: [test.outputs, test.inputs], values: weight),
                ReferenceValue(shape: [test.outputs], values: bias),
            ],
            type: .constant([test.rows, test.outputs]),
            batch: 1
        )
        if test.hasResidual { for index in residual.indices { sums.values[index] += residual[index] } }
        if let activation = test.activation.graphActivation {
            let type = TensorType.constant([test.rows, test.outputs])
            sums = ReferenceKernels.evaluate(.activation(activation), [sums], type: type, batch: 1)
        }

        let packing = id.linearPacking(outputs: test.outputs, inputs: test.inputs)
        let packed = GuardedFloats(count: packing.floatCount)
        let weights = GuardedFloats(weight)
        unsafe packing.pack(weights.source, into: packed.pointer, blocks: 0..<packing.blockCount)
        // Rows of the input stand apart, NaN between them.
        let input = GuardedFloats(count: test.rows * (test.inputs + 5))
        for row in 0..<test.rows {
            for place in 0..<test.inputs {
                input[row * (test.inputs + 5) + place] = x[row * test.inputs + place]
            }
        }
        let biases = GuardedFloats(bias + [Float](repeating: 0, count: padded - test.outputs))
        let residuals = GuardedFloats(residual)
        func run(rows: Int) -> [Float] {
            let output = GuardedFloats(count: test.rows * outputStride)
            var arguments = unsafe LinearArguments(
                rows: rows,
                inputs: test.inputs,
                outputs: test.outputs,
                input: input.source,
                weights: packed.source,
                bias: biases.source,
                output: output.pointer,
                activation: test.activation
            )
            arguments.inputRowStride = test.inputs + 5
            arguments.outputRowStride = outputStride
            arguments.padsOutput = test.padsOutput
            if test.hasResidual {
                unsafe arguments.residual = residuals.source
                arguments.residualRowStride = test.outputs
            }
            KernelRun.run(table[id], arguments, output: output, context: test.testDescription)
            for row in 0..<rows {
                for place in test.outputs..<outputStride {
                    let index = row * outputStride + place
                    let isRight = test.padsOutput ? output[index] == 0 : output.isUntouched(index)
                    #expect(isRight, "past the row \(row): \(output[index])")
                }
            }
            return (0..<rows).flatMap { row in (0..<test.outputs).map { output[row * outputStride + $0] } }
        }
        let values = run(rows: test.rows)
        KernelRun.compare(values, sums.values, "\(table[id].name) \(test.testDescription)")
        #expect(run(rows: 1).map(\.bitPattern) == values.prefix(test.outputs).map(\.bitPattern))
        withExtendedLifetime((input, packed, biases, residuals, weights)) {}
    }

    @Test(arguments: Tables.all, ProductCase.all)
    func productEqualsReference(table: KernelTable, test: ProductCase) throws {
        var numbers = Numbers(seed: UInt64(test.rows))
        let left = numbers.array(test.batch * test.rows * test.depth)
        let right = numbers.array(test.batch * test.depth * test.columns)
        let rightShape: Shape =
            test.transposesRight
            ? [test.batch, test.columns, test.depth] : [test.batch, test.depth, test.columns]
        let expected = ReferenceKernels.evaluate(
            .matrixProduct(transposesRight: test.transposesRight),
            [
                ReferenceValue(shape: [test.batch, test.rows, test.depth], values: left),
                ReferenceValue(shape: rightShape, values: right),
            ],
            type: .constant([test.batch, test.rows, test.columns]),
            batch: 1
        )
        let (a, b) = (GuardedFloats(left), GuardedFloats(right))
        let output = GuardedFloats(count: test.batch * test.rows * test.columns)
        var arguments = unsafe MatrixProductArguments(
            batch: test.batch,
            rows: test.rows,
            depth: test.depth,
            columns: test.columns,
            transposesRight: test.transposesRight,
            left: a.source,
            right: b.source,
            output: output.pointer
        )
        arguments.multiplier = 0.25
        KernelRun.run(table[.matrixProduct], arguments, output: output, context: test.testDescription)
        KernelRun.compare(output.values, expected.values.map { $0 / 4 }, "\(table) \(test.testDescription)")
        withExtendedLifetime((a, b)) {}
    }
}
