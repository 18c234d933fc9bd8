internal import CIntrinsics
internal import KernelInterface

/// The one-dimensional transforms of a tile of a stride-2 Winograd convolution, sixteen channels at a time.
///
/// A filter of three taps meets its even inputs with the first and the last tap, which is F(tile, 2), and its odd
/// inputs with the middle one, which is a product an output. The points are 0, 3/4, -3/4, infinity and, for four
/// outputs, 3/2, in this order: both tiles share the transformed filters.
protocol StridedWinogradTransform {
    /// Outputs of a tile, a constant.
    static var tile: Int { get }
    /// Points of the even inputs, a constant.
    static var points: Int { get }

    /// From 2 * tile + 1 inputs that stand `step` floats apart, B^T of the even ones to `points` vectors `pointStep`
    /// floats apart, and the odd ones to `tile` vectors `oddStep` floats apart.
    static func transformInput(
        _ source: Source,
        _ step: Int,
        points: Target,
        _ pointStep: Int,
        odd: Target,
        _ oddStep: Int
    )

    /// A^T of the products of the points, `pointStep` floats apart, and the sums with those of the odd inputs.
    static func outputs(_ points: Source, _ pointStep: Int, odd: Source, _ oddStep: Int) -> StridedOutputs
}

/// The outputs of a tile along an axis; of three, the last is nothing.
typealias StridedOutputs = (Vector, Vector, Vector, Vector)

extension StridedWinogradTransform {
    /// The point whose negative is another one.
    @inline(__always) fileprivate static var near: Float { 0.75 }
    /// The point of four outputs.
    @inline(__always) fileprivate static var far: Float { 1.5 }

    /// The outputs, stored `targetStep` floats apart.
    @inline(__always)
    static func store(_ outputs: StridedOutputs, to target: Target, _ targetStep: Int) {
        target.store(outputs.0, 0)
        target.store(outputs.1, targetStep)
        target.store(outputs.2, 2 &* targetStep)
        if tile == 4 { target.store(outputs.3, 3 &* targetStep) }
    }

    @inline(__always)
    static func copyOdd(_ source: Source, _ step: Int, to target: Target, _ targetStep: Int) {
        for index in 0..<tile { target.store(source.vector((2 &* index &+ 1) &* step), index &* targetStep) }
    }
}

/// Three outputs: F(3, 2) with the points 0, 3/4, -3/4 and infinity.
enum StridedWinogradThree: StridedWinogradTransform {
    @inline(__always) static var tile: Int { 3 }
    @inline(__always) static var points: Int { 4 }

    @inline(__always)
    static func transformInput(
        _ source: Source,
        _ step: Int,
        points: Target,
        _ pointStep: Int,
        odd: Target,
        _ oddStep: Int
    ) {
        let (e0, e1) = (source.vector(0), source.vector(2 &* step))
        let (e2, e3) = (source.vector(4 &* step), source.vector(6 &* step))
        points.store(multiplyAdd(e2, -1 / (near * near), e0), 0)
        points.store(multiplyAdd(e1, near, e2), pointStep)
        points.store(multiplyAdd(e1, -near, e2), 2 &* pointStep)
        points.store(multiplyAdd(e1, -near * near, e3), 3 &* pointStep)
        copyOdd(source, step, to: odd, oddStep)
    }

    @inline(__always)
    static func outputs(_ points: Source, _ pointStep: Int, odd: Source, _ oddStep: Int) -> StridedOutputs {
        let (m1, m2) = (points.vector(pointStep), points.vector(2 &* pointStep))
        let (even, uneven) = (m1 + m2, m1 - m2)
        return (
            points.vector(0) + even + odd.vector(0),
            multiplyAdd(uneven, near, odd.vector(oddStep)),
            multiplyAdd(even, near * near, points.vector(3 &* pointStep) + odd.vector(2 &* oddStep)),
            zeroVector
        )
    }
}

/// Four outputs: F(4, 2) with the points 0, 3/4, -3/4, infinity and 3/2.
enum StridedWinogradFour: StridedWinogradTransform {
    @inline(__always) static var tile: Int { 4 }
    @inline(__always) static var points: Int { 5 }

    @inline(__always)
    static func transformInput(
        _ source: Source,
        _ step: Int,
        points: Target,
        _ pointStep: Int,
        odd: Target,
        _ oddStep: Int
    ) {
        let (e0, e1) = (source.vector(0), source.vector(2 &* step))
        let (e2, e3) = (source.vector(4 &* step), source.vector(6 &* step))
        let e4 = source.vector(8 &* step)
        // Multiples of x^3 - near^2 x, of x (x + near) (x - far) and of x (x - near) (x - far).
        let (square, product) = (near * near, near * far)
        let farthest = multiplyAdd(e1, -square, e3)
        let first = multiplyAdd(e2, -1 / square, e0)
        points.store(multiplyAdd(farthest, 1 / (square * far), first), 0)
        let second = multiplyAdd(e1, -product / (near - far), e2)
        points.store(multiplyAdd(e3, 1 / (near - far), second), pointStep)
        let third = multiplyAdd(e1, -product / (near + far), e2)
        points.store(multiplyAdd(e3, -1 / (near + far), third), 2 &* pointStep)
        points.store(multiplyAdd(farthest, -far, multiplyAdd(e2, -square, e4)), 3 &* pointStep)
        points.store(farthest, 4 &* pointStep)
        copyOdd(source, step, to: odd, oddStep)
    }

    @inline(__always)
    static func outputs(_ points: Source, _ pointStep: Int, odd: Source, _ oddStep: Int) -> StridedOutputs {
        let (m1, m2) = (points.vector(pointStep), points.vector(2 &* pointStep))
        let (even, uneven) = (m1 + m2, m1 - m2)
        let m4 = points.vector(4 &* pointStep)
        let last = points.vector(3 &* pointStep) + odd.vector(3 &* oddStep)
        return (
            points.vector(0) + even + m4 + odd.vector(0),
            multiplyAdd(m4, far, multiplyAdd(uneven, near, odd.vector(oddStep))),
            multiplyAdd(m4, far * far, multiplyAdd(even, near * near, odd.vector(2 &* oddStep))),
            multiplyAdd(m4, far * far * far, multiplyAdd(uneven, near * near * near, last))
        )
    }
}
