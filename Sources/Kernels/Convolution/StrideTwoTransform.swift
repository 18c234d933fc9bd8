internal import CIntrinsics
internal import KernelInterface

/// The transforms of ``StrideTwoTiling``.
///
/// With the points' polynomial Q(x) = x (x^2 - a^2) (x^2 - b^2) = x^5 - 4.25 x^3 + x of the odd phase, that of the even phase
/// is (x - c) Q(x): its transform is the odd one of the differences d[j + 1] - c d[j], and Q itself at the point c.
enum StrideTwoTransform {
    @inline(__always) private static var near: Float { 0.5 }
    @inline(__always) private static var far: Float { 2 }

    /// B^T of both phases for sixteen tiles, whose thirteen columns are the vectors of `columns`.
    ///
    /// Point p of the even phase goes to `2 * p * phaseStride` floats from `target` on, of the odd phase to `phaseStride` more.
    @inline(__always)
    static func transformInput(_ column: (Int) -> Vector, to target: Target, phaseStride: Int) {
        let (d0, d1, d2, d3) = (column(0), column(2), column(4), column(6))
        let (d4, d5, d6) = (column(8), column(10), column(12))
        transformPhase(d1 - d0, d2 - d1, d3 - d2, d4 - d3, d5 - d4, d6 - d5, to: target, 2 &* phaseStride)
        target.store(multiplyAdd(d3, -4.25, d1 + d5), 12 &* phaseStride)
        let odd = target + phaseStride
        let (d1Odd, d3Odd, d5Odd) = (column(3), column(7), column(11))
        transformPhase(column(1), d1Odd, column(5), d3Odd, column(9), d5Odd, to: odd, 2 &* phaseStride)
    }

    /// B^T of six columns to the points 0, a, -a, b, -b and infinity, as `WinogradFour` does it.
    @inline(__always)
    private static func transformPhase(
        _ d0: Vector,
        _ d1: Vector,
        _ d2: Vector,
        _ d3: Vector,
        _ d4: Vector,
        _ d5: Vector,
        to target: Target,
        _ step: Int
    ) {
        target.store(multiplyAdd(d2, -4.25, d0 + d4), 0)
        let nearEven = multiplyAdd(d2, -4, d4)
        let nearOdd = multiplyAdd(d3, near, d1 * -far)
        target.store(nearEven + nearOdd, step)
        target.store(nearEven - nearOdd, 2 &* step)
        let farEven = multiplyAdd(d2, -0.25, d4)
        let farOdd = multiplyAdd(d3, far, d1 * -near)
        target.store(farEven + farOdd, 3 &* step)
        target.store(farEven - farOdd, 4 &* step)
        target.store(multiplyAdd(d3, -4.25, d1 + d5), 5 &* step)
    }

    /// A^T of a tile's seven sums, `step` floats apart, to its four outputs.
    @inline(__always)
    static func transformOutput(_ source: Source, _ step: Int) -> (Vector, Vector, Vector, Vector) {
        let (m1, m2) = (source.vector(step), source.vector(2 &* step))
        let (m3, m4) = (source.vector(3 &* step), source.vector(4 &* step))
        let one = source.vector(6 &* step)
        let (nearEven, nearOdd) = (m1 + m2, m1 - m2)
        let (farEven, farOdd) = (m3 + m4, m3 - m4)
        return (
            (source.vector(0) + one) + (nearEven + farEven),
            multiplyAdd(farOdd, far, multiplyAdd(nearOdd, near, one)),
            multiplyAdd(farEven, 4, multiplyAdd(nearEven, 0.25, one)),
            multiplyAdd(farOdd, 8, multiplyAdd(nearOdd, 0.125, one + source.vector(5 &* step)))
        )
    }
}
