internal import CIntrinsics
internal import KernelInterface

/// F(4 x 4, 3 x 3) with the points 0, +-a, +-b and infinity, a = sqrt(1/2) and b = sqrt(2).
///
/// a^2 b^2 = a b = 1, so the polynomials have few coefficients: for the point p with square s and q the other
/// square, x (x + p) (x^2 - q) = x^4 + p x^3 - q x^2 - p q x.
enum WinogradFour: WinogradTransform {
    @inline(__always) static var tiling: WinogradTiling { .four }
    @inline(__always) static var edge: Int { 6 }
    @inline(__always) static var tile: Int { 4 }

    @inline(__always)
    static func transformPatch(_ source: Source, _ rowStride: Int, to target: Target, _ step: Int) {
        transformPatch(NearInputs.self, source, rowStride, to: target, step)
        transformPatch(FarInputs.self, source, rowStride, to: target + 18 &* step, step)
    }

    /// Three rows of B^T d B: eighteen vectors after the first axis.
    @inline(__always) private static func transformPatch<Half: InputHalf>(
        _: Half.Type,
        _ source: Source,
        _ rowStride: Int,
        to target: Target,
        _ step: Int
    ) {
        let (a, b) = (Half.inputs(load(source, rowStride)), Half.inputs(load(source + 16, rowStride)))
        let (c, d) = (Half.inputs(load(source + 32, rowStride)), Half.inputs(load(source + 48, rowStride)))
        let (e, f) = (Half.inputs(load(source + 64, rowStride)), Half.inputs(load(source + 80, rowStride)))
        @inline(__always) func store(_ line: Six, _ row: Int) {
            let (near, far) = (NearInputs.inputs(line), FarInputs.inputs(line))
            let target = target + 6 &* row &* step
            target.store(near.0, 0)
            target.store(near.1, step)
            target.store(near.2, 2 &* step)
            target.store(far.0, 3 &* step)
            target.store(far.1, 4 &* step)
            target.store(far.2, 5 &* step)
        }
        store((a.0, b.0, c.0, d.0, e.0, f.0), 0)
        store((a.1, b.1, c.1, d.1, e.1, f.1), 1)
        store((a.2, b.2, c.2, d.2, e.2, f.2), 2)
    }

    @inline(__always)
    static func transformProducts(
        _ source: Source,
        _ step: Int,
        rows: Int,
        columns: Int,
        _ finish: OutputFinish
    ) {
        @inline(__always) func column(_ index: Int) -> Four {
            outputs(load(source + index &* step, 6 &* step))
        }
        let (a, b, c) = (column(0), column(1), column(2))
        let (d, e, f) = (column(3), column(4), column(5))
        finish.store(outputs((a.0, b.0, c.0, d.0, e.0, f.0)), 0, count: columns)
        if rows > 1 { finish.store(outputs((a.1, b.1, c.1, d.1, e.1, f.1)), 0, line: 1, count: columns) }
        if rows > 2 { finish.store(outputs((a.2, b.2, c.2, d.2, e.2, f.2)), 0, line: 2, count: columns) }
        if rows > 3 { finish.store(outputs((a.3, b.3, c.3, d.3, e.3, f.3)), 0, line: 3, count: columns) }
    }

    /// A^T.
    @inline(__always) private static func outputs(_ m: Six) -> Four {
        let (nearEven, nearOdd) = (apus_add(m.1, m.2), apus_subtract(m.1, m.2))
        let (farEven, farOdd) = (apus_add(m.3, m.4), apus_subtract(m.3, m.4))
        let third = multiplyAdd(farOdd, 2 * far, apus_multiply(nearOdd, near * 0.5))
        return (
            apus_add(m.0, apus_add(nearEven, farEven)),
            multiplyAdd(farOdd, far, apus_multiply(nearOdd, near)),
            multiplyAdd(farEven, 2, apus_multiply(nearEven, 0.5)),
            apus_add(third, m.5)
        )
    }
}

private typealias Four = (Vector, Vector, Vector, Vector)
private typealias Six = (Vector, Vector, Vector, Vector, Vector, Vector)

@inline(__always) private var near: Float { 0.707_106_781_186_547_5 }
@inline(__always) private var far: Float { 1.414_213_562_373_095 }

/// Six vectors that stand `step` floats apart.
@inline(__always) private func load(_ source: Source, _ step: Int) -> Six {
    (
        source.vector(0), source.vector(step), source.vector(2 &* step), source.vector(3 &* step),
        source.vector(4 &* step), source.vector(5 &* step)
    )
}

/// Half of the rows of B^T.
///
/// The points of a pair share their even and their odd part, so the halves share nothing.
private protocol InputHalf {
    static func inputs(_ d: Six) -> (Vector, Vector, Vector)
}

/// The points 0, a and -a.
private enum NearInputs: InputHalf {
    @inline(__always) static func inputs(_ d: Six) -> (Vector, Vector, Vector) {
        let even = multiplyAdd(d.2, -2, d.4)
        let odd = multiplyAdd(d.3, near, apus_multiply(d.1, -far))
        let zero = multiplyAdd(d.2, -2.5, apus_add(d.0, d.4))
        return (zero, apus_add(even, odd), apus_subtract(even, odd))
    }
}

/// The points b, -b and infinity.
private enum FarInputs: InputHalf {
    @inline(__always) static func inputs(_ d: Six) -> (Vector, Vector, Vector) {
        let even = multiplyAdd(d.2, -0.5, d.4)
        let odd = multiplyAdd(d.3, far, apus_multiply(d.1, -near))
        let infinity = multiplyAdd(d.3, -2.5, apus_add(d.1, d.5))
        return (apus_add(even, odd), apus_subtract(even, odd), infinity)
    }
}
