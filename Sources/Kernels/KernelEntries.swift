internal import CIntrinsics
public import KernelInterface

/// The kernels as this module builds them: the same sources give a table for each instruction set.
public var kernelTable: KernelTable {
    let instructionSet = InstructionSet(level: Int(APUS_INSTRUCTION_SET))
    return unsafe KernelTable(
        instructionSet: instructionSet,
        multiplyAdds: runMultiplyAdds,
        entry: kernelEntry
    )
}

/// The code of each kernel.
private func kernelEntry(_ id: KernelID) -> KernelEntry {
    switch id {
    case .convolutionPlain: unsafe runPlainInputConvolution
    case .convolutionPlainWinograd: unsafe runPlainWinogradConvolution
    case .convolutionDepthwise: unsafe runDepthwiseConvolution
    case .convolutionGrouped: unsafe runGroupedConvolution
    case .convolutionThreeTaps: unsafe runThreeTapsConvolution
    case .convolutionPointwise: unsafe runPointwiseConvolution
    case .convolutionFastInnerProduct: unsafe runPointwiseInnerProduct
    case .convolutionWinograd4: unsafe runWinogradFour
    case .convolutionWinograd4x2: unsafe runWinogradFourByTwo
    case .convolutionWinograd2: unsafe runWinogradTwo
    case .convolutionWinogradStrided: unsafe runStridedWinograd
    case .convolutionWinogradLine: unsafe runLineWinograd
    case .convolutionDense: unsafe runDenseConvolution
    case .convolutionPointwiseBFloat16: unsafe runPointwiseConvolutionBFloat16
    case .convolutionDenseBFloat16: unsafe runDenseConvolutionBFloat16
    case .linear: unsafe runLinear
    case .linearFastInnerProduct: unsafe runLinearInnerProduct
    case .linearBFloat16: unsafe runLinearBFloat16
    case .matrixProduct: unsafe runMatrixProduct
    case .attention: unsafe runAttention
    case .attentionBFloat16: unsafe runAttentionBFloat16
    case .longShortTermMemory: unsafe runLongShortTermMemory
    case .pooling: unsafe runPooling
    case .globalMean: unsafe runGlobalMean
    case .reduction: unsafe runReduction
    case .unary: unsafe runUnary
    case .binary: unsafe runBinary
    case .broadcast: unsafe runBroadcast
    case .softmax: unsafe runSoftmax
    case .axisNormalization: unsafe runAxisNormalization
    case .channelNormalization: unsafe runChannelNormalization
    case .groupNormalization: unsafe runGroupNormalization
    case .blocking: unsafe runBlocking
    case .unblocking: unsafe runUnblocking
    case .channelCopy: unsafe runChannelCopy
    case .stridedCopy: unsafe runStridedCopy
    case .resample: unsafe runResample
    }
}
