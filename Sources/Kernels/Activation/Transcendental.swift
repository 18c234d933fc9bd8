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
    apus_looks_up_lanes() ? exponentialByTable(x) : exponentialByExpansion(x)
}

@inline(__always) private func exponentialByExpansion(_ x: Vector) -> Vector {
    let (residue, biased) = reduced(x)
    return apus_scale(expansion(residue) + splat(1), biased)
}

/// x = n log(2) + r with a multiple n of 1/16: its fraction chooses one of sixteen powers of two, and three terms are
/// enough for the rest.
@inline(__always) private func exponentialByTable(_ x: Vector) -> Vector {
    let shift = splat(786_432)
    let biased = multiplyAdd(x, splat(1.442_695_04), shift)
    let n = biased - shift
    let r = residue(x, n)
    let p = multiplyAdd(r, splat(0.166_666_67), splat(0.5))
    let power = apus_sixteenth_power(biased)
    return apus_scale_floor(multiplyAdd(power, multiplyAdd(p, r * r, r), power), n)
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
    return (residue(x, biased - shift), biased)
}

/// x - n log(2), the logarithm in two parts.
@inline(__always) private func residue(_ x: Vector, _ n: Vector) -> Vector {
    multiplyAdd(n, splat(2.121_944_40e-4), multiplyAdd(n, splat(-0.693_359_375), x))
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
    // A division and the long expansion, for gmixer_24_224 at four channels, which is ill-conditioned: 7.8e-5 from timm's
    // norm. A reciprocal by Newton's step was beyond the bound of 1e-4, and SiLU as x / (1 + e^-x) by the table at 1.5e-4.
    let value = splat(1) / (splat(1) + exponentialByExpansion(zeroVector - clamped))
    return apus_select_less(x, splat(-88.7), zeroVector, value)
}

/// `x / (1 + e^-x)` within 4 units in the last place down to x = -87, beyond that within 1e-35.
///
/// The division goes on beside the products of the next vectors: on Zen 4 and 5 it costs fewer of their cycles than a
/// refined reciprocal does.
@inline(__always) func swish(_ x: Vector) -> Vector {
    // e^87 has a normal reciprocal. A NaN comes through as the dividend.
    let limited = apus_limit(x, splat(87))
    let power =
        apus_looks_up_lanes() ? reverseByTable(limited) : exponentialByExpansion(zeroVector - limited)
    return x / (splat(1) + power)
}

/// e^-x for -87 <= x <= 87, within 2 units in the last place.
///
/// -x log2(e) = n + f with a multiple n of 1/16, the logarithm in two parts: 2^n by table, and three terms of 2^f.
@inline(__always) private func reverseByTable(_ x: Vector) -> Vector {
    let shift = splat(786_432)
    let biased = multiplyAdd(x, splat(-1.442_695_02), shift)
    let whole = multiplyAdd(x, splat(-1.442_695_02), shift - biased)
    let f = multiplyAdd(x, splat(-1.925_963_0e-8), whole)
    let power = apus_power_of_two(biased)
    let p = multiplyAdd(multiplyAdd(f, splat(0.055_504_109), splat(0.240_226_51)), f, splat(0.693_147_18))
    return multiplyAdd(power * f, p, power)
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

/// x times the normal distribution function `(1 + erf(x / sqrt 2)) / 2`: within 4 units in the last place for
/// x >= -1, below that within 1e-6, which is what PyTorch's own form gives; 0 below -5.41.
///
/// The function less a half is odd: x p(x^2) / q(x^2) with polynomials of degree 5, relative to 1 within 5.7e-9, found by
/// Lawson's weighted least squares.
@inline(__always) func gaussianUnit(_ x: Vector) -> Vector {
    let u = apus_limit(x, splat(5.41))
    let z = u * u
    var p = multiplyAdd(splat(2.332_170_5e-8), z, splat(6.358_675e-6))
    p = multiplyAdd(p, z, splat(1.647_468_2e-4))
    p = multiplyAdd(p, z, splat(4.653_319_3e-3))
    p = multiplyAdd(p, z, splat(3.341_813_8e-2))
    p = multiplyAdd(p, z, splat(0.398_942_23))
    var q = multiplyAdd(splat(1.214_607_8e-6), z, splat(7.251_508e-5))
    q = multiplyAdd(q, z, splat(1.861_379_1e-3))
    q = multiplyAdd(q, z, splat(2.840_408e-2))
    q = multiplyAdd(q, z, splat(0.250_432_94))
    q = multiplyAdd(q, z, splat(1))
    return x * (splat(0.5) + u * p / q)
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
