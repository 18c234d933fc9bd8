internal import CByteVectors

/// Weights as fixed-point numbers, two taps together, made for the instruction that multiplies 16-bit pairs.
///
/// A weight of 22 bits after the point is `high * 4096 + low`, each half 16 bits wide: two multiplications of 16-bit
/// numbers are exact and cost less than one of 32 bits. Sums of 32-bit numbers are the same in any order and split.
struct FixedPointWeights {
    /// Source pixels from the first to the last that any output takes.
    let sourceCount: Int
    /// The first source pixel of each output, counted from the first that any output takes.
    let firsts: [Int]
    /// How many source pixels each output takes.
    let counts: [Int]
    /// Pairs of taps that one output occupies in ``pairs``.
    let pairCount: Int
    /// For each two taps a 32-bit word of their two high halves and one of their two low halves, the first tap in the
    /// low 16 bits.
    ///
    /// Taps beyond an output's count stand with a weight of zero.
    let pairs: [UInt32]

    /// The number of outputs.
    var count: Int { firsts.count }

    /// Where the first tap of an output may lie.
    enum Alignment {
        /// At any pixel.
        case any
        /// At an even pixel of the source: pixels joined to such pairs serve every output.
        case even
    }

    /// Rounds `weights` half away from zero, as Pillow does.
    init(_ weights: ResamplingWeights, alignment: Alignment) {
        let source = weights.source
        let one = Double(1 << APUS_WEIGHT_BITS)
        // A tap of weight zero stands before an odd first one.
        let leading = weights.firsts.map { first in
            alignment == .even ? (first - source.lowerBound) & 1 : 0
        }
        counts = zip(weights.counts, leading).map { $0 + $1 }
        firsts = zip(weights.firsts, leading).map { $0 - source.lowerBound - $1 }
        let pairCount = ((counts.max() ?? 0) + 1) / 2
        var pairs = [UInt32](repeating: 0, count: weights.firsts.count * pairCount * 2)
        for output in weights.firsts.indices {
            for tap in 0..<weights.counts[output] {
                let value = weights.values[output * weights.stride + tap]
                let fixed = Int32(value < 0 ? -0.5 + value * one : 0.5 + value * one)
                let place = tap + leading[output]
                let at = output * pairCount * 2 + place & ~1
                let shift = UInt32(place & 1) * 16
                pairs[at] |= Self.half(fixed >> APUS_WEIGHT_LOW_BITS) << shift
                pairs[at + 1] |= Self.half(fixed & (1 << APUS_WEIGHT_LOW_BITS - 1)) << shift
            }
        }
        sourceCount = source.count
        self.pairCount = pairCount
        self.pairs = pairs
    }

    /// The 16 bits of half a weight, which fits them: weights sum to 1 and none is far above it.
    private static func half(_ value: Int32) -> UInt32 {
        UInt32(UInt16(bitPattern: Int16(clamping: value)))
    }
}
