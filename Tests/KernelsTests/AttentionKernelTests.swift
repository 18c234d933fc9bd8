import Graph
import KernelInterface
import ReferenceKernels
import Tensors
import Testing

/// One attention.
struct AttentionCase: Sendable, CustomTestStringConvertible {
    /// Where the operands stand.
    enum Placement: Sendable {
        /// Each by itself, `[outer, inner, rows, features]`.
        case apart
        /// Side by side, `[outer, rows, inner, features]`, with room between the rows.
        case joined
        /// Features before rows: `[outer, inner, features, rows]`.
        case turned
    }

    var outer = 2
    var inner = 3
    var queries: Int
    var keys: Int
    var depth: Int
    var width: Int
    var placement = Placement.joined
    var hasBias = false
    var hasMask = false
    var hasMultipliers = false

    var testDescription: String {
        """
        \(outer) x \(inner) x [\(queries), \(depth)] over [\(keys), \(width)], \(placement)\
        \(hasBias ? ", bias" : "")\(hasMask ? ", mask" : "")\(hasMultipliers ? ", multipliers" : "")
        """
    }

    static let all: [AttentionCase] =
        [1, 2, 15, 16, 17, 31, 49, 70].flatMap { size in
            [
                AttentionCase(queries: size, keys: size, depth: 32, width: 32, hasBias: true),
                AttentionCase(queries: size, keys: 71 - size, depth: 13, width: 20, placement: .apart),
                AttentionCase(
                    outer: 4,
                    queries: 71 - size,
                    keys: size,
                    depth: 24,
                    width: 7,
                    placement: .turned,
                    hasBias: size % 2 == 0,
                    hasMask: true,
                    hasMultipliers: true
                ),
            ]
        } + [
            AttentionCase(outer: 1, inner: 1, queries: 300, keys: 1100, depth: 16, width: 48),
            AttentionCase(outer: 64, inner: 1, queries: 49, keys: 49, depth: 32, width: 32, hasMask: true),
        ]
}

@Suite struct AttentionKernelTests {
    @Test(arguments: Tables.all, AttentionCase.all)
    func equalsReference(table: KernelTable, test: AttentionCase) {
        compare(table, .attention, test, bound: 5e-6)
    }

    /// Query, key, value and their weights are rounded: the last, which the reference keeps, leave half a unit of bfloat16
    /// in each, and the scaled query another in each score.
    @Test(arguments: Tables.all, AttentionCase.all)
    func inBFloat16EqualsReferenceOfRoundedOperands(table: KernelTable, test: AttentionCase) {
        compare(
            table,
            .attentionBFloat16,
            test,
            bound: test.hasMultipliers ? 0x1p-6 : 0x1p-8,
            rounding: roundedToBFloat16
        )
    }

    private func compare(
        _ table: KernelTable,
        _ id: KernelID,
        _ test: AttentionCase,
        bound: Float,
        rounding: (Float) -> Float = { $0 }
    ) {
        var numbers = Numbers(seed: UInt64(test.queries * 31 + test.keys))
        let count = test.outer * test.inner
        let query = numbers.array(count * test.queries * test.depth).map { rounding($0 * 4) }
        let key = numbers.array(count * test.keys * test.depth).map(rounding)
        let value = numbers.array(count * test.keys * test.width).map(rounding)
        let period = 2
        let bias = numbers.array(test.inner * test.queries * test.keys)
        let mask = numbers.array(period * test.queries * test.keys).map { $0 < 0 ? Float(-100) : 0 }
        let multipliers = numbers.array(period * test.inner)

        let scores = ReferenceKernels.evaluate(
            .matrixProduct(transposesRight: true),
            [
                ReferenceValue(shape: [count, test.queries, test.depth], values: query),
                ReferenceValue(shape: [count, test.keys, test.depth], values: key),
            ],
            type: .constant([count, test.queries, test.keys]),
            batch: 1
        )
        var sums = scores
        let area = test.queries * test.keys
        for index in sums.values.indices {
            let (row, place) = (index / area, index % area)
            let (outer, inner) = (row / test.inner, row % test.inner)
            sums.values[index] *= 0.5
            if test.hasMultipliers { sums.values[index] *= multipliers[outer % period * test.inner + inner] }
            if test.hasBias { sums.values[index] += bias[inner * area + place] }
            if test.hasMask { sums.values[index] += mask[outer % period * area + place] }
        }
        let weights = ReferenceKernels.evaluate(
            .softmax(axis: 2),
            [sums],
            type: .constant([count, test.queries, test.keys]),
            batch: 1
        )
        let expected = ReferenceKernels.evaluate(
            .matrixProduct(transposesRight: false),
            [weights, ReferenceValue(shape: [count, test.keys, test.width], values: value)],
            type: .constant([count, test.queries, test.width]),
            batch: 1
        )

        let operands = [
            Operand(test, rows: test.queries, columns: test.depth, query),
            Operand(test, rows: test.keys, columns: test.depth, key),
            Operand(test, rows: test.keys, columns: test.width, value),
        ]
        let result = Operand(test, rows: test.queries, columns: test.width, nil)
        let (biases, masks) = (padded(bias, test), padded(mask, test))
        let factors = GuardedFloats(multipliers)
        var arguments = unsafe AttentionArguments(
            outerCount: test.outer,
            innerCount: test.inner,
            queries: test.queries,
            keys: test.keys,
            depth: test.depth,
            width: test.width,
            query: operands[0].floats.source,
            key: operands[1].floats.source,
            value: operands[2].floats.source,
            output: result.floats.pointer
        )
        arguments.multiplier = 0.5
        arguments.queryStrides = operands[0].strides
        arguments.keyStrides = operands[1].strides
        arguments.valueStrides = operands[2].strides
        arguments.outputStrides = result.strides
        let row = BlockedLayout.padded(test.keys)
        if test.hasBias {
            unsafe arguments.bias = biases.source
            arguments.biasStrides = AttentionTermStrides(inner: test.queries * row, row: row)
        }
        if test.hasMask {
            unsafe arguments.mask = masks.source
            arguments.maskStrides = AttentionTermStrides(period: period, outer: test.queries * row, row: row)
        }
        if test.hasMultipliers {
            unsafe arguments.multipliers = factors.source
            arguments.multiplierPeriod = period
        }
        func run(outer: Int) -> [Float] {
            arguments.outerCount = outer
            result.floats.reset()
            KernelRun.run(
                table[id],
                arguments,
                output: result.floats,
                context: test.testDescription
            )
            return result.read(outer: outer)
        }
        let values = run(outer: test.outer)
        KernelRun.compare(values, expected.values, bound: bound, "\(table[id].name) \(test.testDescription)")
        #expect(run(outer: 1).map(\.bitPattern) == values.prefix(values.count / test.outer).map(\.bitPattern))
        let untouched = result.floats.count - values.count / test.outer
        #expect((0..<result.floats.count).count { result.floats.isUntouched($0) } == untouched)
        withExtendedLifetime((operands, biases, masks, factors)) {}
    }

    /// Terms with rows as long as whole blocks of keys.
    private func padded(_ terms: [Float], _ test: AttentionCase) -> GuardedFloats {
        let row = BlockedLayout.padded(test.keys)
        let rows = terms.count / test.keys
        let floats = GuardedFloats([Float](repeating: 3, count: rows * row))
        for index in terms.indices { floats[index / test.keys * row + index % test.keys] = terms[index] }
        return floats
    }
}

/// An operand `[outer, inner, rows, columns]` as a case places it.
private struct Operand {
    let floats: GuardedFloats
    let strides: AttentionStrides
    private let extents: (outer: Int, inner: Int, rows: Int, columns: Int)

    init(_ test: AttentionCase, rows: Int, columns: Int, _ values: [Float]?) {
        let line = test.inner * columns + 5
        strides =
            switch test.placement {
            case .apart:
                AttentionStrides(outer: test.inner * rows * columns, inner: rows * columns, row: columns)
            case .joined: AttentionStrides(outer: rows * line, inner: columns, row: line)
            case .turned:
                AttentionStrides(
                    outer: test.inner * rows * columns,
                    inner: rows * columns,
                    row: 1,
                    column: rows
                )
            }
        extents = (test.outer, test.inner, rows, columns)
        floats = GuardedFloats(count: test.outer * strides.outer)
        guard let values else { return }
        for (index, place) in places(outer: test.outer).enumerated() { floats[place] = values[index] }
    }

    private func places(outer: Int) -> [Int] {
        var places: [Int] = []
        for index in 0..<outer {
            for head in 0..<extents.inner {
                for row in 0..<extents.rows {
                    let start = index * strides.outer + head * strides.inner + row * strides.row
                    places += (0..<extents.columns).map { start + $0 * strides.column }
                }
            }
        }
        return places
    }

    func read(outer: Int) -> [Float] { places(outer: outer).map { floats[$0] } }
}
