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

/// Copies rows of `count` floats, multiplied by `factor`, to where the features of a row are neighbours, as floats or as
/// bfloat16; zeros past the last to a multiple of sixteen.
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

/// Packs a matrix for tiles as `[block of 16 lanes][depth][16]`, zeros past the last lane: lane j of depth k stands at
/// `j * laneStride + k * depthStride`.
///
/// `edge` is scratch memory of 256 floats.
func packLanes(
    _ source: Source,
    laneStride: Int,
    lanes: Int,
    depthStride: Int,
    depth: Int,
    into packed: Target,
    edge: Target
) {
    let blocks = BlockedLayout.blocks(lanes)
    if laneStride == 1 {
        // Line by line, as they come from memory.
        for k in 0..<depth {
            let line = source + k &* depthStride
            for block in 0..<blocks {
                let place = block &* 16
                line.prefetch(prefetchedLines &* depthStride &+ place)
                packed.store(
                    line.vector(place, count: min(16, lanes &- place)),
                    (block &* depth &+ k) &* 16
                )
            }
        }
        return
    }
    for block in 0..<blocks {
        let target = packed + block &* depth &* 16
        let first = source + block &* 16 &* laneStride
        let count = min(16, lanes &- block &* 16)
        if depthStride == 1 {
            turnBlock(first, laneStride, count: count, depth: depth, into: target, edge: edge)
        } else {
            for k in 0..<depth { target.store(zeroVector, k &* 16) }
            for lane in 0..<count {
                let line = first + lane &* laneStride
                for k in 0..<depth { target[k &* 16 &+ lane] = line[k &* depthStride] }
            }
        }
    }
}

/// Lines between the one that is packed and the one that is asked for: lines of a joined layer stand pages apart,
/// where the CPU asks for nothing by itself.
@inline(__always) var prefetchedLines: Int { 16 }

/// Turns up to sixteen rows of `depth` floats into `[depth][16]`.
private func turnBlock(
    _ source: Source,
    _ stride: Int,
    count: Int,
    depth: Int,
    into target: Target,
    edge: Target
) {
    var place = 0
    while place < depth {
        let length = min(16, depth &- place)
        for lane in 0..<count { source.prefetch((lane &+ prefetchedLines) &* stride &+ place) }
        if count == 16 && length == 16 {
            unsafe apus_transpose(source.base + place, stride, target.base + place &* 16)
        } else {
            for lane in 0..<16 {
                let isRow = lane < count
                let value = isRow ? source.vector(lane &* stride &+ place, count: length) : zeroVector
                edge.store(value, lane &* 16)
            }
            if length == 16 {
                unsafe apus_transpose(edge.source.base, 16, target.base + place &* 16)
            } else {
                for k in 0..<length {
                    for lane in 0..<16 { target[(place &+ k) &* 16 &+ lane] = edge[lane &* 16 &+ k] }
                }
            }
        }
        place &+= 16
    }
}
