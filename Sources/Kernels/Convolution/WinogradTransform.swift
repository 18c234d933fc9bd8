internal import KernelInterface

/// A Winograd tiling by the lengths of its tiles along both axes.
protocol WinogradTransform {
    associatedtype LongDown: WinogradAxis
    associatedtype ShortDown: WinogradAxis
    associatedtype LongAcross: WinogradAxis
    associatedtype ShortAcross: WinogradAxis

    /// The tiling.
    static var tiling: WinogradTiling { get }
}

/// F(2 x 2, 3 x 3).
enum WinogradTwo: WinogradTransform {
    typealias LongDown = TwoOutputs
    typealias ShortDown = TwoOutputs
    typealias LongAcross = TwoOutputs
    typealias ShortAcross = TwoOutputs
    @inline(__always) static var tiling: WinogradTiling { .two }
}

/// F(4 x 4, 3 x 3) with tiles of three outputs along either axis or both.
enum WinogradFour: WinogradTransform {
    typealias LongDown = FourOutputs
    typealias ShortDown = ThreeOutputs
    typealias LongAcross = FourOutputs
    typealias ShortAcross = ThreeOutputs
    @inline(__always) static var tiling: WinogradTiling { .four }
}

/// F(4 x 2, 3 x 3) with tiles of three output rows.
enum WinogradFourByTwo: WinogradTransform {
    typealias LongDown = FourOutputs
    typealias ShortDown = ThreeOutputs
    typealias LongAcross = TwoOutputs
    typealias ShortAcross = TwoOutputs
    @inline(__always) static var tiling: WinogradTiling { .fourByTwo }
}

/// Work on a tile whose lengths are known in ``run(_:_:)``.
protocol WinogradTileWork {
    func run<Down: WinogradAxis, Across: WinogradAxis>(_ down: Down.Type, _ across: Across.Type)
}

extension WinogradTransform {
    /// Runs `work` with the lengths of the tile at `place`.
    @inline(__always)
    static func withLengths<Work: WinogradTileWork>(of place: WinogradTiles.Place, _ work: Work) {
        switch (place.isLongDown, place.isLongAcross) {
        case (true, true): work.run(LongDown.self, LongAcross.self)
        case (true, false): work.run(LongDown.self, ShortAcross.self)
        case (false, true): work.run(ShortDown.self, LongAcross.self)
        case (false, false): work.run(ShortDown.self, ShortAcross.self)
        }
    }
}

/// Six vectors that stand `step` floats apart, of which the first `count`, four at least, are meant.
@inline(__always) private func load(_ source: Source, _ step: Int, count: Int) -> Six {
    let last = source.vector(3 &* step)
    let fifth = count > 4 ? source.vector(4 &* step) : last
    let sixth = count > 5 ? source.vector(5 &* step) : fifth
    return (source.vector(0), source.vector(step), source.vector(2 &* step), last, fifth, sixth)
}

/// B^T d B: a patch to its positions, sixteen channels at a time.
///
/// It is the transform along the columns, then along the rows. In between, the numbers stay in registers, in two halves:
/// stores of sixteen floats are slower than the sums.
struct PatchTransform: WinogradTileWork {
    let arguments: ConvolutionArguments
    /// The first pixel of the input block.
    let map: Source
    /// The row and the column of the patch's first pixel.
    let row: Int
    let column: Int
    /// Room for a patch with the zeros around the input.
    let patch: Target
    /// The first position.
    let target: Target
    /// Floats from a position to the next.
    let step: Int

    @inline(never)
    func run<Down: WinogradAxis, Across: WinogradAxis>(_ down: Down.Type, _ across: Across.Type) {
        let shape = arguments.shape
        var (source, rowStride) = (map, arguments.inputStrides.row)
        if row < 0 || column < 0 || row &+ Down.inputs > shape.inputHeight
            || column &+ Across.inputs > shape.inputWidth
        {
            copyPatch(
                arguments,
                map,
                row: row,
                column: column,
                height: Down.inputs,
                width: Across.inputs,
                to: patch
            )
            (source, rowStride) = (patch.source, Across.inputs &* 16)
        } else {
            source = map + (row &* rowStride &+ column &* 16)
        }
        transformHalf(down, across, isFar: false, source, rowStride)
        transformHalf(down, across, isFar: true, source, rowStride)
    }

    /// Up to three rows of positions: eighteen vectors after the first axis.
    @inline(__always) private func transformHalf<Down: WinogradAxis, Across: WinogradAxis>(
        _: Down.Type,
        _: Across.Type,
        isFar: Bool,
        _ source: Source,
        _ rowStride: Int
    ) {
        @inline(__always) func column(_ index: Int) -> Three {
            let d = load(source + index &* 16, rowStride, count: Down.inputs)
            return isFar ? Down.far(d) : Down.near(d)
        }
        let (a, b, c, d) = (column(0), column(1), column(2), column(3))
        let e = Across.inputs > 4 ? column(4) : d
        let f = Across.inputs > 5 ? column(5) : e
        @inline(__always) func store(_ line: Six, _ index: Int) {
            let row = isFar ? index &+ 3 : index
            guard Down.hasPoint(row) else { return }
            let (near, far) = (Across.near(line), Across.far(line))
            let target = target + Across.positions &* row &* step
            target.store(near.0, 0)
            target.store(near.1, step)
            target.store(near.2, 2 &* step)
            target.store(far.0, 3 &* step)
            if Across.hasPoint(4) { target.store(far.1, 4 &* step) }
            if Across.hasPoint(5) { target.store(far.2, 5 &* step) }
        }
        store((a.0, b.0, c.0, d.0, e.0, f.0), 0)
        store((a.1, b.1, c.1, d.1, e.1, f.1), 1)
        store((a.2, b.2, c.2, d.2, e.2, f.2), 2)
    }
}

/// A^T m A: the products of a tile to its outputs, sixteen channels at a time.
struct ProductTransform: WinogradTileWork {
    /// The first position.
    let source: Source
    /// Floats from a position to the next.
    let step: Int
    /// Rows and columns of the map from the tile's first output on.
    let rows: Int
    let columns: Int
    let finish: OutputFinish

    @inline(never)
    func run<Down: WinogradAxis, Across: WinogradAxis>(_: Down.Type, _: Across.Type) {
        @inline(__always) func column(_ index: Int) -> Four {
            let step = Across.positions &* step
            return Down.transformOutput(load(source + index &* self.step, step, count: Down.positions))
        }
        let (a, b, c, d) = (column(0), column(1), column(2), column(3))
        let e = Across.hasPoint(4) ? column(4) : d
        let f = Across.hasPoint(5) ? column(5) : d
        let (rows, columns) = (min(rows, Down.outputs), min(columns, Across.outputs))
        @inline(__always) func store(_ line: Six, _ row: Int) {
            guard row < Down.outputs && row < rows else { return }
            let values = Across.transformOutput(line)
            finish.store(values.0, 0, line: row)
            if columns > 1 { finish.store(values.1, 1, line: row) }
            if Across.outputs > 2 && columns > 2 { finish.store(values.2, 2, line: row) }
            if Across.outputs > 3 && columns > 3 { finish.store(values.3, 3, line: row) }
        }
        store((a.0, b.0, c.0, d.0, e.0, f.0), 0)
        store((a.1, b.1, c.1, d.1, e.1, f.1), 1)
        store((a.2, b.2, c.2, d.2, e.2, f.2), 2)
        store((a.3, b.3, c.3, d.3, e.3, f.3), 3)
        finish.activateStored(columns, lines: rows)
    }
}
