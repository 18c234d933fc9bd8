import KernelInterface
import Testing

/// Packed weights against the definition of each order, weight by weight and bit by bit.
@Suite struct WeightPackingTests {
    /// Shapes with whole and odd numbers of channels on both sides, with and without whole sixteens of floats a row.
    static let shapes: [ConvolutionShape] = {
        var shapes: [ConvolutionShape] = []
        for (inputs, outputs) in [
            (16, 16), (32, 48), (19, 35), (3, 20), (40, 17), (64, 33), (1, 7), (35, 64),
        ] {
            for (height, width) in [(1, 1), (3, 3), (5, 3), (1, 7), (5, 1), (1, 3)] {
                for isPlain in [false, true] {
                    shapes.append(shape(inputs, outputs, height, width) { $0.isInputPlain = isPlain })
                }
                shapes.append(
                    shape(inputs, outputs, height, width) {
                        ($0.strideHeight, $0.strideWidth, $0.outputHeight, $0.outputWidth) = (2, 2, 7, 7)
                    }
                )
            }
        }
        for (inputs, outputs, height) in [(3, 64, 7), (1, 20, 7), (5, 33, 2)] {
            shapes.append(
                shape(inputs, outputs, height, 7) { ($0.isInputPlain, $0.strideWidth) = (true, 2) }
            )
        }
        for (channels, outputs, groups) in [
            (37, 37, 37), (64, 64, 64), (48, 48, 3), (32, 64, 4), (20, 40, 2), (120, 120, 5), (51, 57, 3),
        ] {
            for kernel in [1, 3, 5] {
                shapes.append(shape(channels, outputs, kernel, kernel) { $0.groups = groups })
            }
        }
        return shapes
    }()

    private static func shape(
        _ inputs: Int,
        _ outputs: Int,
        _ height: Int,
        _ width: Int,
        _ change: (inout ConvolutionShape) -> Void
    ) -> ConvolutionShape {
        var shape = ConvolutionShape(
            inputChannels: inputs,
            inputHeight: 14,
            inputWidth: 14,
            outputChannels: outputs,
            outputHeight: 14,
            outputWidth: 14,
            kernelHeight: height,
            kernelWidth: width
        )
        (shape.paddingTop, shape.paddingLeft) = (height / 2, width / 2)
        change(&shape)
        return shape
    }

    @Test(arguments: shapes, [false, true])
    func everyWeightStandsWhereItsOrderSays(shape: ConvolutionShape, isScaled: Bool) {
        for id in KernelID.convolutions where id.accepts(shape) {
            let packing = id.packing(shape)
            let rowFloats = packing.floatsPerOutput
            var numbers = Numbers(seed: UInt64(shape.inputChannels * 64 + shape.outputChannels))
            let weights = GuardedFloats(numbers.array(shape.outputChannels * rowFloats))
            let scales = GuardedFloats((0..<packing.blockCount * 16).map { _ in numbers.next() + 1.5 })
            let packed = GuardedFloats(count: packing.floatCount)
            for block in 0..<packing.blockCount {
                unsafe packing.packBlock(
                    block,
                    rows: weights.source + block * 16 * rowFloats,
                    scales: isScaled ? scales.source + block * 16 : nil,
                    into: packed.pointer + block * packing.floatsPerBlock
                )
            }
            let expected = PackedByDefinition(packing, weights, scales: isScaled ? scales : nil)
            #expect(packed.bits == expected.values.map(\.bitPattern), "\(id.rawValue) \(shape)")
            #expect(packed.guardsAreIntact && weights.guardsAreIntact && scales.guardsAreIntact)
        }
    }
}

/// A packing made weight by weight in the plainest way.
private struct PackedByDefinition {
    var values: [Float]

    init(_ packing: WeightPacking, _ weights: GuardedFloats, scales: GuardedFloats?) {
        values = [Float](repeating: 0, count: packing.floatCount)
        let shape = packing.shape
        let inputs = shape.inputChannelsPerGroup
        let (rows, columns) = (shape.kernelHeight, shape.kernelWidth)
        for output in 0..<shape.outputChannels {
            let (block, lane) = (output / 16, output % 16)
            let start = block * packing.floatsPerBlock + lane
            let factor = scales?[output] ?? 1
            if case .fastInnerProduct = packing.order {
                let column = (0..<inputs).map { weights[output * inputs + $0] * factor }
                for (row, value) in Self.fastInnerProduct(column).enumerated() {
                    values[start + row * 16] = value
                }
                continue
            }
            for input in 0..<inputs {
                let source = (output * inputs + input) * rows * columns
                if case .winograd(let tiling) = packing.order {
                    let filter = (0..<9).map { Double(weights[source + $0]) }
                    let transformed = Self.transform(filter, tiling)
                    let depth = shape.groups > 1 ? inputs : shape.inputBlocks * 16
                    for (position, value) in transformed.enumerated() {
                        let place = (position * depth + input) * 16
                        values[start + place] = value * factor
                    }
                    continue
                }
                if case .lines = packing.order, let tiling = LineTiling(shape) {
                    let across = tiling.isRow ? rows : columns
                    for (point, factors) in tiling.filterTransform.enumerated() {
                        for line in 0..<across {
                            let sum = (0..<tiling.taps).reduce(0.0) { sum, tap in
                                let place = tiling.isRow ? line * columns + tap : tap * columns + line
                                return sum + factors[tap] * Double(weights[source + place])
                            }
                            let place = ((point * across + line) * inputs + input) * 16
                            values[start + place] = Float(sum) * factor
                        }
                    }
                    continue
                }
                if case .strideTwo = packing.order {
                    for row in 0..<rows {
                        let taps = (0..<7).map { Double(weights[source + row * 7 + $0]) }
                        for (product, value) in Self.transformStrideTwo(taps, factor).enumerated() {
                            // Two phases of six points, then the even one of the last.
                            let (point, phase) = (product / 2, product % 2)
                            let pair = 2 * point * rows + row * (point < 6 ? 2 : 1) + phase
                            values[start + (pair * inputs + input) * 16] = value
                        }
                    }
                    continue
                }
                for row in 0..<rows {
                    for column in 0..<columns {
                        let tap = row * columns + column
                        let place: Int
                        switch packing.order {
                        case .dense:
                            let first = output / shape.outputChannelsPerGroup * inputs
                            let relative = first + input - shape.inputBlockStart(outputBlock: block) * 16
                            place = (relative / 16 * rows * columns + tap) * 256 + relative % 16 * 16
                        case .plainInput: place = (tap * inputs + input) * 16
                        case .depthwise: place = tap * 16
                        case .grouped: place = ((row * inputs + input) * columns + column) * 16
                        case .winograd, .strideTwo, .lines, .fastInnerProduct:
                            preconditionFailure("handled above")
                        }
                        values[start + place] = weights[source + tap] * factor
                    }
                }
            }
        }
    }

    /// The power of two of a column, and for each span of 64 inputs minus the products of its pairs and its weights over the
    /// power.
    private static func fastInnerProduct(_ column: [Float]) -> [Float] {
        let square = column.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(column.count)
        let power = Float(sign: .plus, exponent: Int(square.squareRoot().exponent), significand: 1)
        var packed = [power]
        for first in stride(from: 0, to: column.count, by: 64) {
            let span = column[first..<min(first + 64, column.count)].map { $0 / power }
            var correction = 0.0
            for block in stride(from: 0, through: span.count - 16, by: 16) {
                for pair in block..<block + 5 { correction -= Double(span[pair]) * Double(span[pair + 8]) }
            }
            packed += [Float(correction)] + span
        }
        return packed
    }

    /// G g of both phases in double precision, rounded once: even and odd of each point in turn.
    private static func transformStrideTwo(_ taps: [Double], _ scale: Float) -> [Float] {
        (0..<13).map { product in
            let (point, phase) = (product / 2, product % 2)
            let factors = (phase == 0 ? StrideTwoTiling.evenTransform : StrideTwoTiling.oddTransform)[point]
            let sum = factors.indices.reduce(0.0) { $0 + factors[$1] * taps[2 * $1 + phase] }
            return Float(sum * Double(scale))
        }
    }

    /// G g G^T in double precision, rounded once.
    private static func transform(_ filter: [Double], _ tiling: WinogradTiling) -> [Float] {
        let (down, along) = (tiling.filterTransformDown, tiling.filterTransformAcross)
        return (0..<tiling.positions).map { position in
            let (up, across) = (down[position / along.count], along[position % along.count])
            let columns = (0..<3).map { column in
                up[0] * filter[column] + up[1] * filter[3 + column] + up[2] * filter[6 + column]
            }
            return Float(across[0] * columns[0] + across[1] * columns[1] + across[2] * columns[2])
        }
    }
}
