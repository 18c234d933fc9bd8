internal import CIntrinsics
internal import KernelInterface

/// One tile of a depthwise convolution that reads its input in place: neighbouring pixels of a row.
///
/// Each input pixel is read once, for all sums that it belongs to. Only the first and the last pixels of a tile, as
/// many as the filter has columns but one, can lie outside of the input: those are zeros then.
struct DepthwiseRowTile: TileWork {
    /// The input at the tile's first pixel and the filter's row ``firstKernelRow``; it may lie outside of the input.
    let source: Source
    /// Floats from an input row to the next row of the filter.
    let rowStride: Int
    /// The filter rows that lie inside the input.
    let firstKernelRow: Int
    let endKernelRow: Int
    /// The tile's pixels that lie inside the input: `firstPixel..<endPixel`.
    let firstPixel: Int
    let endPixel: Int
    let kernelWidth: Int
    let strideWidth: Int
    let weights: Source
    let epilogue: Epilogue

    @inline(__always) func run<let rows: Int, let vectors: Int>(_ type: Tile<rows, vectors>.Type) {
        if vectors > 1 { return }
        if strideWidth == 1 {
            switch kernelWidth {
            case 3: runTaps(type, RowTaps<3, 1>.self)
            case 5: runTaps(type, RowTaps<5, 1>.self)
            default: runTaps(type, RowTaps<7, 1>.self)
            }
        } else {
            switch kernelWidth {
            case 3: runTaps(type, RowTaps<3, 2>.self)
            default: runTaps(type, RowTaps<5, 2>.self)
            }
        }
    }

    @inline(never) private func runTaps<let rows: Int, let vectors: Int, let taps: Int, let stride: Int>(
        _ type: Tile<rows, vectors>.Type,
        _ filter: RowTaps<taps, stride>.Type
    ) {
        var tile = Tile<rows, vectors>()
        let zeros = unsafe Source(apus_zeros().assumingMemoryBound(to: Float.self))
        let inside = UInt(bitPattern: endPixel &- firstPixel)
        var line = source
        var weights = weights + firstKernelRow &* taps &* 16
        let pixels = (rows &- 1) &* stride &+ taps
        for _ in firstKernelRow..<endKernelRow {
            for pixel in 0..<pixels {
                var place = line + pixel &* 16
                if pixel < taps &- 1 || pixel > pixels &- taps {
                    place = UInt(bitPattern: pixel &- firstPixel) < inside ? place : zeros
                }
                let x = place.vector(0)
                for tap in 0..<taps {
                    let distance = pixel &- tap
                    if distance >= 0 && distance % stride == 0 && distance / stride < rows {
                        let sum = tile.sums[0][distance / stride]
                        tile.sums[0][distance / stride] = multiplyAdd(x, weights.vector(tap &* 16), sum)
                    }
                }
            }
            line = line + rowStride
            weights = weights + taps &* 16
        }
        tile.store(epilogue)
    }
}

/// Columns of a filter and the step from an output to the next, as constants.
private enum RowTaps<let taps: Int, let stride: Int> {}
