internal import CIntrinsics
internal import KernelInterface

/// The input rows of ``KernelID/convolutionPlainWinograd`` on their way to the points of ``StrideTwoTiling``.
///
/// Column c of the padded picture is column c modulo 8 of tile c / 8, and may be one of the last five of the tile before.
struct PlainWinogradRows: BitwiseCopyable {
    let shape: ConvolutionShape
    let plan: PlainWinogradPlan
    /// A row with the zeros around it.
    let line: Target
    /// The line's columns, `[column modulo 8][tile]`.
    let columns: Target
    /// The columns of the padded picture that hold pixels which some output reads.
    let (firstPixel, endPixel): (Int, Int)

    /// `scratch` has room for a line and its columns.
    @inline(__always) init(_ shape: ConvolutionShape, _ plan: PlainWinogradPlan, scratch: Target) {
        (self.shape, self.plan) = (shape, plan)
        line = scratch
        columns = scratch + plan.lineFloats
        let end = min(
            shape.inputWidth &+ shape.paddingLeft,
            (shape.outputWidth &- 1) &* 2 &+ shape.kernelWidth
        )
        (firstPixel, endPixel) = (min(shape.paddingLeft, end), end)
        for place in 0..<plan.lineFloats / 16 { line.store(zeroVector, place &* 16) }
    }

    /// Transforms row `row` of an image, which stands at `input`, to `[point][phase][C][tile]`.
    @inline(never) func transform(_ input: Source, _ strides: MapStrides, row: Int, to target: Target) {
        guard row >= 0 && row < shape.inputHeight else {
            for place in 0..<plan.rowFloats / 16 { target.store(zeroVector, place &* 16) }
            return
        }
        for channel in 0..<shape.inputChannels {
            copy(input + (channel &* strides.channel &+ row &* strides.row &- shape.paddingLeft))
            sortColumns()
            let plane = target + channel &* plan.planeFloats
            for vector in 0..<plan.vectorCount {
                let first = columns.source + vector &* 16
                StrideTwoTransform.transformInput(
                    { first.vector(($0 & 7) &* plan.columnFloats &+ $0 / 8) },
                    to: plane + vector &* 16,
                    phaseStride: shape.inputChannels &* plan.planeFloats
                )
            }
        }
    }

    /// Copies the pixels of a row; `source` is where the padded picture's column 0 would stand.
    @inline(__always) private func copy(_ source: Source) {
        var column = firstPixel
        while column &+ 16 <= endPixel {
            line.store(source.vector(column), column)
            column &+= 16
        }
        let rest = endPixel &- column
        if rest > 0 { line.store(source.vector(column, count: rest), column, count: rest) }
    }

    /// Sorts the line's columns by their remainder modulo 8, 128 columns at a time: even from odd ones, three times over.
    @inline(__always) private func sortColumns() {
        for vector in 0..<plan.vectorCount {
            let source = line.source + vector &* 128
            let target = columns + vector &* 16
            let (v0, v1) = (source.vector(0), source.vector(16))
            let (v2, v3) = (source.vector(32), source.vector(48))
            let (v4, v5) = (source.vector(64), source.vector(80))
            let (v6, v7) = (source.vector(96), source.vector(112))
            let (even0, even1) = (apus_evens(v0, v1), apus_evens(v2, v3))
            let (even2, even3) = (apus_evens(v4, v5), apus_evens(v6, v7))
            sortQuarters(even0, even1, even2, even3, to: target, 0)
            let (odd0, odd1) = (apus_odds(v0, v1), apus_odds(v2, v3))
            let (odd2, odd3) = (apus_odds(v4, v5), apus_odds(v6, v7))
            sortQuarters(odd0, odd1, odd2, odd3, to: target, 1)
        }
        // The last tile's own columns 8 to 12.
        for column in 0..<5 {
            columns[column &* plan.columnFloats &+ plan.planeFloats] = line[plan.vectorCount &* 128 &+ column]
        }
    }

    /// Sorts every second column, from column `first` on, by the remainder modulo 8.
    @inline(__always)
    private func sortQuarters(
        _ x0: Vector,
        _ x1: Vector,
        _ x2: Vector,
        _ x3: Vector,
        to target: Target,
        _ first: Int
    ) {
        let (even0, even1) = (apus_evens(x0, x1), apus_evens(x2, x3))
        let (odd0, odd1) = (apus_odds(x0, x1), apus_odds(x2, x3))
        target.store(apus_evens(even0, even1), first &* plan.columnFloats)
        target.store(apus_evens(odd0, odd1), (first &+ 2) &* plan.columnFloats)
        target.store(apus_odds(even0, even1), (first &+ 4) &* plan.columnFloats)
        target.store(apus_odds(odd0, odd1), (first &+ 6) &* plan.columnFloats)
    }
}
