internal import CByteVectors

/// Filters one output row vertically: a weighted sum of rows of bytes.
///
/// Channels do not matter here: a row is its bytes.
/// - Parameters:
///   - source: the first row that the output takes.
///   - rowDistance: bytes from row to row.
///   - count: how many rows the output takes.
///   - weights: for each two rows a word of their weights' high halves and one of their low halves, the first row in
///     the low 16 bits.
///   - byteCount: bytes of a row.
///   - target: the output row.
public func filterVertically(
    _ source: UnsafePointer<UInt8>,
    rowDistance: Int,
    count: Int,
    weights: UnsafePointer<UInt32>,
    byteCount: Int,
    into target: UnsafeMutablePointer<UInt8>
) {
    var byte = 0
    while byte &+ 16 <= byteCount {
        unsafe apus_store_bytes(
            target + byte,
            weightedSums(source + byte, rowDistance, count, weights)
        )
        byte &+= 16
    }
    guard byte < byteCount else { return }
    if byteCount >= 16 {
        // The last sixteen bytes, some of them once more.
        byte = byteCount &- 16
        unsafe apus_store_bytes(
            target + byte,
            weightedSums(source + byte, rowDistance, count, weights)
        )
    } else {
        unsafe filterFew(source, rowDistance, count, weights, byteCount, target)
    }
}

/// Sixteen neighbouring bytes of the output.
@inline(__always)
private func weightedSums(
    _ source: UnsafePointer<UInt8>,
    _ rowDistance: Int,
    _ count: Int,
    _ weights: UnsafePointer<UInt32>
) -> SIMD16<UInt8> {
    var high = apus_sums_of(0)
    // One half, for rounding.
    var low = apus_sums_of(1 << (APUS_WEIGHT_BITS - 1))
    var row = 0
    while row < count {
        let first = unsafe source + row &* rowDistance
        // An odd last row stands for its successor, which has a weight of zero.
        let second = unsafe row &+ 1 < count ? first + rowDistance : first
        let samples = unsafe apus_woven(apus_load_bytes(first), apus_load_bytes(second))
        high = unsafe apus_add_pairs(high, samples, weights[row])
        low = unsafe apus_add_pairs(low, samples, weights[row &+ 1])
        row &+= 2
    }
    return apus_clipped(high, low)
}

/// Rows of fewer than sixteen bytes.
private func filterFew(
    _ source: UnsafePointer<UInt8>,
    _ rowDistance: Int,
    _ count: Int,
    _ weights: UnsafePointer<UInt32>,
    _ byteCount: Int,
    _ target: UnsafeMutablePointer<UInt8>
) {
    var byte = 0
    while byte < byteCount {
        var (high, low): (Int32, Int32) = (0, 1 << (APUS_WEIGHT_BITS - 1))
        var row = 0
        while row < count {
            let sample = unsafe Int32(truncatingIfNeeded: source[row &* rowDistance &+ byte])
            let shift = UInt32(truncatingIfNeeded: row & 1) &* 16
            let word = row & ~1
            high &+= unsafe sample &* half(weights[word] &>> shift)
            low &+= unsafe sample &* half(weights[word &+ 1] &>> shift)
            row &+= 1
        }
        let whole = ((high &<< APUS_WEIGHT_LOW_BITS) &+ low) &>> APUS_WEIGHT_BITS
        unsafe target[byte] = UInt8(truncatingIfNeeded: max(0, min(whole, 255)))
        byte &+= 1
    }
}

/// The low 16 bits as a signed number.
@inline(__always)
private func half(_ word: UInt32) -> Int32 { Int32(truncatingIfNeeded: Int16(truncatingIfNeeded: word)) }
