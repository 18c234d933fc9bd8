internal import CIntrinsics
internal import KernelInterface

/// Writes `e^(x - largest)` over the first `count` floats of rows of scores, which `stride` floats part, and zeros to the end
/// of their last blocks; the reciprocal of each row's sum goes to `factors`.
///
/// `mask` is added to the scores first: rows of `maskStride` floats from each other. A NaN makes the sum NaN, whatever the
/// largest score is then. Four rows go together, so that none waits for its own largest score and sum; each has the same
/// bits alone.
func softenRows(
    _ scores: Target,
    stride: Int,
    rows: Int,
    count: Int,
    mask: Source?,
    maskStride: Int,
    factors: Target
) {
    func maskRow(_ row: Int) -> Source? { mask.map { $0 + row &* maskStride } }
    var row = 0
    while row &+ 4 <= rows {
        softenGroup(
            RowGroup<4>.self,
            scores + row &* stride,
            stride,
            count: count,
            mask: maskRow(row),
            maskStride,
            factors + row
        )
        row &+= 4
    }
    while row < rows {
        softenGroup(
            RowGroup<1>.self,
            scores + row &* stride,
            stride,
            count: count,
            mask: maskRow(row),
            maskStride,
            factors + row
        )
        row &+= 1
    }
}

/// The rows of ``softenRows(_:stride:rows:count:mask:maskStride:factors:)`` that go together.
@inline(never)
private func softenGroup<let rows: Int>(
    _: RowGroup<rows>.Type,
    _ scores: Target,
    _ stride: Int,
    count: Int,
    mask: Source?,
    _ maskStride: Int,
    _ factors: Target
) {
    let blocks = BlockedLayout.blocks(count)
    let lastPlace = (blocks &- 1) &* 16
    let isKey = apus_keep_first(splat(1), count &- lastPlace)
    let past = apus_select_less(isKey, splat(0.5), splat(-.infinity), zeroVector)
    var largest = zeroed(InlineArray<rows, Vector>.self)
    for row in 0..<rows { largest[row] = splat(-.infinity) }
    for block in 0..<blocks {
        for row in 0..<rows {
            let place = row &* stride &+ block &* 16
            var value = scores.vector(place)
            if let mask { value += mask.vector(row &* maskStride &+ block &* 16) }
            if block == blocks &- 1 { value += past }
            if mask != nil || block == blocks &- 1 { scores.store(value, place) }
            largest[row] = apus_at_least(largest[row], value)
        }
    }
    for row in 0..<rows { largest[row] = splat(apus_largest_lane(largest[row])) }
    var totals = zeroed(InlineArray<rows, Vector>.self)
    for block in 0..<blocks {
        for row in 0..<rows {
            let place = row &* stride &+ block &* 16
            let value = exponential(scores.vector(place) - largest[row])
            scores.store(value, place)
            totals[row] += value
        }
    }
    for row in 0..<rows { factors[row] = 1 / laneSum(totals[row]) }
}

/// Rows that go together, as a constant.
private enum RowGroup<let rows: Int> {}

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
