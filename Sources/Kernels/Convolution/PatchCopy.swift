internal import KernelInterface

/// Copies the `height` x `width` pixels of an input block from row `row` and column `column` on to `patch`, densely, with
/// zeros where they lie outside of the input.
///
/// `map` is the block's first pixel.
@inline(never)
func copyPatch(
    _ arguments: ConvolutionArguments,
    _ map: Source,
    row: Int,
    column: Int,
    height: Int,
    width: Int,
    to patch: Target
) {
    let shape = arguments.shape
    // Columns first..<end lie inside of the input.
    let first = min(max(0 &- column, 0), width)
    let end = max(min(shape.inputWidth &- column, width), first)
    for y in 0..<height {
        let target = patch + y &* width &* 16
        guard row &+ y >= 0 && row &+ y < shape.inputHeight else {
            for x in 0..<width { target.store(zeroVector, x &* 16) }
            continue
        }
        let line = map + ((row &+ y) &* arguments.inputStrides.row &+ column &* 16)
        for x in 0..<first { target.store(zeroVector, x &* 16) }
        for x in first..<end { target.store(line.vector(x &* 16), x &* 16) }
        for x in end..<width { target.store(zeroVector, x &* 16) }
    }
}
