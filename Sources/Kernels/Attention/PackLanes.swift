internal import CIntrinsics
internal import KernelInterface

/// Packs a matrix for tiles as `[block of 16 lanes][step][16]` in the format of `Pixel`, zeros past the last lane: lane j
/// of depth k stands at `j * laneStride + k * depthStride`.
///
/// `blockFloats` is the floats of a block: those of the depths, of pairs rounded up to sixteen of them. `edge` is scratch
/// memory of 272 floats.
func packLanes<Pixel: PixelFormat>(
    as _: Pixel.Type,
    _ source: Source,
    laneStride: Int,
    lanes: Int,
    depthStride: Int,
    depth: Int,
    into packed: Target,
    blockFloats: Int,
    edge: Target
) {
    if Pixel.isRounded {
        packPairs(
            source,
            laneStride: laneStride,
            lanes: lanes,
            depthStride: depthStride,
            depth: depth,
            pairs: blockFloats / 16,
            into: packed,
            edge: edge
        )
    } else {
        packFloats(
            source,
            laneStride: laneStride,
            lanes: lanes,
            depthStride: depthStride,
            depth: depth,
            into: packed,
            edge: edge
        )
    }
}

/// Packs a matrix for tiles as `[block of 16 lanes][depth][16]`, zeros past the last lane: lane j of depth k stands at
/// `j * laneStride + k * depthStride`.
///
/// `edge` is scratch memory of 256 floats.
private func packFloats(
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
