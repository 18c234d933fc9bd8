/// Filters of ``KernelID/convolutionWinogradLine``.
extension WeightPacking {
    /// Input channels that are turned together.
    private static let inputsPerTile = 16

    /// Transforms the lines of a block's filters in double precision by the tiling's G, eight outputs at a time, and rounds
    /// once.
    func packLines(
        _ rows: UnsafePointer<Float>,
        _ scales: UnsafePointer<Float>?,
        _ lanes: Int,
        into target: UnsafeMutablePointer<Float>,
        _ tiling: LineTiling
    ) {
        let (inputs, taps) = (shape.inputChannels, tiling.taps)
        let across = tiling.isRow ? shape.kernelHeight : shape.kernelWidth
        let filterTaps = across * taps
        let (tapStep, lineStep) = tiling.isRow ? (1, taps) : (across, 1)
        let transform = tiling.filterTransform
        let factors = unsafe LaneTile.factors(scales)
        let tileBytes = Self.inputsPerTile * filterTaps * 16 * 4
        unsafe withUnsafeTemporaryAllocation(byteCount: tileBytes, alignment: 64) { bytes in
            let tile = unsafe LaneTile(bytes)
            for first in stride(from: 0, to: inputs, by: Self.inputsPerTile) {
                let count = min(Self.inputsPerTile, inputs - first)
                unsafe tile.turn(
                    rows + first * filterTaps,
                    stride: floatsPerOutput,
                    lanes: lanes,
                    columns: count * filterTaps
                )
                for (point, row) in transform.enumerated() {
                    for line in 0..<across {
                        let place = unsafe target + ((point * across + line) * inputs + first) * 16
                        for input in 0..<count {
                            let start = input * filterTaps + line * lineStep
                            for half in 0..<2 {
                                unsafe Self.transform(
                                    tile.floats + start * 16 + half * 8,
                                    step: tapStep * 16,
                                    by: row,
                                    times: half == 0 ? factors.lowHalf : factors.highHalf,
                                    into: place + input * 16 + half * 8
                                )
                            }
                        }
                    }
                }
            }
        }
        // A transform of zeros may be -0.
        for row in stride(from: 0, to: lanes < 16 ? unroundedFloatsPerBlock : 0, by: 16) {
            for lane in lanes..<16 { unsafe target[row + lane] = 0 }
        }
    }

    /// Eight outputs' taps, `step` floats apart, to one point.
    @inline(__always)
    private static func transform(
        _ taps: UnsafePointer<Float>,
        step: Int,
        by row: [Double],
        times factors: SIMD8<Float>,
        into target: UnsafeMutablePointer<Float>
    ) {
        var sum = SIMD8<Double>(repeating: 0)
        for tap in row.indices {
            let weights = unsafe UnsafeRawPointer(taps + tap * step).load(as: SIMD8<Float>.self)
            sum += row[tap] * SIMD8<Double>(weights)
        }
        unsafe UnsafeMutableRawPointer(target).storeBytes(
            of: SIMD8<Float>(sum) * factors,
            as: SIMD8<Float>.self
        )
    }
}
