/// Columns of weights for ``FastInnerProduct``.
extension WeightPacking {
    /// The packing of ``KernelID/linearFastInnerProduct``: ``Order/fastInnerProduct`` from PyTorch's `[outputs, inputs]`.
    public static func fastInnerProduct(outputs: Int, inputs: Int) -> WeightPacking {
        let plain = linear(outputs: outputs, inputs: inputs)
        return WeightPacking(order: .fastInnerProduct, shape: plain.shape)
    }

    /// Packs the first `lanes` of sixteen columns: what the sums are multiplied by in the end, then for each span the
    /// negative correction and the columns' weights over their power of two.
    func packFastInnerProduct(
        _ rows: UnsafePointer<Float>,
        _ scales: UnsafePointer<Float>?,
        _ lanes: Int,
        into target: UnsafeMutablePointer<Float>
    ) {
        let inputs = shape.inputChannels
        let plain = WeightPacking(order: .plainInput, shape: shape)
        unsafe withUnsafeTemporaryAllocation(byteCount: inputs * 64, alignment: 64) { bytes in
            guard let start = bytes.baseAddress else { return }
            let weights = unsafe start.bindMemory(to: Float.self, capacity: inputs * 16)
            unsafe plain.packRows(rows, scales, lanes, into: weights)
            let factors = unsafe Self.rootMeanSquares(UnsafeRawPointer(weights), inputs)
            unsafe Self.store(factors, at: target)
            let inverses = SIMD16<Float>(repeating: 1) / factors.replacing(with: 1, where: factors .== 0)
            var place = unsafe target + 16
            for first in stride(from: 0, to: inputs, by: FastInnerProduct.span) {
                let end = min(first + FastInnerProduct.span, inputs)
                let columns = unsafe place + 16
                for input in first..<end {
                    let column = unsafe UnsafeRawPointer(weights + input * 16).load(as: SIMD16<Float>.self)
                    unsafe Self.store(column * inverses, at: columns + (input - first) * 16)
                }
                let correction = unsafe Self.correction(UnsafeRawPointer(columns), inputs: end - first)
                unsafe Self.store(correction, at: place)
                unsafe place = columns + (end - first) * 16
            }
        }
    }

    /// The powers of two at or below the columns' root mean squares; zero for a column of zeros, so that its sums, whose
    /// pairs cancel but for their rounding, are zero.
    private static func rootMeanSquares(_ weights: UnsafeRawPointer, _ inputs: Int) -> SIMD16<Float> {
        var squares = SIMD16<Double>(repeating: 0)
        for input in 0..<inputs {
            let column = unsafe SIMD16<Double>(
                weights.load(fromByteOffset: input * 64, as: SIMD16<Float>.self)
            )
            squares += column * column
        }
        var factors = SIMD16<Float>(repeating: 1)
        for lane in 0..<16 {
            let mean = (squares[lane] / Double(inputs)).squareRoot()
            if mean == 0 { factors[lane] = 0 }
            guard mean.isNormal, abs(mean.exponent) < 64 else { continue }
            factors[lane] = Float(sign: .plus, exponent: Int(mean.exponent), significand: 1)
        }
        return factors
    }

    /// Minus the products of the columns' pairs.
    private static func correction(_ columns: UnsafeRawPointer, inputs: Int) -> SIMD16<Float> {
        var sum = SIMD16<Double>(repeating: 0)
        for block in 0..<inputs / 16 {
            for pair in 0..<FastInnerProduct.pairs {
                let place = (block * 16 + pair) * 64
                let (first, second) = unsafe (
                    columns.load(fromByteOffset: place, as: SIMD16<Float>.self),
                    columns.load(fromByteOffset: place + 8 * 64, as: SIMD16<Float>.self)
                )
                sum -= SIMD16<Double>(first) * SIMD16<Double>(second)
            }
        }
        return SIMD16<Float>(sum)
    }

    private static func store(_ values: SIMD16<Float>, at target: UnsafeMutablePointer<Float>) {
        unsafe UnsafeMutableRawPointer(target).storeBytes(of: values, as: SIMD16<Float>.self)
    }
}
