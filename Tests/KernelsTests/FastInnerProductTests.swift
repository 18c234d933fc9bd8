import KernelInterface
import Testing

/// Winograd's inner product: against the reference, and what only its scales and corrections could spoil.
@Suite struct FastInnerProductTests {
    /// Inputs on both sides of blocks of 16, spans of 64 and pieces, rows on both sides of tiles and chunks.
    static let cases: [LinearCase] =
        [16, 17, 31, 48, 63, 64, 65, 79, 80, 128, 130, 200].map {
            LinearCase(rows: 23, inputs: $0, outputs: 40, hasResidual: $0 % 2 == 0)
        }
        + [1, 2, 14, 15, 19, 20, 21, 99, 100, 101, 230].map {
            LinearCase(rows: $0, inputs: 96, outputs: 37, padsOutput: $0 % 2 == 0)
        }
        + [575, 576, 583, 640, 777, 1032].map {
            LinearCase(rows: 43, inputs: $0, outputs: 24, hasResidual: $0 % 2 == 0)
        } + [
            LinearCase(rows: 45, inputs: 3072, outputs: 48, hasResidual: true),
            LinearCase(rows: 30, inputs: 70, outputs: 144, activation: ActivationFunction(.gelu)),
        ]

    @Test(arguments: Tables.all, LinearCase.all.filter { $0.inputs >= 16 } + cases)
    func rowsEqualReference(table: KernelTable, test: LinearCase) {
        MatrixKernelTests.compareLinear(table, .linearFastInnerProduct, test)
    }

    @Test func onlyWhereAdditionsAreFreeIsItChosen() throws {
        var shape = ConvolutionShape(
            inputChannels: 64,
            inputHeight: 56,
            inputWidth: 56,
            outputChannels: 256,
            outputHeight: 28,
            outputWidth: 28,
            kernelHeight: 1,
            kernelWidth: 1
        )
        (shape.strideHeight, shape.strideWidth) = (2, 2)
        for table in Tables.choosing {
            let isFree = table.instructionSet == .zen4
            let convolution = try #require(table.convolution(for: shape))
            #expect(convolution.id == (isFree ? .convolutionFastInnerProduct : .convolutionDense))
            #expect(
                table.linear(rows: 197, inputs: 768, outputs: 3072).id
                    == (isFree ? .linearFastInnerProduct : .linear)
            )
            #expect(table.linear(rows: 1, inputs: 768, outputs: 1000).id == .linear)
            let rounded = table.linear(rows: 197, inputs: 768, outputs: 64, precision: .bfloat16)
            #expect(rounded.id == .linearBFloat16)
        }
    }

    /// Every row of every image meets every block in one task, and the groups of blocks differ by one at most.
    @Test(arguments: [(1, 49), (1, 196), (3, 49), (3, 230)], [1, 37, 80, 112, 160, 672])
    func tasksAreEvenAndComplete(images: (count: Int, rows: Int), outputs: Int) {
        let plan = FastInnerProductPlan(
            rows: images.rows,
            inputs: 160,
            outputs: outputs,
            images: images.count
        )
        let blocks = (outputs + 15) / 16
        var met = [Int](repeating: 0, count: images.count * images.rows * blocks)
        var sizes: Set<Int> = []
        for task in 0..<plan.taskCount {
            let part = plan.part(task)
            sizes.insert(part.blocks.count)
            for row in part.rows {
                for block in part.blocks { met[(part.image * images.rows + row) * blocks + block] += 1 }
            }
        }
        #expect(met.allSatisfy { $0 == 1 })
        #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1)
    }

    /// A row times a power of two gives its sums times the power, bit by bit: the scales lose nothing.
    @Test(arguments: Tables.all, [-100, -31, -3, 5, 40, 90])
    func scalesAreExact(table: KernelTable, exponent: Int) {
        var numbers = Numbers(seed: 3)
        let (rows, weights) = (numbers.array(9 * 150), numbers.array(150 * 33))
        let power = Float(sign: .plus, exponent: exponent, significand: 1)
        let sums = Self.product(table, rows, weights, inputs: 150, outputs: 33)
        let scaledRows = Self.product(table, rows.map { $0 * power }, weights, inputs: 150, outputs: 33)
        #expect(scaledRows == sums.map { $0 * power })
        guard abs(exponent) < 60 else { return }
        let scaledWeights = Self.product(table, rows, weights.map { $0 * power }, inputs: 150, outputs: 33)
        #expect(scaledWeights == sums.map { $0 * power })
    }

    /// Rows that differ by twelve orders of magnitude side by side, and one of zeros: each as exact as it is alone.
    @Test(arguments: Tables.all)
    func rowsKeepTheirOwnScale(table: KernelTable) {
        var numbers = Numbers(seed: 4)
        let (inputs, outputs) = (256, 48)
        let factors: [Float] = [1e-6, 1, 1e6, 0, 1e-3, 1e3, 3e-5]
        let rows = factors.flatMap { factor in numbers.array(inputs).map { $0 * factor } }
        let weights = numbers.array(outputs * inputs)
        let sums = Self.product(table, rows, weights, inputs: inputs, outputs: outputs)
        for (row, factor) in factors.enumerated() {
            let own = Array(sums[row * outputs..<(row + 1) * outputs])
            let expected = Self.exact(
                Array(rows[row * inputs..<(row + 1) * inputs]),
                weights,
                outputs: outputs
            )
            if factor == 0 {
                #expect(own.allSatisfy { $0 == 0 })
            } else {
                KernelRun.compare(own.map { $0 / factor }, expected.map { $0 / factor }, "\(table) \(factor)")
            }
        }
    }

    /// Columns of weights of very different size, and one of zeros, whose sums must be zero and not a rounding error.
    @Test(arguments: Tables.all)
    func columnsKeepTheirOwnScale(table: KernelTable) {
        var numbers = Numbers(seed: 5)
        let inputs = 96
        let factors: [Float] = [1, 1e-7, 0, 1e5, 1e-3]
        let rows = numbers.array(inputs * 3)
        let weights = factors.flatMap { factor in numbers.array(inputs).map { $0 * factor } }
        let sums = Self.product(table, rows, weights, inputs: inputs, outputs: factors.count)
        for row in 0..<3 {
            let expected = Self.exact(
                Array(rows[row * inputs..<(row + 1) * inputs]),
                weights,
                outputs: factors.count
            )
            for (column, factor) in factors.enumerated() {
                let value = sums[row * factors.count + column]
                if factor == 0 {
                    #expect(value == 0)
                } else {
                    KernelRun.compare([value / factor], [expected[column] / factor], "\(table) \(factor)")
                }
            }
        }
    }

    /// Over positive inputs, as after a ReLU, the corrections are largest: the error stays below that of plain sums.
    @Test(arguments: Tables.all)
    func positiveInputsLoseLessThanPlainSums(table: KernelTable) {
        var numbers = Numbers(seed: 6)
        let (inputs, outputs, count) = (2048, 64, 20)
        let rows = numbers.array(inputs * count).map { abs($0) }
        let weights = numbers.array(inputs * outputs)
        func error(_ id: KernelID) -> Double {
            let sums = Self.product(table, rows, weights, inputs: inputs, outputs: outputs, id)
            var squares = 0.0
            for row in 0..<count {
                let exact = Self.exact(
                    Array(rows[row * inputs..<(row + 1) * inputs]),
                    weights,
                    outputs: outputs
                )
                for column in 0..<outputs {
                    let difference = Double(sums[row * outputs + column]) - Double(exact[column])
                    squares += difference * difference
                }
            }
            return squares.squareRoot()
        }
        #expect(error(.linearFastInnerProduct) < 0.6 * error(.linear), "\(table)")
    }

    /// Sums in double precision of one row.
    private static func exact(_ row: [Float], _ weights: [Float], outputs: Int) -> [Float] {
        (0..<outputs).map { output in
            var sum = 0.0
            for (index, value) in row.enumerated() {
                sum += Double(value) * Double(weights[output * row.count + index])
            }
            return Float(sum)
        }
    }

    /// Rows times weights `[outputs, inputs]`, without bias.
    private static func product(
        _ table: KernelTable,
        _ rows: [Float],
        _ weights: [Float],
        inputs: Int,
        outputs: Int,
        _ id: KernelID = .linearFastInnerProduct
    ) -> [Float] {
        let count = rows.count / inputs
        let packing = id.linearPacking(outputs: outputs, inputs: inputs)
        let (raw, packed) = (GuardedFloats(weights), GuardedFloats(count: packing.floatCount))
        unsafe packing.pack(raw.source, into: packed.pointer, blocks: 0..<packing.blockCount)
        let (input, output) = (GuardedFloats(rows), GuardedFloats(count: count * outputs))
        let arguments = unsafe LinearArguments(
            rows: count,
            inputs: inputs,
            outputs: outputs,
            input: input.source,
            weights: packed.source,
            bias: nil,
            output: output.pointer
        )
        KernelRun.run(table[id], arguments, output: output, context: "\(table)")
        let values = output.values
        withExtendedLifetime((raw, packed, input)) {}
        return values
    }
}
