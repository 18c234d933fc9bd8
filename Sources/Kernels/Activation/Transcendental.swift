internal import CIntrinsics

// The transcendental functions of sixteen floats. The polynomials are those of the Cephes library (Stephen
// L. Moshier, single precision: expf.c, tanhf.c, ndtrf.c, logf.c); the bounds are tested against double
// precision in ActivationAccuracyTests. NaN goes through; infinities give the limits.

/// e^x within 2 units in the last place; below -87.33 it is 0, above 88.72 infinite.
@inline(__always) func exponential(_ x: Vector) -> Vector {
    let lowest = splat(-87.336_54)
    // From 88.73 on the scale overflows by itself.
    let clamped = apus_at_most(apus_at_least(x, lowest), splat(89))
    return apus_select_less(x, lowest, zeroVector, exponentialInRange(clamped))
}

/// e^x within 2 units in the last place for -87.33 <= x <= 89; infinite above 88.72.
@inline(__always) func exponentialInRange(_ x: Vector) -> Vector {
    let (residue, biased) = reduced(x)
    return apus_scale(expansion(residue) + splat(1), biased)
}

/// e^x - 1 for x <= 0, within 4 units in the last place.
@inline(__always) func exponentialMinusOne(_ x: Vector) -> Vector {
    let direct = exponential(x) - splat(1)
    // The expansion without reduction is good for |x| <= log(2) / 2.
    return apus_select_less(splat(-0.34), x, expansion(x), direct)
}

/// x = n log(2) + r, |r| <= log(2) / 2: r, and n + 1.5 * 2^23.
@inline(__always) private func reduced(_ x: Vector) -> (Vector, Vector) {
    let shift = splat(12_582_912)
    let biased = multiplyAdd(x, splat(1.442_695_04), shift)
    let n = biased - shift
    let high = multiplyAdd(n, splat(-0.693_359_375), x)
    return (multiplyAdd(n, splat(2.121_944_40e-4), high), biased)
}

/// e^r - 1 for |r| <= log(2) / 2.
@inline(__always) private func expansion(_ r: Vector) -> Vector {
    var p = multiplyAdd(splat(1.987_569_15e-4), r, splat(1.398_199_950_7e-3))
    p = multiplyAdd(p, r, splat(8.333_451_907_3e-3))
    p = multiplyAdd(p, r, splat(4.166_579_589_4e-2))
    p = multiplyAdd(p, r, splat(1.666_666_545_9e-1))
    p = multiplyAdd(p, r, splat(5.000_000_120_1e-1))
    return multiplyAdd(p, r * r, r)
}

/// `1 / (1 + e^-x)` within 4 units in the last place down to x = -87; below -88.7 it is 0.
@inline(__always) func sigmoid(_ x: Vector) -> Vector {
    // e^87 has a normal reciprocal.
    let clamped = apus_at_most(apus_at_least(x, splat(-87)), splat(87))
    // A division: the reciprocal by Newton's step rounds worse, which ill-conditioned gated mixers show.
    let value = splat(1) / (splat(1) + exponentialInRange(zeroVector - clamped))
    return apus_select_less(x, splat(-88.7), zeroVector, value)
}

/// `relu6(x + 3) / 6`.
@inline(__always) func hardSigmoid(_ x: Vector) -> Vector {
    apus_at_most(apus_at_least(x + splat(3), zeroVector), splat(6)) * splat(1 / 6)
}

/// tanh(x) within 4 units in the last place.
@inline(__always) func tangent(_ x: Vector) -> Vector {
    let magnitude = apus_abs(x)
    // From 9.02 on tanh is 1 in float32.
    let power = exponentialInRange(apus_at_most(magnitude + magnitude, splat(20)))
    let large = splat(1) - (apus_reciprocal(power + splat(1)) * splat(2))
    let z = x * x
    var p = multiplyAdd(splat(-5.704_988_727_45e-3), z, splat(2.063_908_879_54e-2))
    p = multiplyAdd(p, z, splat(-5.373_971_555_31e-2))
    p = multiplyAdd(p, z, splat(1.333_144_220_36e-1))
    p = multiplyAdd(p, z, splat(-3.333_328_194_22e-1))
    let small = multiplyAdd(p * z, magnitude, magnitude)
    let value = apus_select_less(magnitude, splat(0.625), small, large)
    return apus_copysign(value, x)
}

/// The normal distribution function `(1 + erf(x / sqrt 2)) / 2`: within 4 units in the last place down to x = -12
/// (2e-6 relative on the baseline, which has no fused product), beyond that within 1e-30.
///
/// For t = |x| / sqrt 2, erfc(t) = exp(-t^2) s p(s) with s = 1 / (1 + t / 2); p is the polynomial of degree 8 with the
/// smallest largest relative error, 4.3e-8 for t <= 10, found by Lawson's weighted least squares.
@inline(__always) func normalDistribution(_ x: Vector) -> Vector {
    // At 13 the tail is below the smallest normal float.
    let x = apus_at_most(apus_at_least(x, splat(-13)), splat(13))
    let s = apus_reciprocal(multiplyAdd(apus_abs(x), splat(0.353_553_390_6), splat(1)))
    var p = multiplyAdd(splat(-0.0590692156), s, splat(0.284576169))
    p = multiplyAdd(p, s, splat(-0.4872023))
    p = multiplyAdd(p, s, splat(0.278069788))
    p = multiplyAdd(p, s, splat(-0.0266273848))
    p = multiplyAdd(p, s, splat(0.202687554))
    p = multiplyAdd(p, s, splat(0.243103601))
    p = multiplyAdd(p, s, splat(0.282375329))
    p = multiplyAdd(p, s, splat(0.282086417))
    // The rounding of the square is corrected.
    let square = x * x
    let lost = multiplyAdd(x, x, zeroVector - square) * splat(-0.5)
    let power = exponentialInRange(square * splat(-0.5))
    let tail = multiplyAdd(power, lost, power) * (p * s * splat(0.5))
    return apus_select_less(x, zeroVector, tail, splat(1) - tail)
}

/// log(1 + u) for 0 <= u <= 1, within 4 units in the last place.
@inline(__always) func logarithmOfOnePlus(_ u: Vector) -> Vector {
    let w = splat(1) + u
    // What 1 + u lost by rounding comes back as a first-order term.
    let lost = (u - (w - splat(1))) / w
    let exponent = apus_exponent(w)
    let x = apus_mantissa(w) - splat(1)
    let z = x * x
    var p = multiplyAdd(splat(7.037_683_629_2e-2), x, splat(-1.151_461_031_0e-1))
    p = multiplyAdd(p, x, splat(1.167_699_874_0e-1))
    p = multiplyAdd(p, x, splat(-1.242_014_084_6e-1))
    p = multiplyAdd(p, x, splat(1.424_932_278_7e-1))
    p = multiplyAdd(p, x, splat(-1.666_805_766_5e-1))
    p = multiplyAdd(p, x, splat(2.000_071_476_5e-1))
    p = multiplyAdd(p, x, splat(-2.499_999_399_3e-1))
    p = multiplyAdd(p, x, splat(3.333_333_117_4e-1))
    var y = x * z * p
    y = multiplyAdd(exponent, splat(-2.121_944_40e-4), y)
    y = multiplyAdd(z, splat(-0.5), y)
    return multiplyAdd(exponent, splat(0.693_359_375), x + y) + lost
}
