internal import KernelInterface

/// The transforms of ``LineTiling``, sixteen channels at a time, for `pairs` pairs of points.
///
/// With the squares s of the pairs and Q(x) = product of (x^2 - s), the row of B^T at 0 holds the coefficients of Q, that at
/// infinity those of x Q, and those at p and -p the coefficients of (x^2 +- p x) Q(x) / (x^2 - p^2): the sums over even and
/// over odd inputs are the same for both.
struct LineTransform<let pairs: Int>: BitwiseCopyable {
    /// The positive point of each pair, and its square and cube.
    private var points = InlineArray<pairs, Float>(repeating: 0)
    private var squares = InlineArray<pairs, Float>(repeating: 0)
    private var cubes = InlineArray<pairs, Float>(repeating: 0)
    /// Coefficients of Q by powers of x^2 from 0 on; the last is 1 and left out.
    private var all = InlineArray<pairs, Float>(repeating: 0)
    /// Of each pair, those of Q without its own factor; the last, `pairs - 1`, is 1.
    private var others = InlineArray<pairs, InlineArray<pairs, Float>>(
        repeating: InlineArray<pairs, Float>(repeating: 0)
    )

    init(_ tiling: LineTiling) {
        for pair in 0..<pairs {
            let point = tiling.point(pair)
            points[pair] = Float(point)
            squares[pair] = Float(point * point)
            cubes[pair] = Float(point * point * point)
            others[pair] = Self.coefficients(tiling, without: pair)
        }
        all = Self.coefficients(tiling, without: pairs)
    }

    /// The coefficients of Q without the factor of pair `excluded`.
    private static func coefficients(_ tiling: LineTiling, without excluded: Int) -> InlineArray<pairs, Float>
    {
        var product = InlineArray<pairs, Double>(repeating: 0)
        // The leading coefficient stands behind the array once all factors are in.
        var degree = 0
        product[0] = 1
        for pair in 0..<pairs where pair != excluded {
            let square = tiling.point(pair) * tiling.point(pair)
            degree += 1
            if degree < pairs { product[degree] = product[degree - 1] }
            for power in stride(from: degree - 1, through: 1, by: -1) {
                product[power] = product[power - 1] - square * product[power]
            }
            product[0] *= -square
        }
        var rounded = InlineArray<pairs, Float>(repeating: 0)
        for power in 0..<pairs { rounded[power] = Float(product[power]) }
        return rounded
    }

    /// B^T of `2 * pairs + 2` neighbouring vectors of `line` to as many that are `step` floats apart.
    @inline(__always) func transformInput(_ line: Source, to target: Target, _ step: Int) {
        let (first, last) = (line.vector(0), line.vector((2 &* pairs &+ 1) &* 16))
        var odd = zeroed(InlineArray<pairs, Vector>.self)
        var even = odd
        for index in 0..<pairs {
            odd[index] = line.vector((2 &* index &+ 1) &* 16)
            even[index] = line.vector((2 &* index &+ 2) &* 16)
        }
        var (atZero, atInfinity) = (even[pairs &- 1], last)
        for index in 1..<pairs {
            atZero = multiplyAdd(even[pairs &- 1 &- index], all[pairs &- index], atZero)
            atInfinity = multiplyAdd(odd[pairs &- index], all[pairs &- index], atInfinity)
        }
        target.store(multiplyAdd(first, all[0], atZero), 0)
        target.store(multiplyAdd(odd[0], all[0], atInfinity), (2 &* pairs &+ 1) &* step)
        for pair in 0..<pairs {
            var (evenSum, oddSum) = (even[pairs &- 1], odd[pairs &- 1])
            for index in 1..<pairs {
                let place = pairs &- 1 &- index
                evenSum = multiplyAdd(even[place], others[pair][place], evenSum)
                oddSum = multiplyAdd(odd[place], others[pair][place], oddSum)
            }
            target.store(multiplyAdd(oddSum, points[pair], evenSum), (2 &* pair &+ 1) &* step)
            target.store(multiplyAdd(oddSum, -points[pair], evenSum), (2 &* pair &+ 2) &* step)
        }
    }

    /// A^T of a tile's sums, `step` floats apart, to its four outputs.
    @inline(__always)
    func transformOutput(_ source: Source, _ step: Int) -> (Vector, Vector, Vector, Vector) {
        var outputs = (source.vector(0), zeroVector, zeroVector, source.vector((2 &* pairs &+ 1) &* step))
        for pair in 0..<pairs {
            let plus = source.vector((2 &* pair &+ 1) &* step)
            let minus = source.vector((2 &* pair &+ 2) &* step)
            let (sum, difference) = (plus + minus, plus - minus)
            outputs.0 += sum
            outputs.1 = multiplyAdd(difference, points[pair], outputs.1)
            outputs.2 = multiplyAdd(sum, squares[pair], outputs.2)
            outputs.3 = multiplyAdd(difference, cubes[pair], outputs.3)
        }
        return outputs
    }
}
