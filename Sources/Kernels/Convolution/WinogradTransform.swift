internal import CIntrinsics
internal import KernelInterface

/// The one-dimensional transforms of a Winograd tiling, sixteen channels at a time.
///
/// A two-dimensional transform is the one-dimensional one along the columns, then along the rows.
protocol WinogradTransform {
    /// The tiling.
    static var tiling: WinogradTiling { get }
    /// Inputs of a patch along an axis, a constant.
    static var edge: Int { get }
    /// Outputs of a tile along an axis, a constant.
    static var tile: Int { get }

    /// B^T of `edge` vectors that stand `step` floats apart, to `edge` vectors `targetStep` floats apart.
    static func transformInput(_ source: Source, _ step: Int, to target: Target, _ targetStep: Int)

    /// A^T of `edge` vectors that stand `step` floats apart, to `tile` vectors `targetStep` floats apart.
    static func transformOutput(_ source: Source, _ step: Int, to target: Target, _ targetStep: Int)
}

/// F(2 x 2, 3 x 3) with the points 0, 1, -1 and infinity.
enum WinogradTwo: WinogradTransform {
    @inline(__always) static var tiling: WinogradTiling { .two }
    @inline(__always) static var edge: Int { 4 }
    @inline(__always) static var tile: Int { 2 }

    @inline(__always)
    static func transformInput(_ source: Source, _ step: Int, to target: Target, _ targetStep: Int) {
        let (d0, d1) = (source.vector(0), source.vector(step))
        let (d2, d3) = (source.vector(2 &* step), source.vector(3 &* step))
        target.store(d0 - d2, 0)
        target.store(d1 + d2, targetStep)
        target.store(d2 - d1, 2 &* targetStep)
        target.store(d3 - d1, 3 &* targetStep)
    }

    @inline(__always)
    static func transformOutput(_ source: Source, _ step: Int, to target: Target, _ targetStep: Int) {
        let (m0, m1) = (source.vector(0), source.vector(step))
        let (m2, m3) = (source.vector(2 &* step), source.vector(3 &* step))
        target.store(m0 + (m1 + m2), 0)
        target.store((m1 - m2) + m3, targetStep)
    }
}

/// F(4 x 4, 3 x 3) with the points 0, +-a, +-b and infinity, a = sqrt(1/2) and b = sqrt(2).
///
/// a^2 b^2 = a b = 1, so the polynomials have few coefficients: for the point p with square s and q the other
/// square, x (x + p) (x^2 - q) = x^4 + p x^3 - q x^2 - p q x.
enum WinogradFour: WinogradTransform {
    @inline(__always) static var tiling: WinogradTiling { .four }
    @inline(__always) static var edge: Int { 6 }
    @inline(__always) static var tile: Int { 4 }

    @inline(__always) private static var near: Float { 0.707_106_781_186_547_5 }
    @inline(__always) private static var far: Float { 1.414_213_562_373_095 }

    @inline(__always)
    static func transformInput(_ source: Source, _ step: Int, to target: Target, _ targetStep: Int) {
        let (d0, d1) = (source.vector(0), source.vector(step))
        let (d2, d3) = (source.vector(2 &* step), source.vector(3 &* step))
        let (d4, d5) = (source.vector(4 &* step), source.vector(5 &* step))
        target.store(multiplyAdd(d2, -2.5, d0 + d4), 0)
        let nearEven = multiplyAdd(d2, -2, d4)
        let nearOdd = multiplyAdd(d3, near, d1 * -far)
        target.store(nearEven + nearOdd, targetStep)
        target.store(nearEven - nearOdd, 2 &* targetStep)
        let farEven = multiplyAdd(d2, -0.5, d4)
        let farOdd = multiplyAdd(d3, far, d1 * -near)
        target.store(farEven + farOdd, 3 &* targetStep)
        target.store(farEven - farOdd, 4 &* targetStep)
        target.store(multiplyAdd(d3, -2.5, d1 + d5), 5 &* targetStep)
    }

    @inline(__always)
    static func transformOutput(_ source: Source, _ step: Int, to target: Target, _ targetStep: Int) {
        let (m1, m2) = (source.vector(step), source.vector(2 &* step))
        let (m3, m4) = (source.vector(3 &* step), source.vector(4 &* step))
        let (nearEven, nearOdd) = (m1 + m2, m1 - m2)
        let (farEven, farOdd) = (m3 + m4, m3 - m4)
        target.store(source.vector(0) + (nearEven + farEven), 0)
        target.store(multiplyAdd(farOdd, far, nearOdd * near), targetStep)
        target.store(multiplyAdd(farEven, 2, nearEven * 0.5), 2 &* targetStep)
        let third = multiplyAdd(farOdd, 2 * far, nearOdd * (near * 0.5))
        target.store(third + source.vector(5 &* step), 3 &* targetStep)
    }
}
