internal import CIntrinsics
internal import KernelInterface

/// Packs a matrix for tiles as `[block of 16 lanes][pair of depths][16][2]` of bfloat16, zeros past the last lane and
/// depth: lane j of depth k stands at `j * laneStride + k * depthStride`.
///
/// A block has `pairs` pairs, a multiple of sixteen that holds the depth; `edge` is scratch memory of 272 floats.
func packPairs(
    _ source: Source,
    laneStride: Int,
    lanes: Int,
    depthStride: Int,
    depth: Int,
    pairs: Int,
    into packed: Target,
    edge: Target
) {
    let blocks = BlockedLayout.blocks(lanes)
    if laneStride == 1 {
        // Two lines at a time, as they come from memory.
        for pair in 0..<(depth &+ 1) / 2 {
            let line = source + pair &* 2 &* depthStride
            let hasSecond = pair &* 2 &+ 1 < depth
            for block in 0..<blocks {
                let (place, count) = (block &* 16, min(16, lanes &- block &* 16))
                line.prefetch(prefetchedLines &* depthStride &+ place)
                line.prefetch((prefetchedLines &+ 1) &* depthStride &+ place)
                let first = line.vector(place, count: count)
                let second = hasSecond ? line.vector(depthStride &+ place, count: count) : zeroVector
                packed.store(apus_bfloat16_pairs(first, second), (block &* pairs &+ pair) &* 16)
            }
        }
        return
    }
    for block in 0..<blocks {
        let first = source + block &* 16 &* laneStride
        let count = min(16, lanes &- block &* 16)
        // Sixteen pairs of each lane, turned as floats are.
        for part in 0..<pairs / 16 {
            for lane in 0..<16 {
                for half in 0..<2 {
                    let place = part &* 32 &+ half &* 16
                    let length = lane < count ? max(min(16, depth &- place), 0) : 0
                    var values = zeroVector
                    if length > 0 {
                        let line = first + (lane &* laneStride &+ place &* depthStride)
                        if depthStride == 1 {
                            line.prefetch(prefetchedLines &* laneStride)
                            values = line.vector(0, count: length)
                        } else {
                            let gathered = edge + 256
                            for k in 0..<length { gathered[k] = line[k &* depthStride] }
                            values = gathered.source.vector(0, count: length)
                        }
                    }
                    PairPixel.store(values, to: edge, lane &* 16 &+ half &* PairPixel.floats)
                }
            }
            let target = packed + (block &* pairs &+ part &* 16) &* 16
            unsafe apus_transpose(edge.source.base, 16, target.base)
        }
    }
}
