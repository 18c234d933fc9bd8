internal import CIntrinsics
internal import KernelInterface

/// A chunk of rows as ``FastInnerProduct`` wants them, in scratch memory.
struct InnerProductCopy: BitwiseCopyable {
    /// Rows of the chunk.
    let rows: Int
    /// `[block of 16 inputs][row][16]`, zeros past the last input; each row over its power of two.
    let values: Target
    /// Sums of the pieces before, `[row][16]`.
    let totals: Target
    /// Minus the products of each row's pairs, `[span][row]`.
    let corrections: Target
    /// What each row was divided by, `[row]`.
    let factors: Target

    /// Lays out `scratch` for `rows` rows of `inputs` inputs.
    @inline(__always) init(_ scratch: UnsafeMutablePointer<Float>, rows: Int, inputs: Int) {
        self.rows = rows
        values = unsafe Target(scratch)
        totals = values + rows &* BlockedLayout.padded(inputs)
        corrections = totals + rows &* 16
        factors = corrections + rows &* FastInnerProduct.spans(inputs)
    }

    /// Fills `count` rows from row `first` on.
    ///
    /// Input k of row r stands at `r * rowStride + k / 16 * blockStride + k % 16`.
    func fill(_ first: Int, count: Int, from input: Source, rowStride: Int, blockStride: Int, inputs: Int) {
        var row = 0
        while row &+ 4 <= count {
            fillRows(Tile<4, 1>.self, first &+ row, input + row &* rowStride, rowStride, blockStride, inputs)
            row &+= 4
        }
        while row < count {
            fillRows(Tile<1, 1>.self, first &+ row, input + row &* rowStride, rowStride, blockStride, inputs)
            row &+= 1
        }
    }

    /// Fills as many rows as the tile has: several, so that none waits for its own sums.
    @inline(__always) private func fillRows<let count: Int>(
        _: Tile<count, 1>.Type,
        _ first: Int,
        _ input: Source,
        _ rowStride: Int,
        _ blockStride: Int,
        _ inputs: Int
    ) {
        let whole = inputs / 16
        let rest = inputs &- whole &* 16
        var squares = zeroed(InlineArray<count, Vector>.self)
        for block in 0..<whole {
            for row in 0..<count {
                let x = input.vector(row &* rowStride &+ block &* blockStride)
                squares[row] = multiplyAdd(x, x, squares[row])
            }
        }
        if rest > 0 {
            for row in 0..<count {
                let x = input.vector(row &* rowStride &+ whole &* blockStride, count: rest)
                squares[row] = multiplyAdd(x, x, squares[row])
            }
        }
        var inverses = zeroed(InlineArray<count, Vector>.self)
        for row in 0..<count {
            let scale =
                RowScale(meanSquare: laneSum(squares[row]) / Float(inputs))
                ?? RowScale(input + row &* rowStride, blockStride: blockStride, inputs: inputs)
            factors[first &+ row] = scale.factor
            inverses[row] = splat(scale.inverse)
        }
        var products = zeroed(InlineArray<count, SIMD8<Float>>.self)
        var span = corrections + first
        for block in 0..<whole {
            let target = values + (block &* rows &+ first) &* 16
            for row in 0..<count {
                let x = apus_multiply_lanes(
                    input.vector(row &* rowStride &+ block &* blockStride),
                    inverses[row]
                )
                target.store(x, row &* 16)
                products[row] = apus_fma_lanes_eight(x.lowHalf, x.highHalf, products[row])
            }
            if (block &+ 1) % (FastInnerProduct.span / 16) == 0 {
                for row in 0..<count { span[row] = -pairSum(products[row]) }
                products = zeroed(InlineArray<count, SIMD8<Float>>.self)
                span = span + rows
            }
        }
        if inputs % FastInnerProduct.span > 0 {
            for row in 0..<count { span[row] = -pairSum(products[row]) }
        }
        if rest > 0 {
            let target = values + (whole &* rows &+ first) &* 16
            for row in 0..<count {
                let x = input.vector(row &* rowStride &+ whole &* blockStride, count: rest)
                target.store(apus_multiply_lanes(x, inverses[row]), row &* 16)
            }
        }
    }
}

/// The sum of the lanes that hold pairs.
@inline(__always) private func pairSum(_ products: SIMD8<Float>) -> Float {
    let (low, high) = (products.lowHalf, products.highHalf)
    return ((low.x + low.y) + (low.z + low.w)) + high.x
}
