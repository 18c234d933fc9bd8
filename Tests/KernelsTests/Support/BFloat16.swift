/// The bfloat16 nearest to a float, ties to even, as the float that it is: written from the format's definition, without
/// bit tricks that the kernels use.
func roundedToBFloat16(_ value: Float) -> Float {
    guard value.isFinite, value != 0 else { return value }
    // Eight bits of significand: the unit in the last place is 2^-7 of the value's binade, 2^-133 at least.
    let exponent = max(Int(value.exponent), -126)
    let unit = Double(sign: .plus, exponent: exponent - 7, significand: 1)
    return Float((Double(value) / unit).rounded(.toNearestOrEven) * unit)
}
