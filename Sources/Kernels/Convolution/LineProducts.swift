internal import KernelInterface

/// The products of one register tile at one point of ``LineTiling``.
struct LineProducts: TileWork {
    /// Taps across the line.
    let across: Int
    let channels: Int
    /// The first row's transformed inputs of the first tap and input block.
    let patches: Source
    /// Floats from a tap across the line to the next.
    let lineStride: Int
    /// Floats from an input block to the next.
    let patchBlockStride: Int
    /// Weights of the first output block, `[tap across][input][16]`.
    let weights: Source
    let weightBlockStride: Int
    /// The first row's products of the first output block.
    let products: Target
    /// Floats from an output block to the next.
    let productBlockStride: Int

    @inline(never) func run<let rows: Int, let vectors: Int>(_ type: Tile<rows, vectors>.Type) {
        var (line, weights) = (patches, weights)
        // Loops that are known to be entered: others would keep every sum twice.
        var tap = 0
        repeat {
            var (input, channel) = (line, 0)
            repeat {
                let end = min(channel &+ LineTiling.channelsPerSum, channels)
                let isFirst = tap == 0 && channel == 0
                var tile = Tile<rows, vectors>()
                repeat {
                    let depth = min(end &- channel, 16)
                    tile.accumulate(
                        input: input,
                        rowStride: 16,
                        weights: weights,
                        blockStride: weightBlockStride,
                        depth: depth
                    )
                    channel &+= 16
                    input = input + patchBlockStride
                    weights = weights + depth &* 16
                } while channel < end
                if isFirst { tile.storeProducts(products, productBlockStride) } else { add(tile) }
            } while channel < channels
            line = line + lineStride
            tap &+= 1
        } while tap < across
    }

    @inline(__always) private func add<let rows: Int, let vectors: Int>(_ tile: Tile<rows, vectors>) {
        for vector in 0..<vectors {
            for row in 0..<rows {
                let place = vector &* productBlockStride &+ row &* 16
                products.store(products.vector(place) + tile.sums[vector][row], place)
            }
        }
    }
}
