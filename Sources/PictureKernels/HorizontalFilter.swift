internal import CByteVectors

/// Filters rows of bytes horizontally: each output pixel is a weighted sum of neighbours in its row.
///
/// Rows are woven first: 64 bytes for each two neighbours of four rows of four-byte pixels, or of sixteen rows of
/// one-byte pixels, both taps of each of sixteen samples side by side as 16-bit numbers. So one instruction multiplies
/// two taps by their weights and adds them, and each weight serves all these rows. All outputs take equally many taps,
/// some with a weight of zero: no branch depends on the output.
/// - Parameters:
///   - source: the first pixel that any output takes.
///   - rowDistance: bytes from row to row.
///   - rowCount: how many rows are filtered.
///   - pixelCount: pixels of a row.
///   - pixelStride: bytes a pixel, 1 or 4; each byte is a channel of its own.
///   - firsts: for each output the first pixel that it takes, an even one.
///   - weights: for each output, and each of `pairCount` times two taps, a word of the weights' high halves and one of
///     their low halves, the first tap in the low 16 bits.
///   - pairCount: how many times two taps an output has.
///   - outputCount: pixels of an output row.
///   - woven: zeroed scratch of 32 numbers for each two pixels, of as many as the last output's taps reach.
///   - target: rows of `outputCount` pixels without gaps.
public func filterHorizontally(
    _ source: UnsafePointer<UInt8>,
    rowDistance: Int,
    rowCount: Int,
    pixelCount: Int,
    pixelStride: Int,
    firsts: UnsafePointer<Int>,
    weights: UnsafePointer<UInt32>,
    pairCount: Int,
    outputCount: Int,
    woven: UnsafeMutablePointer<Int16>,
    into target: UnsafeMutablePointer<UInt8>
) {
    let outputRow = outputCount &* pixelStride
    let blockRows = pixelStride == 4 ? 4 : 16
    var row = 0
    while row < rowCount {
        let lineCount = min(blockRows, rowCount &- row)
        var line = 0
        while line < blockRows {
            // Where rows are missing, the last one stands for them.
            let place = row &+ min(line, lineCount &- 1)
            let start = unsafe source + place &* rowDistance
            if pixelStride == 4 {
                unsafe weavePixels(start, pixelCount, into: woven + line &* 8)
            } else {
                unsafe weaveBytes(start, pixelCount, into: woven + line &* 2)
            }
            line &+= 1
        }
        let result = unsafe target + row &* outputRow
        var output = 0
        while output < outputCount {
            let bytes = unsafe weightedSums(
                woven + firsts[output] &* 16,
                weights + output &* pairCount &* 2,
                pairCount
            )
            if pixelStride == 4 {
                unsafe storePixels(bytes, result + output &* 4, outputRow, lineCount)
            } else {
                unsafe storeBytes(bytes, result + output, outputRow, lineCount)
            }
            output &+= 1
        }
        row &+= blockRows
    }
}

/// Sixteen samples of an output.
@inline(__always)
private func weightedSums(
    _ woven: UnsafePointer<Int16>,
    _ weights: UnsafePointer<UInt32>,
    _ pairCount: Int
) -> SIMD16<UInt8> {
    var high = apus_sums_of(0)
    // One half, for rounding.
    var low = apus_sums_of(1 << (APUS_WEIGHT_BITS - 1))
    var pair = 0
    while pair < pairCount {
        let samples = unsafe apus_load_words(woven + pair &* 32)
        high = unsafe apus_add_pairs(high, samples, weights[pair &* 2])
        low = unsafe apus_add_pairs(low, samples, weights[pair &* 2 &+ 1])
        pair &+= 1
    }
    return apus_clipped(high, low)
}

/// Writes the channels of each two pixels of a row, 32 numbers from pair to pair.
@inline(__always)
private func weavePixels(
    _ row: UnsafePointer<UInt8>,
    _ count: Int,
    into target: UnsafeMutablePointer<Int16>
) {
    var pixel = 0
    // Two pairs from twenty bytes.
    while pixel &+ 5 <= count {
        let firsts = unsafe apus_load_bytes(row + pixel &* 4)
        let seconds = unsafe apus_load_bytes(row + (pixel &* 4 &+ 4))
        unsafe apus_store_words(target + pixel &* 16, apus_first_pixel_woven(firsts, seconds))
        unsafe apus_store_words(target + (pixel &* 16 &+ 32), apus_third_pixel_woven(firsts, seconds))
        pixel &+= 4
    }
    while pixel < count {
        let first = unsafe row + pixel &* 4
        let pair = unsafe target + pixel &* 16
        let hasSecond = pixel &+ 1 < count
        var channel = 0
        while channel < 4 {
            unsafe pair[channel &* 2] = Int16(truncatingIfNeeded: first[channel])
            unsafe pair[channel &* 2 &+ 1] =
                hasSecond ? Int16(truncatingIfNeeded: first[channel &+ 4]) : 0
            channel &+= 1
        }
        pixel &+= 2
    }
}

/// Writes each two bytes of a row, 32 numbers from pair to pair.
@inline(__always)
private func weaveBytes(
    _ row: UnsafePointer<UInt8>,
    _ count: Int,
    into target: UnsafeMutablePointer<Int16>
) {
    var byte = 0
    while byte < count {
        unsafe target[byte &* 16] = Int16(truncatingIfNeeded: row[byte])
        unsafe target[byte &* 16 &+ 1] =
            byte &+ 1 < count ? Int16(truncatingIfNeeded: row[byte &+ 1]) : 0
        byte &+= 2
    }
}

/// Stores a pixel in each of `lineCount` rows.
@inline(__always)
private func storePixels(
    _ pixels: SIMD16<UInt8>,
    _ target: UnsafeMutablePointer<UInt8>,
    _ rowDistance: Int,
    _ lineCount: Int
) {
    unsafe apus_store_pixel(target, pixels, 0)
    if lineCount > 1 { unsafe apus_store_pixel(target + rowDistance, pixels, 1) }
    if lineCount > 2 { unsafe apus_store_pixel(target + rowDistance &* 2, pixels, 2) }
    if lineCount > 3 { unsafe apus_store_pixel(target + rowDistance &* 3, pixels, 3) }
}

/// Stores a byte in each of `lineCount` rows.
@inline(__always)
private func storeBytes(
    _ bytes: SIMD16<UInt8>,
    _ target: UnsafeMutablePointer<UInt8>,
    _ rowDistance: Int,
    _ lineCount: Int
) {
    var line = 0
    while line < lineCount {
        unsafe target[line &* rowDistance] = bytes[line]
        line &+= 1
    }
}
