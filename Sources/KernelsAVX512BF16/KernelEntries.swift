public import KernelInterface

/// The kernels that AVX512-BF16 makes faster, and those of `base`, the table for AVX-512, for all others.
///
/// The sources are Kernels', by symbolic links.
public func kernelTable(over base: KernelTable) -> KernelTable {
    unsafe KernelTable(instructionSet: .avx512bf16, over: base, entry: kernelEntry)
}

/// The code of the kernels that take pairs of bfloat16.
private func kernelEntry(_ id: KernelID) -> KernelEntry? {
    switch id {
    case .convolutionPointwiseBFloat16: unsafe runPointwiseConvolutionBFloat16
    case .convolutionDenseBFloat16: unsafe runDenseConvolutionBFloat16
    case .linearBFloat16: unsafe runLinearBFloat16
    case .attentionBFloat16: unsafe runAttentionBFloat16
    case .convolutionPlain, .convolutionPlainWinograd, .convolutionDepthwise, .convolutionGrouped,
        .convolutionThreeTaps, .convolutionPointwise, .convolutionFastInnerProduct, .convolutionWinograd4,
        .convolutionWinograd4x2, .convolutionWinograd2, .convolutionWinogradStrided,
        .convolutionWinogradLine, .convolutionDense, .linear, .linearFastInnerProduct, .matrixProduct,
        .attention, .longShortTermMemory, .pooling, .globalMean, .reduction, .unary, .binary, .broadcast,
        .softmax, .axisNormalization, .channelNormalization, .groupNormalization, .blocking, .unblocking,
        .channelCopy, .stridedCopy, .resample:
        nil
    }
}
