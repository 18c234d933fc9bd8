internal import CIntrinsics
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
        for vector in 0..<vectors {
            for row in 0..<rows {
                products.store(tile.sums[vector][row], vector &* productBlockStride &+ row &* 16)
            }
        }
    }
}
