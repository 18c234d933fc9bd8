internal import CIntrinsics

// The transcendental functions of sixteen floats. The polynomials are those of the Cephes library (Stephen
// L. Moshier, single precision: expf.c, tanhf.c, ndtrf.c, logf.c); the bounds are tested against double
// precision in ActivationAccuracyTests. NaN goes through; infinities give the limits.

/// e^x within 2 units in the last place; below -87.33 it is 0, above 88.72 infinite.
@inline(__always) func exponential(_ x: Vector) -> Vector {
    let (lowest, highest) = (splat(-87.336_54), splat(88.722_83))
    let clamped = apus_at_most(apus_at_least(x, lowest), highest)
    let (residue, biased) = reduced(clamped)
    let value = apus_scale(expansion(residue) + splat(1), biased)
    let overflow = apus_select_less(highest, x, splat(.infinity), value)
    return apus_select_less(x, lowest, zeroVector, overflow)
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

/// `1 / (1 + e^-x)` within 4 units in the last place; below -88.7 it is 0.
@inline(__always) func sigmoid(_ x: Vector) -> Vector {
    splat(1) / (splat(1) + exponential(zeroVector - x))
}

/// `relu6(x + 3) / 6`.
@inline(__always) func hardSigmoid(_ x: Vector) -> Vector {
    apus_at_most(apus_at_least(x + splat(3), zeroVector), splat(6)) * splat(1 / 6)
}

/// tanh(x) within 4 units in the last place.
@inline(__always) func tangent(_ x: Vector) -> Vector {
    let magnitude = apus_abs(x)
    let large = splat(1) - splat(2) / (exponential(magnitude + magnitude) + splat(1))
    let z = x * x
    var p = multiplyAdd(splat(-5.704_988_727_45e-3), z, splat(2.063_908_879_54e-2))
    p = multiplyAdd(p, z, splat(-5.373_971_555_31e-2))
    p = multiplyAdd(p, z, splat(1.333_144_220_36e-1))
    p = multiplyAdd(p, z, splat(-3.333_328_194_22e-1))
    let small = multiplyAdd(p * z, magnitude, magnitude)
    let value = apus_select_less(magnitude, splat(0.625), small, large)
    return apus_copysign(value, x)
}

/// The normal distribution function `(1 + erf(x / sqrt 2)) / 2`: within 8 units in the last place down to x = -5
/// (2e-6 relative on the baseline, which has no fused product), beyond that within 1e-13.
@inline(__always) func normalDistribution(_ x: Vector) -> Vector {
    // At 14 the tail is below the smallest float.
    let x = apus_at_most(apus_at_least(x, splat(-14)), splat(14))
    let t = x * splat(0.707_106_781)
    let magnitude = apus_abs(t)
    let z = t * t
    // |t| < 1: erf by its series.
    var e = multiplyAdd(splat(7.853_861_353_153_693e-5), z, splat(-8.010_193_625_184_903e-4))
    e = multiplyAdd(e, z, splat(5.188_327_685_732_524e-3))
    e = multiplyAdd(e, z, splat(-2.685_381_193_529_856e-2))
    e = multiplyAdd(e, z, splat(1.128_358_514_861_418e-1))
    e = multiplyAdd(e, z, splat(-3.761_262_582_423_300e-1))
    e = multiplyAdd(e, z, splat(1.128_379_165_726_710))
    let inner = multiplyAdd(e * t, splat(0.5), splat(0.5))
    // Otherwise erfc(|t|) = exp(-x^2 / 2) q p(q^2), q = 1 / |t|; the rounding of the square is corrected.
    let square = x * x
    let lost = multiplyAdd(x, x, zeroVector - square) * splat(-0.5)
    let power = exponential(square * splat(-0.5))
    let decay = multiplyAdd(power, lost, power)
    let q = splat(1) / apus_at_least(magnitude, splat(0.5))
    let y = q * q
    var near = multiplyAdd(splat(2.326_819_970_068_386e-2), y, splat(-1.387_039_388_740_657e-1))
    near = multiplyAdd(near, y, splat(3.687_424_674_597_105e-1))
    near = multiplyAdd(near, y, splat(-5.824_733_027_278_666e-1))
    near = multiplyAdd(near, y, splat(6.210_004_621_745_983e-1))
    near = multiplyAdd(near, y, splat(-4.944_515_323_274_145e-1))
    near = multiplyAdd(near, y, splat(3.404_879_937_665_872e-1))
    near = multiplyAdd(near, y, splat(-2.741_127_028_184_656e-1))
    near = multiplyAdd(near, y, splat(5.638_259_427_386_472e-1))
    var far = multiplyAdd(splat(-1.047_766_399_936_249e+1), y, splat(1.297_719_955_372_516e+1))
    far = multiplyAdd(far, y, splat(-7.495_518_717_768_503))
    far = multiplyAdd(far, y, splat(2.921_019_019_210_786))
    far = multiplyAdd(far, y, splat(-1.015_265_279_202_700))
    far = multiplyAdd(far, y, splat(4.218_463_358_204_948e-1))
    far = multiplyAdd(far, y, splat(-2.820_767_439_740_514e-1))
    far = multiplyAdd(far, y, splat(5.641_895_067_754_075e-1))
    let tail = decay * q * apus_select_less(magnitude, splat(2), near, far) * splat(0.5)
    let outer = apus_select_less(t, zeroVector, tail, splat(1) - tail)
    return apus_select_less(magnitude, splat(1), inner, outer)
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
