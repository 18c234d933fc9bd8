internal import CIntrinsics
internal import KernelInterface

/// ``KernelID/pooling``: windows over blocked maps, a task being an output row of a channel block.
func runPooling(
    _ pointer: UnsafeRawPointer,
    _ begin: Int,
    _ end: Int,
    _ scratch: UnsafeMutablePointer<Float>
) {
    let arguments = unsafe load(pointer, PoolingArguments.self)
    let blocks = BlockedLayout.blocks(arguments.channels)
    for task in begin..<end {
        let (map, row) = (task / arguments.outputHeight, task % arguments.outputHeight)
        let (image, block) = (map / blocks, map % blocks)
        let input =
            unsafe Source(arguments.input)
            + (image &* arguments.inputStrides.image &+ block &* arguments.inputStrides.channel)
        let outputPlace =
            image &* arguments.outputStrides.image &+ block &* arguments.outputStrides.channel
            &+ row &* arguments.outputStrides.row
        poolRow(arguments, input: input, output: unsafe Target(arguments.output) + outputPlace, row: row)
    }
}

/// Pools one output row of one channel block.
private func poolRow(_ arguments: PoolingArguments, input: Source, output: Target, row: Int) {
    let top = row &* arguments.strideHeight &- arguments.paddingTop
    let bottom = top &+ arguments.kernelHeight
    let firstRow = max(top, 0)
    let endRow = min(bottom, arguments.inputHeight)
    let paddedRows = min(bottom, arguments.inputHeight &+ arguments.paddingBottom) &- top
    let rowStride = arguments.inputStrides.row
    for column in 0..<arguments.outputWidth {
        let left = column &* arguments.strideWidth &- arguments.paddingLeft
        let right = left &+ arguments.kernelWidth
        let firstColumn = max(left, 0)
        let endColumn = min(right, arguments.inputWidth)
        var value = splat(arguments.kind == .maximum ? -.infinity : 0)
        for y in firstRow..<max(endRow, firstRow) {
            let line = input + y &* rowStride
            if arguments.kind == .maximum {
                for x in firstColumn..<max(endColumn, firstColumn) {
                    let element = line.vector(x &* 16)
                    value = apus_or_nan(apus_at_least(value, element), element)
                }
            } else {
                for x in firstColumn..<max(endColumn, firstColumn) { value += line.vector(x &* 16) }
            }
        }
        switch arguments.kind {
        case .maximum: break
        case .average:
            let count = max((endRow &- firstRow) &* (endColumn &- firstColumn), 1)
            value /= splat(Float(count))
        case .averageWithPadding:
            let columns = min(right, arguments.inputWidth &+ arguments.paddingRight) &- left
            value /= splat(Float(paddedRows &* columns))
        }
        output.store(value, column &* 16)
    }
}

/// ``KernelID/globalMean``: the mean over all positions, a task being a channel block.
///
/// A row is summed in four interleaved parts, the rows' sums one after another.
func runGlobalMean(
    _ pointer: UnsafeRawPointer,
    _ begin: Int,
    _ end: Int,
    _ scratch: UnsafeMutablePointer<Float>
) {
    let arguments = unsafe load(pointer, GlobalMeanArguments.self)
    let blocks = BlockedLayout.blocks(arguments.channels)
    let divisor = splat(Float(arguments.height &* arguments.width))
    for task in begin..<end {
        let (image, block) = (task / blocks, task % blocks)
        let map =
            unsafe Source(arguments.input)
            + (image &* arguments.inputStrides.image &+ block &* arguments.inputStrides.channel)
        var total = zeroVector
        for row in 0..<arguments.height {
            total += rowSum(map + row &* arguments.inputStrides.row, pixels: arguments.width)
        }
        let output = unsafe Target(arguments.output) + image &* arguments.outputImageStride
        output.store(total / divisor, block &* 16)
    }
}

/// The sum of a row's pixels: four interleaved parts, added pairwise.
@inline(__always) func rowSum(_ row: Source, pixels: Int) -> Vector {
    var (a, b, c, d) = (zeroVector, zeroVector, zeroVector, zeroVector)
    var pixel = 0
    while pixel &+ 4 <= pixels {
        a += row.vector(pixel &* 16)
        b += row.vector(pixel &* 16 &+ 16)
        c += row.vector(pixel &* 16 &+ 32)
        d += row.vector(pixel &* 16 &+ 48)
        pixel &+= 4
    }
    while pixel < pixels {
        a += row.vector(pixel &* 16)
        pixel &+= 1
    }
    return (a + b) + (c + d)
}
