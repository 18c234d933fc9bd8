internal import KernelInterface

/// Copies the input rows that a band of output rows reads into scratch memory, with the zeros around them.
///
/// `[copy row][phase][column][16]` in the format of `Pixel`: column q of phase p is input column
/// `q * stride + p - paddingLeft`, so the pixels that one tap reads for neighbouring outputs are neighbours.
///
/// `input` is the first pixel of the input block, `rowStride` the floats from an input row to the next, `copy`
/// has room for `plan.copyBlockStride` floats; the band has `rows` output rows from `firstRow` on.
func copyBand<Pixel: PixelFormat>(
    as _: Pixel.Type,
    _ shape: ConvolutionShape,
    _ plan: DensePlan,
    _ input: Source,
    _ rowStride: Int,
    _ copy: Target,
    _ firstRow: Int,
    _ rows: Int
) {
    let covered = (shape.kernelHeight &- 1) &* shape.dilationHeight &+ 1
    let copyRows = (rows &- 1) &* plan.rowStep &+ covered
    let sourceStep = plan.rowStep == shape.strideHeight ? 1 : shape.strideHeight
    let firstSource = firstRow &* shape.strideHeight &- shape.paddingTop
    let (columns, step) = (plan.phaseColumns, shape.strideWidth)
    for row in 0..<copyRows {
        let source = firstSource &+ row &* sourceStep
        let isInside = source >= 0 && source < shape.inputHeight
        for phase in 0..<plan.phases {
            let target = copy + (row &* plan.phases &+ phase) &* columns &* Pixel.floats
            guard isInside else {
                for column in 0..<columns { Pixel.store(zeroVector, to: target, column &* Pixel.floats) }
                continue
            }
            // Columns first..<end have their source inside the input.
            let shift = shape.paddingLeft &- phase
            let first = min(shift > 0 ? (shift &+ step &- 1) / step : 0, columns)
            let end = max(min((shape.inputWidth &+ shift &+ step &- 1) / step, columns), first)
            let line = input + (source &* rowStride &- shift &* 16)
            for column in 0..<first { Pixel.store(zeroVector, to: target, column &* Pixel.floats) }
            for column in first..<end {
                Pixel.store(line.vector(column &* step &* 16), to: target, column &* Pixel.floats)
            }
            for column in end..<columns { Pixel.store(zeroVector, to: target, column &* Pixel.floats) }
        }
    }
}

/// Where the taps of a filter row stand in a band's copy: the phase and the column follow the dilation.
struct TapColumns: BitwiseCopyable {
    private let phaseStep: Int
    private let columnStep: Int
    private let phases: Int
    private(set) var phase = 0
    private(set) var column = 0

    @inline(__always) init(_ shape: ConvolutionShape) {
        phases = shape.strideWidth
        columnStep = shape.dilationWidth / shape.strideWidth
        phaseStep = shape.dilationWidth &- columnStep &* shape.strideWidth
    }

    @inline(__always) mutating func advance() {
        phase &+= phaseStep
        column &+= columnStep
        if phase >= phases {
            phase &-= phases
            column &+= 1
        }
    }
}
