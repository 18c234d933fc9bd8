internal import CIntrinsics
internal import KernelInterface

/// One tile of ``KernelID/convolutionThreeTaps``: neighbouring pixels of a row, one output block.
///
/// The lanes of the block belong to one group or to two. Input i of a lane's group is read once for each pixel, into
/// all lanes of the group, and multiplied by the weights of the filter's three columns.
struct ThreeTapsTile: TileWork {
    let shape: ConvolutionShape
    let plan: DensePlan
    /// The copy, at the tile's first pixel of the first input block.
    let copy: Source
    /// Weights of the block, `[kernel row][inputs of a group][3][16]`.
    let weights: Source
    /// The first channel of the first group, counted from the first input block's.
    let channel: Int
    /// The first lane of the second group; sixteen if there is one group.
    let secondLane: Int
    let epilogue: Epilogue

    @inline(__always) func run<let rows: Int, let vectors: Int>(_ type: Tile<rows, vectors>.Type) {
        if vectors > 1 { return }
        if secondLane == 16 {
            runTile(type, OneGroup(firstChannel: channel, blockStride: plan.copyBlockStride))
        } else {
            let groups = TwoGroups(
                firstChannel: channel,
                secondChannel: channel &+ shape.inputChannelsPerGroup,
                blockStride: plan.copyBlockStride,
                mask: apus_lanes_below(secondLane)
            )
            runTile(type, groups)
        }
    }

    @inline(__always) private func runTile<let rows: Int, let vectors: Int, Groups: LaneGroups>(
        _ type: Tile<rows, vectors>.Type,
        _ groups: Groups
    ) {
        if shape.strideWidth == 1 { runDirect(type, groups) } else { runStrided(type, groups) }
    }

    /// Stride 1: pixel p is the left tap of output p, the middle one of p - 1, the right one of p - 2.
    @inline(never) private func runDirect<let rows: Int, let vectors: Int, Groups: LaneGroups>(
        _ type: Tile<rows, vectors>.Type,
        _ groups: Groups
    ) {
        var tile = Tile<rows, vectors>()
        let rowFloats = plan.phases &* plan.phaseColumns &* 16 &* shape.dilationHeight
        var weights = weights
        for kernelRow in 0..<shape.kernelHeight {
            let line = copy + kernelRow &* rowFloats
            for input in 0..<shape.inputChannelsPerGroup {
                let place = groups.place(line, input)
                let (left, middle, right) = (weights.vector(0), weights.vector(16), weights.vector(32))
                for pixel in 0..<(rows &+ 2) {
                    let x = groups.value(place, pixel &* 16)
                    if pixel < rows { tile.sums[0][pixel] = multiplyAdd(x, left, tile.sums[0][pixel]) }
                    if pixel >= 1 && pixel <= rows {
                        tile.sums[0][pixel &- 1] = multiplyAdd(x, middle, tile.sums[0][pixel &- 1])
                    }
                    if pixel >= 2 {
                        tile.sums[0][pixel &- 2] = multiplyAdd(x, right, tile.sums[0][pixel &- 2])
                    }
                }
                weights = weights + 48
            }
        }
        tile.store(epilogue)
    }

    /// Stride 2: even pixel p is the left tap of output p and the right one of p - 1, odd pixel p the middle one of p.
    @inline(never) private func runStrided<let rows: Int, let vectors: Int, Groups: LaneGroups>(
        _ type: Tile<rows, vectors>.Type,
        _ groups: Groups
    ) {
        var tile = Tile<rows, vectors>()
        let phaseFloats = plan.phaseColumns &* 16
        let rowFloats = plan.phases &* phaseFloats &* shape.dilationHeight
        var weights = weights
        for kernelRow in 0..<shape.kernelHeight {
            let line = copy + kernelRow &* rowFloats
            for input in 0..<shape.inputChannelsPerGroup {
                let even = groups.place(line, input)
                let odd = groups.place(line + phaseFloats, input)
                let (left, middle, right) = (weights.vector(0), weights.vector(16), weights.vector(32))
                for pixel in 0..<(rows &+ 1) {
                    let x = groups.value(even, pixel &* 16)
                    if pixel < rows {
                        tile.sums[0][pixel] = multiplyAdd(x, left, tile.sums[0][pixel])
                        let y = groups.value(odd, pixel &* 16)
                        tile.sums[0][pixel] = multiplyAdd(y, middle, tile.sums[0][pixel])
                    }
                    if pixel >= 1 {
                        tile.sums[0][pixel &- 1] = multiplyAdd(x, right, tile.sums[0][pixel &- 1])
                    }
                }
                weights = weights + 48
            }
        }
        tile.store(epilogue)
    }
}
