internal import KernelInterface

/// The products of one register tile at one position.
struct WinogradProducts: TileWork {
    let channels: Int
    /// The first row's transformed patch of the first input block.
    let patches: Source
    /// Floats from an input block to the next.
    let patchBlockStride: Int
    /// Weights of the first output block.
    let weights: Source
    let weightBlockStride: Int
    /// The first row's products of the first output block.
    let products: Target
    /// Floats from an output block to the next.
    let productBlockStride: Int

    @inline(never) func run<let rows: Int, let vectors: Int>(_ type: Tile<rows, vectors>.Type) {
        var tile = Tile<rows, vectors>()
        var (input, weights) = (patches, weights)
        var channel = 0
        while channel < channels {
            tile.accumulate(
                input: input,
                rowStride: 16,
                weights: weights,
                blockStride: weightBlockStride,
                depth: min(channels &- channel, 16)
            )
            channel &+= 16
            input = input + patchBlockStride
            weights = weights + 256
        }
        tile.storeProducts(products, productBlockStride)
    }
}

/// The products of one register tile at one position, of a convolution with groups.
struct GroupedWinogradProducts<Groups: LaneGroups>: TileWork {
    /// The operands; the channels are those of a group, whose weights follow each other.
    let operands: WinogradProducts
    /// Where the channels stand.
    let groups: Groups

    @inline(never) func run<let rows: Int, let vectors: Int>(_ type: Tile<rows, vectors>.Type) {
        if vectors > Groups.blocks { return }
        var tile = Tile<rows, vectors>()
        var weights = operands.weights
        // A loop that is known to be entered: another would keep every sum twice.
        var input = 0
        repeat {
            let place = groups.place(operands.patches, input)
            var weight = zeroed(InlineArray<vectors, Vector>.self)
            for vector in 0..<vectors {
                weight[vector] = weights.vector(vector &* operands.weightBlockStride)
                weights.prefetch(vector &* operands.weightBlockStride &+ Tile<rows, vectors>.prefetchDistance)
            }
            for row in 0..<rows {
                let x = groups.value(place, row &* 16)
                for vector in 0..<vectors {
                    tile.sums[vector][row] = multiplyAdd(weight[vector], x, tile.sums[vector][row])
                }
            }
            weights = weights + 16
            input &+= 1
        } while input < operands.channels
        tile.storeProducts(operands.products, operands.productBlockStride)
    }
}

extension Tile {
    /// Stores the sums as they are: those of a block row by row, blocks `blockStride` floats apart.
    @inline(__always) func storeProducts(_ products: Target, _ blockStride: Int) {
        for vector in 0..<vectors {
            for row in 0..<rows { products.store(sums[vector][row], vector &* blockStride &+ row &* 16) }
        }
    }
}
