/// Filters that are transformed when they are packed.
extension WeightPacking {
    /// Input channels that are turned together.
    private static let inputsPerTile = 16

    /// Transforms the filters of a block in double precision, U = G g G^T, eight outputs at a time, and rounds once.
    func packWinograd(
        _ rows: UnsafePointer<Float>,
        _ scales: UnsafePointer<Float>?,
        _ lanes: Int,
        into target: UnsafeMutablePointer<Float>,
        _ tiling: WinogradTiling
    ) {
        let inputs = shape.inputChannelsPerGroup
        let positionFloats = tiling.inputsPerPosition(shape) * 16
        if inputs * 16 < positionFloats { unsafe target.update(repeating: 0, count: unroundedFloatsPerBlock) }
        let transform = (tiling.filterTransformDown + tiling.filterTransformAcross).flatMap { $0 }
        let factors = unsafe LaneTile.factors(scales)
        let tileBytes = Self.inputsPerTile * 9 * 16 * 4
        unsafe transform.withUnsafeBufferPointer { transform in
            unsafe withUnsafeTemporaryAllocation(byteCount: tileBytes, alignment: 64) { bytes in
                let tile = unsafe LaneTile(bytes)
                for first in stride(from: 0, to: inputs, by: Self.inputsPerTile) {
                    let count = min(Self.inputsPerTile, inputs - first)
                    unsafe tile.turn(rows + first * 9, stride: inputs * 9, lanes: lanes, columns: count * 9)
                    for input in 0..<count {
                        let place = unsafe target + (first + input) * 16
                        for half in 0..<2 {
                            let lanes = half == 0 ? factors.lowHalf : factors.highHalf
                            unsafe Self.transform(
                                tile.floats + input * 9 * 16 + half * 8,
                                by: transform,
                                rows: tiling.positionsDown,
                                times: lanes,
                                into: place + half * 8,
                                stride: positionFloats
                            )
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

    /// Transforms one input channel's nine taps of eight outputs, sixteen floats apart, to all positions.
    ///
    /// `transform` holds `rows` rows of the transform along a column, then those along a row.
    @inline(__always)
    private static func transform(
        _ filter: UnsafePointer<Float>,
        by transform: UnsafeBufferPointer<Double>,
        rows: Int,
        times factors: SIMD8<Float>,
        into target: UnsafeMutablePointer<Float>,
        stride: Int
    ) {
        @inline(__always)
        func tap(_ index: Int) -> SIMD8<Double> {
            SIMD8<Double>(unsafe UnsafeRawPointer(filter + index * 16).load(as: SIMD8<Float>.self))
        }
        let columns = transform.count / 3 - rows
        for y in 0..<rows {
            let (t0, t1, t2) = unsafe (transform[y * 3], transform[y * 3 + 1], transform[y * 3 + 2])
            let r0 = t0 * tap(0) + t1 * tap(3) + t2 * tap(6)
            let r1 = t0 * tap(1) + t1 * tap(4) + t2 * tap(7)
            let r2 = t0 * tap(2) + t1 * tap(5) + t2 * tap(8)
            for x in 0..<columns {
                let place = (rows + x) * 3
                let (c0, c1, c2) = unsafe (transform[place], transform[place + 1], transform[place + 2])
                let value = SIMD8<Float>(c0 * r0 + c1 * r1 + c2 * r2) * factors
                unsafe UnsafeMutableRawPointer(target + (y * columns + x) * stride)
                    .storeBytes(of: value, as: SIMD8<Float>.self)
            }
        }
    }
}
