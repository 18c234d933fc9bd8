internal import KernelInterface

/// ``KernelID/linearBFloat16``: `[M, K] x [K, N]` in bfloat16 with float32 sums, the weights packed by blocks of 16
/// outputs and pairs of inputs.
///
/// Each sum runs over the pairs of K in order, whatever M.
func runLinearBFloat16(
    _ pointer: UnsafeRawPointer,
    _ begin: Int,
    _ end: Int,
    _ scratch: UnsafeMutablePointer<Float>
) {
    unsafe runRows(pointer, begin, end, scratch, isRounded: true)
}
