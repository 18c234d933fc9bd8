internal import CIntrinsics
internal import KernelInterface

/// The transforms of a Winograd tiling, sixteen channels at a time.
///
/// They are one-dimensional transforms along the columns, then along the rows. In between, the numbers stay in registers
/// where there are enough of them: stores of sixteen floats are slower than the sums.
protocol WinogradTransform {
    /// The tiling.
    static var tiling: WinogradTiling { get }
    /// Inputs of a patch along an axis, a constant.
    static var edge: Int { get }
    /// Outputs of a tile along an axis, a constant.
    static var tile: Int { get }

    /// B^T d B of the `edge` x `edge` pixels d from `source` on, rows `rowStride` floats apart, to positions `step` floats
    /// apart.
    static func transformPatch(_ source: Source, _ rowStride: Int, to target: Target, _ step: Int)

    /// A^T m A of the products m, positions `step` floats apart: the first `rows` x `columns` outputs of a tile.
    static func transformProducts(
        _ source: Source,
        _ step: Int,
        rows: Int,
        columns: Int,
        _ finish: OutputFinish
    )
}

/// F(2 x 2, 3 x 3) with the points 0, 1, -1 and infinity.
enum WinogradTwo: WinogradTransform {
    @inline(__always) static var tiling: WinogradTiling { .two }
    @inline(__always) static var edge: Int { 4 }
    @inline(__always) static var tile: Int { 2 }

    private typealias Four = (Vector, Vector, Vector, Vector)

    /// Four vectors that stand `step` floats apart.
    @inline(__always) private static func load(_ source: Source, _ step: Int) -> Four {
        (source.vector(0), source.vector(step), source.vector(2 &* step), source.vector(3 &* step))
    }

    /// B^T.
    @inline(__always) private static func inputs(_ d: Four) -> Four {
        (apus_subtract(d.0, d.2), apus_add(d.1, d.2), apus_subtract(d.2, d.1), apus_subtract(d.3, d.1))
    }

    /// A^T.
    @inline(__always) private static func outputs(_ m: Four) -> (Vector, Vector) {
        (apus_add(m.0, apus_add(m.1, m.2)), apus_add(apus_subtract(m.1, m.2), m.3))
    }

    @inline(__always)
    static func transformPatch(_ source: Source, _ rowStride: Int, to target: Target, _ step: Int) {
        let (a, b) = (inputs(load(source, rowStride)), inputs(load(source + 16, rowStride)))
        let (c, d) = (inputs(load(source + 32, rowStride)), inputs(load(source + 48, rowStride)))
        @inline(__always) func store(_ line: Four, _ row: Int) {
            let values = inputs(line)
            let target = target + 4 &* row &* step
            target.store(values.0, 0)
            target.store(values.1, step)
            target.store(values.2, 2 &* step)
            target.store(values.3, 3 &* step)
        }
        store((a.0, b.0, c.0, d.0), 0)
        store((a.1, b.1, c.1, d.1), 1)
        store((a.2, b.2, c.2, d.2), 2)
        store((a.3, b.3, c.3, d.3), 3)
    }

    @inline(__always)
    static func transformProducts(
        _ source: Source,
        _ step: Int,
        rows: Int,
        columns: Int,
        _ finish: OutputFinish
    ) {
        let (a, b) = (outputs(load(source, 4 &* step)), outputs(load(source + step, 4 &* step)))
        let c = outputs(load(source + 2 &* step, 4 &* step))
        let d = outputs(load(source + 3 &* step, 4 &* step))
        @inline(__always) func store(_ line: Four, _ row: Int) {
            let values = outputs(line)
            finish.store(values.0, 0, line: row)
            if columns > 1 { finish.store(values.1, 1, line: row) }
        }
        store((a.0, b.0, c.0, d.0), 0)
        if rows > 1 { store((a.1, b.1, c.1, d.1), 1) }
    }
}
