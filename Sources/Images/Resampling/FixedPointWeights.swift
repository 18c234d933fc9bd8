/// Weights as fixed-point numbers, two taps together, made for the instruction that multiplies 16-bit pairs.
///
/// A weight of 22 bits after the point is `high * 4096 + low`, each half 16 bits wide: two multiplications of 16-bit
/// numbers are exact and cost less than one of 32 bits. Sums of 32-bit numbers are the same in any order and split.
struct FixedPointWeights {
    /// Bits after the point: Pillow's `PRECISION_BITS`.
    static let precisionBits: Int32 = 32 - 8 - 2
    /// Bits of a weight's low half.
    static let lowBits: Int32 = 12

    /// The first source pixel of each output, counted from the first that any output takes.
    let firsts: [Int]
    /// How many source pixels each output takes.
    ///
    /// Even wherever there is another pixel to take with a weight of zero.
    let counts: [Int]
    /// Elements of ``pairs`` that one output occupies.
    let stride: Int
    /// For each two taps a 32-bit word of their two high halves and one of their two low halves, the first tap in the
    /// low 16 bits.
    ///
    /// An odd last tap stands with a weight of zero.
    let pairs: [UInt32]

    /// The number of outputs.
    var count: Int { firsts.count }

    /// Rounds `weights` half away from zero, as Pillow does.
    init(_ weights: ResamplingWeights) {
        let source = weights.source
        let one = Double(1 << Self.precisionBits)
        stride = (weights.stride + 1) / 2 * 2
        var firsts: [Int] = []
        var counts: [Int] = []
        var pairs = [UInt32](repeating: 0, count: weights.firsts.count * stride)
        for output in weights.firsts.indices {
            var first = weights.firsts[output] - source.lowerBound
            var count = weights.counts[output]
            var skipped = 0
            if count & 1 == 1, first + count < source.count {
                count += 1
            } else if count & 1 == 1, first > 0 {
                first -= 1
                count += 1
                skipped = 1
            }
            for tap in 0..<weights.counts[output] {
                let value = weights.values[output * weights.stride + tap]
                let fixed = Int32(value < 0 ? -0.5 + value * one : 0.5 + value * one)
                let at = output * stride + (tap + skipped) & ~1
                let shift = UInt32((tap + skipped) & 1) * 16
                pairs[at] |= Self.half(fixed >> Self.lowBits) << shift
                pairs[at + 1] |= Self.half(fixed & (1 << Self.lowBits - 1)) << shift
            }
            firsts.append(first)
            counts.append(count)
        }
        self.firsts = firsts
        self.counts = counts
        self.pairs = pairs
    }

    /// The 16 bits of half a weight, which fits them: weights sum to 1 and none is far above it.
    private static func half(_ value: Int32) -> UInt32 {
        UInt32(UInt16(bitPattern: Int16(clamping: value)))
    }

    /// Sums of products with the high and with the low halves of the weights, for four outputs.
    struct Sums {
        private var high = SIMD4<Int32>(repeating: 0)
        /// Begins with one half, for rounding.
        private var low = SIMD4<Int32>(repeating: 1 << (FixedPointWeights.precisionBits - 1))

        @inline(__always)
        init() {}

        /// Adds two taps of four outputs: `samples` holds both taps of the first output, then of the second, ...
        @inline(__always)
        mutating func add(_ samples: SIMD8<UInt16>, _ highs: UInt32, _ lows: UInt32) {
            let wide = Self.extended(unsafe unsafeBitCast(samples, to: SIMD8<Int16>.self))
            high &+= Self.pairSums(wide, highs)
            low &+= Self.pairSums(wide, lows)
        }

        @inline(__always)
        private static func pairSums(_ samples: SIMD8<Int32>, _ pair: UInt32) -> SIMD4<Int32> {
            let weights = unsafe unsafeBitCast(SIMD4<UInt32>(repeating: pair), to: SIMD8<Int16>.self)
            let products = samples &* extended(weights)
            return products.evenHalf &+ products.oddHalf
        }

        /// The standard library's conversion is a call where much is inlined already; this never is.
        @inline(__always)
        private static func extended(_ v: SIMD8<Int16>) -> SIMD8<Int32> {
            SIMD8(
                Int32(v[0]),
                Int32(v[1]),
                Int32(v[2]),
                Int32(v[3]),
                Int32(v[4]),
                Int32(v[5]),
                Int32(v[6]),
                Int32(v[7])
            )
        }

        /// The rounded sums, cut to their integer part and clipped to 0...255.
        @inline(__always)
        var bytes: SIMD4<UInt8> {
            let sums = (high &<< FixedPointWeights.lowBits) &+ low
            let whole = sums &>> FixedPointWeights.precisionBits
            // Clipping without branches: a sign spread over a number is a mask.
            let natural = whole & ~(whole &>> 31)
            let excess = natural &- 255
            let clipped = natural &- (excess & ~(excess &>> 31))
            return SIMD4<UInt8>(
                UInt8(truncatingIfNeeded: clipped[0]),
                UInt8(truncatingIfNeeded: clipped[1]),
                UInt8(truncatingIfNeeded: clipped[2]),
                UInt8(truncatingIfNeeded: clipped[3])
            )
        }
    }

    /// Bytes as 16-bit numbers.
    @inline(__always)
    static func widened(_ bytes: SIMD8<UInt8>) -> SIMD8<UInt16> {
        var padded = SIMD16<UInt8>()
        padded.evenHalf = bytes
        return unsafe unsafeBitCast(padded, to: SIMD8<UInt16>.self)
    }
}
