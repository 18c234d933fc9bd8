/// The orders that put each weight somewhere as it is.
extension WeightPacking {
    /// Where the sixteen outputs' weights of an input channel and a tap stand in a block, in floats: the sum of
    /// a distance that the input decides and one that the tap decides.
    private struct Places {
        /// From an input channel to the next.
        var input: Int
        /// What every sixteenth input adds to that.
        var inputBlock = 0
        /// From a kernel row to the next.
        var row: Int
        /// From a kernel column to the next.
        var column: Int
    }

    private var places: Places {
        let (taps, columns) = (shape.kernelHeight * shape.kernelWidth, shape.kernelWidth)
        switch order {
        case .dense:
            return Places(input: 16, inputBlock: (taps - 1) * 256, row: columns * 256, column: 256)
        case .plainInput:
            let inputs = shape.inputChannels
            return Places(input: 16, row: columns * inputs * 16, column: inputs * 16)
        case .depthwise: return Places(input: 0, row: columns * 16, column: 16)
        case .grouped:
            let inputs = shape.inputChannelsPerGroup
            return Places(input: columns * 16, row: inputs * columns * 16, column: 16)
        case .winograd, .strideTwo, .lines, .fastInnerProduct:
            preconditionFailure("transformed filters are no weights as they are")
        }
    }

    /// Packs the first `lanes` of sixteen rows; the other lanes and inputs past the last become zero.
    ///
    /// Sixteen floats of each row are turned at a time, so that a store puts down all sixteen outputs.
    func packRows(
        _ rows: UnsafePointer<Float>,
        _ scales: UnsafePointer<Float>?,
        _ lanes: Int,
        into target: UnsafeMutablePointer<Float>
    ) {
        let (places, columns) = (places, shape.kernelWidth)
        let taps = shape.kernelHeight * columns
        let inputs = floatsPerOutput / taps
        if inputs * taps * 16 < unroundedFloatsPerBlock {
            unsafe target.update(repeating: 0, count: unroundedFloatsPerBlock)
        }
        let factors = unsafe LaneTile.factors(scales)
        unsafe withUnsafeTemporaryAllocation(byteCount: LaneTile.floatCount * 4, alignment: 64) { bytes in
            let tile = unsafe LaneTile(bytes)
            var (input, row, column, inputPlace) = (0, 0, 0, 0)
            for first in stride(from: 0, to: floatsPerOutput, by: 16) {
                let count = min(16, floatsPerOutput - first)
                unsafe tile.turn(rows + first, stride: floatsPerOutput, lanes: lanes, columns: count)
                for index in 0..<count {
                    let place = inputPlace + row * places.row + column * places.column
                    unsafe tile.store(index, times: factors, at: target + place)
                    column += 1
                    guard column == columns else { continue }
                    (column, row) = (0, row + 1)
                    guard row * columns == taps else { continue }
                    (row, input) = (0, input + 1)
                    inputPlace += places.input + (input % 16 == 0 ? places.inputBlock : 0)
                }
            }
        }
    }

    /// Packs sixteen outputs of several groups over the input blocks that all of them read; inputs of other
    /// groups are zero weights.
    func packGroupsDense(
        _ rows: UnsafePointer<Float>,
        _ scales: UnsafePointer<Float>?,
        into target: UnsafeMutablePointer<Float>,
        block: Int
    ) {
        let taps = shape.kernelHeight * shape.kernelWidth
        let (inputs, outputs) = (shape.inputChannelsPerGroup, shape.outputChannelsPerGroup)
        let start = shape.inputBlockStart(outputBlock: block) * 16
        unsafe target.update(repeating: 0, count: unroundedFloatsPerBlock)
        for (lane, output) in self.outputs(ofBlock: block).enumerated() {
            let firstInput = output / outputs * inputs - start
            let factor = unsafe scales?[lane] ?? 1
            for input in 0..<inputs {
                let place = firstInput + input
                let source = unsafe rows + (lane * inputs + input) * taps
                let first = place / 16 * taps * 256 + place % 16 * 16 + lane
                for tap in 0..<taps { unsafe target[first + tap * 256] = source[tap] * factor }
            }
        }
    }
}
