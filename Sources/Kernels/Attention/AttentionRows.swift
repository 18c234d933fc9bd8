internal import CIntrinsics
internal import KernelInterface

/// Writes `e^(x - largest)` over the first `count` floats of a row of scores, and zeros to the end of its last block:
/// the reciprocal of their sum.
///
/// A NaN makes the sum NaN, whatever the largest score is then.
@inline(__always) func exponentials(_ line: Target, count: Int) -> Float {
    let blocks = BlockedLayout.blocks(count)
    let lastPlace = (blocks &- 1) &* 16
    let isKey = apus_keep_first(splat(1), count &- lastPlace)
    let past = apus_select_less(isKey, splat(0.5), splat(-.infinity), zeroVector)
    line.store(line.vector(lastPlace) + past, lastPlace)
    var largest = splat(-.infinity)
    for block in 0..<blocks {
        largest = apus_at_least(largest, line.vector(block &* 16))
    }
    let maximum = splat(apus_largest_lane(largest))
    var total = zeroVector
    for block in 0..<blocks {
        let value = exponential(line.vector(block &* 16) - maximum)
        line.store(value, block &* 16)
        total += value
    }
    return 1 / laneSum(total)
}

/// Copies rows of `count` floats, multiplied by `factor`, to where the features of a row are neighbours, in the
/// format of `Pixel`; zeros past the last to a multiple of sixteen.
///
/// `edge` is scratch memory of 16 floats.
func copyScaled<Pixel: PixelFormat>(
    as _: Pixel.Type,
    _ source: Source,
    _ strides: AttentionStrides,
    rows: Int,
    count: Int,
    factor: Float,
    into copy: Target,
    rowStride: Int,
    edge: Target
) {
    let factors = splat(factor)
    for row in 0..<rows {
        let line = source + row &* strides.row
        let target = copy + row &* rowStride
        for block in 0..<BlockedLayout.blocks(count) {
            let place = block &* 16
            let length = min(count &- place, 16)
            var values = zeroVector
            if strides.column == 1 {
                values = line.vector(place, count: length)
            } else {
                for k in 0..<length { edge[k] = line[(place &+ k) &* strides.column] }
                values = edge.source.vector(0, count: length)
            }
            Pixel.store(values * factors, to: target, block &* Pixel.floats)
        }
    }
}

/// Multiplies the first `blocks` vectors of a line and rounds them to pairs, in place: sixteen numbers take eight floats.
@inline(__always) func roundLine(_ line: Target, blocks: Int, factor: Float) {
    let factors = splat(factor)
    for block in 0..<blocks {
        PairPixel.store(line.vector(block &* 16) * factors, to: line, block &* PairPixel.floats)
    }
}
