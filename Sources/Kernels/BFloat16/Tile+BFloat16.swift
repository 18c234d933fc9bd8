internal import CIntrinsics

// Inputs and weights in bfloat16: two of them, a pair, stand in the room of a float, the first in its lower half.
// Where the instruction set has no product of pairs, each is made a float again by a shift.

extension Tile {
    /// Adds `pairs` pairs of inputs, one at least: pair k of row r stands at `r * rowStride + k`, the sixteen pairs of
    /// weights of pair k and block v at `v * blockStride + k * 16`.
    ///
    /// The sums are float32 and run over the pairs in order. AVX512-BF16 takes denormals for zero.
    @inline(__always) mutating func accumulatePairs(
        input: Source,
        rowStride: Int,
        weights: Source,
        blockStride: Int,
        pairs: Int
    ) {
        // A loop that is known to be entered: another one would keep every sum twice.
        var k = 0
        repeat {
            let weights = weights + k &* 16
            for vector in 0..<vectors { weights.prefetch(vector &* blockStride &+ Self.prefetchDistance) }
            if hasDot {
                var weight = zeroed(InlineArray<vectors, Vector>.self)
                for vector in 0..<vectors { weight[vector] = weights.vector(vector &* blockStride) }
                for row in 0..<rows {
                    let x = input[row &* rowStride &+ k]
                    for vector in 0..<vectors {
                        sums[vector][row] = apus_dot_pairs(sums[vector][row], weight[vector], x)
                    }
                }
            } else {
                // Few registers are left beside the sums: what both halves share is read twice, not kept.
                for row in 0..<rows {
                    let x = apus_first_of_pairs(splat(input[row &* rowStride &+ k]))
                    for vector in 0..<vectors {
                        let weight = weights.vector(vector &* blockStride)
                        sums[vector][row] = multiplyAdd(apus_first_of_pairs(weight), x, sums[vector][row])
                    }
                }
                apus_read_anew()
                for row in 0..<rows {
                    let x = apus_second_of_pairs(splat(input[row &* rowStride &+ k]))
                    for vector in 0..<vectors {
                        let weight = weights.vector(vector &* blockStride)
                        sums[vector][row] = multiplyAdd(apus_second_of_pairs(weight), x, sums[vector][row])
                    }
                }
            }
            k &+= 1
        } while k < pairs
    }
}

extension Epilogue {
    /// Asks for the lines of a tile that are stored and, of a residual, read after the sums: rows of an output with many
    /// features stand apart, and the sums are soon done.
    @inline(__always) func prefetch(rows: Int, vectors: Int) {
        for row in 0..<rows {
            for vector in 0..<vectors {
                output.source.prefetch(vector &* outputBlockStride &+ row &* outputRowStride)
            }
        }
        guard let residual else { return }
        for row in 0..<rows {
            for vector in 0..<vectors {
                residual.prefetch(vector &* residualBlockStride &+ row &* residualRowStride)
            }
        }
    }
}

/// Whether the instruction set has the product of pairs.
@inline(__always) private var hasDot: Bool { APUS_HAS_BFLOAT16_DOT == 1 }
