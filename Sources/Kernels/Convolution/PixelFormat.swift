internal import CIntrinsics

/// How sixteen channels of a pixel, or sixteen inputs of a row, stand where a tile reads them, and how it multiplies
/// them.
///
/// A kernel that is generic over its format is one loop for float32 and for bfloat16: once compiled, all of this is
/// constant.
protocol PixelFormat {
    /// Whether the channels are rounded to bfloat16: they are copied then, since maps and rows hold floats.
    static var isRounded: Bool { get }

    /// The steps of a sum over `channels` channels from the first of sixteen on: as many floats a pixel takes, and
    /// sixteen times as many a block of weights.
    static func steps(_ channels: Int) -> Int

    /// Stores sixteen channels at `offset` floats from `target` on.
    static func store(_ channels: Vector, to target: Target, _ offset: Int)

    /// Adds `steps` steps, one at least: step k of row r reads the float at `r * rowStride + k`, and for block v the
    /// weights at `v * blockStride + k * 16`.
    static func accumulate<let rows: Int, let vectors: Int>(
        into tile: inout Tile<rows, vectors>,
        input: Source,
        rowStride: Int,
        weights: Source,
        blockStride: Int,
        steps: Int
    )
}

extension PixelFormat {
    /// Floats that sixteen channels take.
    @inline(__always) static var floats: Int { steps(16) }
}

/// Floats as they are: a step for each channel.
protocol FloatFormat: PixelFormat {}

extension FloatFormat {
    @inline(__always) static var isRounded: Bool { false }

    @inline(__always) static func steps(_ channels: Int) -> Int { channels }

    @inline(__always) static func store(_ channels: Vector, to target: Target, _ offset: Int) {
        target.store(channels, offset)
    }
}

/// Floats, all lanes of a block.
enum FloatPixel: FloatFormat {
    @inline(__always) static func accumulate<let rows: Int, let vectors: Int>(
        into tile: inout Tile<rows, vectors>,
        input: Source,
        rowStride: Int,
        weights: Source,
        blockStride: Int,
        steps: Int
    ) {
        tile.accumulate(
            input: input,
            rowStride: rowStride,
            weights: weights,
            blockStride: blockStride,
            depth: steps
        )
    }
}

/// Floats, where the tile's last block has eight outputs or fewer.
enum HalvedPixel: FloatFormat {
    @inline(__always) static func accumulate<let rows: Int, let vectors: Int>(
        into tile: inout Tile<rows, vectors>,
        input: Source,
        rowStride: Int,
        weights: Source,
        blockStride: Int,
        steps: Int
    ) {
        tile.accumulateHalved(
            input: input,
            rowStride: rowStride,
            weights: weights,
            blockStride: blockStride,
            depth: steps
        )
    }
}

/// Pairs of bfloat16, rounded to nearest, ties to even: a step for each pair.
enum PairPixel: PixelFormat {
    @inline(__always) static var isRounded: Bool { true }

    @inline(__always) static func steps(_ channels: Int) -> Int { (channels &+ 1) / 2 }

    @inline(__always) static func store(_ channels: Vector, to target: Target, _ offset: Int) {
        unsafe apus_store_bfloat16(target.base + offset, channels)
    }

    @inline(__always) static func accumulate<let rows: Int, let vectors: Int>(
        into tile: inout Tile<rows, vectors>,
        input: Source,
        rowStride: Int,
        weights: Source,
        blockStride: Int,
        steps: Int
    ) {
        tile.accumulatePairs(
            input: input,
            rowStride: rowStride,
            weights: weights,
            blockStride: blockStride,
            pairs: steps
        )
    }
}
