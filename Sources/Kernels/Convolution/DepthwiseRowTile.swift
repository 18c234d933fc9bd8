internal import CIntrinsics
internal import KernelInterface

/// Tiles of a depthwise convolution that read their input in place: neighbouring pixels of a row, and those of the
/// rows below.
///
/// Each input pixel is read once for all sums of a row that it belongs to. Only the first and the last pixels of a
/// tile, as many as the filter has columns but one, can lie outside of the input: those are zeros then.
struct DepthwiseRowTile: TileWork {
    let shape: ConvolutionShape
    /// The input block.
    let source: Source
    /// Floats from an input row to the next.
    let rowStride: Int
    /// Input row of the first tile's first filter row.
    let top: Int
    /// Input column of the tiles' first pixel's first tap.
    let left: Int
    /// Tiles.
    let outputRows: Int
    let outputRowFloats: Int
    let residualRowFloats: Int
    let weights: Source
    let epilogue: Epilogue

    @inline(__always) func run<let rows: Int, let vectors: Int>(_ type: Tile<rows, vectors>.Type) {
        if vectors > 1 { return }
        if shape.strideWidth == 1 {
            switch shape.kernelWidth {
            case 1: runTaps(type, RowTaps<1, 1>.self)
            case 3: runTaps(type, RowTaps<3, 1>.self)
            case 5: runTaps(type, RowTaps<5, 1>.self)
            default: runTaps(type, RowTaps<7, 1>.self)
            }
        } else {
            switch shape.kernelWidth {
            case 3: runTaps(type, RowTaps<3, 2>.self)
            default: runTaps(type, RowTaps<5, 2>.self)
            }
        }
    }

    @inline(never) private func runTaps<let rows: Int, let vectors: Int, let taps: Int, let stride: Int>(
        _ type: Tile<rows, vectors>.Type,
        _ filter: RowTaps<taps, stride>.Type
    ) {
        let zeros = unsafe Source(apus_zeros().assumingMemoryBound(to: Float.self))
        let pixels = (rows &- 1) &* stride &+ taps
        let firstPixel = max(0 &- left, 0)
        let inside = UInt(bitPattern: max(shape.inputWidth &- left &- firstPixel, 0))
        var epilogue = epilogue
        for outputRow in 0..<outputRows {
            let rowTop = top &+ outputRow &* shape.strideHeight
            let first = min(max(0 &- rowTop, 0), shape.kernelHeight)
            let end = max(min(shape.inputHeight &- rowTop, shape.kernelHeight), first)
            var tile = Tile<rows, vectors>()
            var line = source + ((rowTop &+ first) &* rowStride &+ left &* 16)
            var weights = weights + first &* taps &* 16
            for _ in first..<end {
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
            epilogue.output = epilogue.output + outputRowFloats
            if let residual = epilogue.residual { epilogue.residual = residual + residualRowFloats }
        }
    }
}

/// Columns of a filter and the step from an output to the next, as constants.
private enum RowTaps<let taps: Int, let stride: Int> {}
