internal import CIntrinsics

typealias Three = (Vector, Vector, Vector)
typealias Four = (Vector, Vector, Vector, Vector)
typealias Six = (Vector, Vector, Vector, Vector, Vector, Vector)

/// The transforms of tiles of one length along one axis.
///
/// They take six vectors, of which the first ``inputs`` are meant, and give six by halves, of which those of ``hasPoint(_:)``
/// are: so that all lengths are one piece of code, in registers, in which the compiler leaves out the rest.
protocol WinogradAxis {
    /// Inputs of a patch.
    static var inputs: Int { get }
    /// Outputs of a tile.
    static var outputs: Int { get }
    /// Positions of a transformed filter; a tile may do without one of them.
    static var positions: Int { get }
    /// Whether a tile has a product at position `point`.
    static func hasPoint(_ point: Int) -> Bool

    /// The rows of B^T at the positions 0 to 2.
    ///
    /// The points of a pair share their even and their odd part, so the halves share little.
    static func near(_ d: Six) -> Three

    /// The rows of B^T at the positions 3 to 5.
    static func far(_ d: Six) -> Three

    /// A^T.
    static func transformOutput(_ m: Six) -> Four
}

// The points of F(4, 3) are 0, a, -a, b, -b and infinity with a = sqrt(1/2) and b = sqrt(2): as a^2 b^2 = a b = 1 the
// polynomials have few coefficients.

@inline(__always) private var a: Float { 0.707_106_781_186_547_5 }
@inline(__always) private var b: Float { 1.414_213_562_373_095 }

/// F(4, 3): for the point p with square s and q the other square, x (x + p) (x^2 - q) = x^4 + p x^3 - q x^2 - p q x.
enum FourOutputs: WinogradAxis {
    @inline(__always) static var inputs: Int { 6 }
    @inline(__always) static var outputs: Int { 4 }
    @inline(__always) static var positions: Int { 6 }
    @inline(__always) static func hasPoint(_ point: Int) -> Bool { true }

    @inline(__always) static func near(_ d: Six) -> Three {
        let even = multiplyAdd(d.2, -2, d.4)
        let odd = multiplyAdd(d.3, a, apus_multiply(d.1, -b))
        let zero = multiplyAdd(d.2, -2.5, apus_add(d.0, d.4))
        return (zero, apus_add(even, odd), apus_subtract(even, odd))
    }

    @inline(__always) static func far(_ d: Six) -> Three {
        let even = multiplyAdd(d.2, -0.5, d.4)
        let odd = multiplyAdd(d.3, b, apus_multiply(d.1, -a))
        let infinity = multiplyAdd(d.3, -2.5, apus_add(d.1, d.5))
        return (apus_add(even, odd), apus_subtract(even, odd), infinity)
    }

    @inline(__always) static func transformOutput(_ m: Six) -> Four {
        let (nearEven, nearOdd) = (apus_add(m.1, m.2), apus_subtract(m.1, m.2))
        let (farEven, farOdd) = (apus_add(m.3, m.4), apus_subtract(m.3, m.4))
        let third = multiplyAdd(farOdd, 2 * b, apus_multiply(nearOdd, a * 0.5))
        return (
            apus_add(m.0, apus_add(nearEven, farEven)),
            multiplyAdd(farOdd, b, apus_multiply(nearOdd, a)),
            multiplyAdd(farEven, 2, apus_multiply(nearEven, 0.5)),
            apus_add(third, m.5)
        )
    }
}

/// F(3, 3): the points of F(4, 3) but for -b.
///
/// The filters are those of F(4, 3), which are divided by p + b besides, so the row of B^T at the point p is multiplied by
/// that.
enum ThreeOutputs: WinogradAxis {
    @inline(__always) static var inputs: Int { 5 }
    @inline(__always) static var outputs: Int { 3 }
    @inline(__always) static var positions: Int { 6 }
    @inline(__always) static func hasPoint(_ point: Int) -> Bool { point != 4 }

    @inline(__always) static func near(_ d: Six) -> Three {
        let zero = multiplyAdd(d.3, b, multiplyAdd(d.2, -2, multiplyAdd(d.1, -a, d.0)))
        let even = apus_multiply(d.2, -1.5)
        let plus = multiplyAdd(apus_subtract(d.3, d.1), 3 * a, even)
        let minus = multiplyAdd(apus_add(d.3, d.1), a, even)
        return (zero, plus, minus)
    }

    @inline(__always) static func far(_ d: Six) -> Three {
        let plus = multiplyAdd(d.3, 2 * b, apus_multiply(d.1, -b))
        let infinity = multiplyAdd(d.3, -b, multiplyAdd(d.2, -0.5, multiplyAdd(d.1, a, d.4)))
        return (plus, plus, infinity)
    }

    @inline(__always) static func transformOutput(_ m: Six) -> Four {
        let (even, odd) = (apus_add(m.1, m.2), apus_subtract(m.1, m.2))
        let last = multiplyAdd(m.3, 2, apus_multiply(even, 0.5))
        return (
            apus_add(m.0, apus_add(even, m.3)),
            multiplyAdd(m.3, b, apus_multiply(odd, a)),
            apus_add(last, m.5),
            last
        )
    }
}

/// F(2, 3) with the points 0, 1, -1 and infinity.
enum TwoOutputs: WinogradAxis {
    @inline(__always) static var inputs: Int { 4 }
    @inline(__always) static var outputs: Int { 2 }
    @inline(__always) static var positions: Int { 4 }
    @inline(__always) static func hasPoint(_ point: Int) -> Bool { point < 4 }

    @inline(__always) static func near(_ d: Six) -> Three {
        (apus_subtract(d.0, d.2), apus_add(d.1, d.2), apus_subtract(d.2, d.1))
    }

    @inline(__always) static func far(_ d: Six) -> Three {
        let infinity = apus_subtract(d.3, d.1)
        return (infinity, infinity, infinity)
    }

    @inline(__always) static func transformOutput(_ m: Six) -> Four {
        let (first, second) = (
            apus_add(m.0, apus_add(m.1, m.2)), apus_add(apus_subtract(m.1, m.2), m.3)
        )
        return (first, second, second, second)
    }
}
