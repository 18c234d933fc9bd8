/// The kernels that every ``KernelTable`` holds.
///
/// A new kernel is one file in Kernels, one case here and one line in Kernels' `KernelEntries.swift`; the tests
/// and the benchmark read the table.
public enum KernelID: String, Sendable, Hashable, CaseIterable {
    /// A convolution of plain pictures `[N, C, H, W]`, one group. Arguments: ``ConvolutionArguments``.
    case convolutionPlain = "convolution.plain"
    /// A convolution of plain pictures by filters of seven columns with stride 2, one group, by tiles of four outputs of a
    /// row. Arguments: ``ConvolutionArguments``.
    case convolutionPlainWinograd = "convolution.plain.winograd"
    /// A convolution whose channels stay apart. Arguments: ``ConvolutionArguments``.
    case convolutionDepthwise = "convolution.depthwise"
    /// A convolution of many small groups of channels. Arguments: ``ConvolutionArguments``.
    case convolutionGrouped = "convolution.grouped"
    /// A convolution of groups of at least 16 channels, filters of three columns. Arguments: ``ConvolutionArguments``.
    case convolutionThreeTaps = "convolution.threetaps"
    /// A 1x1 convolution with stride 1, one group. Arguments: ``ConvolutionArguments``.
    case convolutionPointwise = "convolution.pointwise"
    /// A 1x1 convolution with any stride, one group, by ``FastInnerProduct``. Arguments: ``ConvolutionArguments``.
    case convolutionFastInnerProduct = "convolution.pointwise.fip"
    /// A 3x3 convolution with stride 1, one group or groups of at least 16 outputs, by tiles of 4x4 outputs.
    /// Arguments: ``ConvolutionArguments``.
    case convolutionWinograd4 = "convolution.winograd4"
    /// A 3x3 convolution with stride 1, one group or groups of at least 16 outputs, by tiles of 2x2 outputs.
    /// Arguments: ``ConvolutionArguments``.
    case convolutionWinograd2 = "convolution.winograd2"
    /// ``convolutionWinograd4`` by tiles of 4x2 outputs: for small maps. Arguments: ``ConvolutionArguments``.
    case convolutionWinograd4x2 = "convolution.winograd4x2"
    /// A 3x3 convolution with stride 2, one group, by tiles of 4x4 and 3x3 outputs. Arguments: ``ConvolutionArguments``.
    case convolutionWinogradStrided = "convolution.winograd4.stride2"
    /// A convolution of 3, 5 or 7 taps along a line with stride 1, one group, by tiles of four outputs of a row or column.
    /// Arguments: ``ConvolutionArguments``.
    case convolutionWinogradLine = "convolution.winograd4.line"
    /// Any convolution of blocked maps, with groups or without. Arguments: ``ConvolutionArguments``.
    case convolutionDense = "convolution.dense"
    /// ``convolutionPointwise`` with inputs and weights in bfloat16. Arguments: ``ConvolutionArguments``.
    case convolutionPointwiseBFloat16 = "convolution.pointwise.bf16"
    /// ``convolutionDense`` of one group with inputs and weights in bfloat16. Arguments: ``ConvolutionArguments``.
    case convolutionDenseBFloat16 = "convolution.dense.bf16"
    /// Rows times a weight matrix. Arguments: ``LinearArguments``.
    case linear
    /// ``linear`` by ``FastInnerProduct``, of 16 inputs at least. Arguments: ``LinearArguments``.
    case linearFastInnerProduct = "linear.fip"
    /// ``linear`` with inputs and weights in bfloat16. Arguments: ``LinearArguments``.
    case linearBFloat16 = "linear.bf16"
    /// The product of two activations. Arguments: ``MatrixProductArguments``.
    case matrixProduct = "matrix.product"
    /// Softmax attention of queries to keys and values, plain. Arguments: ``AttentionArguments``.
    case attention
    /// ``attention`` with the operands of its products in bfloat16. Arguments: ``AttentionArguments``.
    case attentionBFloat16 = "attention.bf16"
    /// A recurrence over sequences, plain. Arguments: ``LongShortTermMemoryArguments``.
    case longShortTermMemory = "recurrence.lstm"
    /// Maximum or average over windows, blocked. Arguments: ``PoolingArguments``.
    case pooling
    /// The mean over all positions, blocked. Arguments: ``GlobalMeanArguments``.
    case globalMean = "global.mean"
    /// A reduction over any axes, plain. Arguments: ``ReductionArguments``.
    case reduction
    /// An activation, plain or blocked. Arguments: ``UnaryArguments``.
    case unary
    /// Two maps of equal layout, or a map and a gate. Arguments: ``BinaryArguments``.
    case binary
    /// Two plain operands, broadcast as NumPy does. Arguments: ``BroadcastArguments``.
    case broadcast
    /// Softmax over one axis, plain. Arguments: ``AxisArguments``.
    case softmax
    /// Layer norm or RMS norm over one axis, plain. Arguments: ``AxisArguments``.
    case axisNormalization = "normalization.axis"
    /// Layer norm or RMS norm over the channels, blocked. Arguments: ``ChannelNormalizationArguments``.
    case channelNormalization = "normalization.channels"
    /// Group norm, blocked. Arguments: ``GroupNormalizationArguments``.
    case groupNormalization = "normalization.groups"
    /// Plain `[N, C, H, W]` to blocked. Arguments: ``LayoutArguments``.
    case blocking = "layout.blocking"
    /// Blocked to plain `[N, C, H, W]`. Arguments: ``LayoutArguments``.
    case unblocking = "layout.unblocking"
    /// Slices, joins and permutes channels of blocked maps. Arguments: ``ChannelCopyArguments``.
    case channelCopy = "copy.channels"
    /// Copies with strides and index tables: transpose, slice, gather, roll, pad. Arguments: ``StridedCopyArguments``.
    case stridedCopy = "copy.strided"
    /// Resizes blocked maps. Arguments: ``ResampleArguments``.
    case resample

    /// The kernels that serve convolutions in float32, the most special first: the order of choice.
    public static let convolutions: [KernelID] = [
        .convolutionPlainWinograd, .convolutionPlain, .convolutionDepthwise, .convolutionGrouped,
        .convolutionWinograd4, .convolutionWinograd4x2, .convolutionWinograd2, .convolutionThreeTaps,
        .convolutionFastInnerProduct, .convolutionPointwise, .convolutionWinogradStrided,
        .convolutionWinogradLine, .convolutionDense,
    ]

    /// The tiling of a Winograd kernel.
    ///
    /// Precondition: it is one.
    var winogradTiling: WinogradTiling {
        switch self {
        case .convolutionWinograd4: return .four
        case .convolutionWinograd2: return .two
        case .convolutionWinograd4x2: return .fourByTwo
        case .convolutionWinogradStrided: return .strided
        default: preconditionFailure("\(rawValue) is no Winograd kernel")
        }
    }

    /// The kernels that serve rows times a weight matrix.
    public static let linears: [KernelID] = [.linear, .linearFastInnerProduct, .linearBFloat16]

    /// The kernels that serve convolutions in bfloat16, in the order of choice.
    ///
    /// Filters of F(4 x 4) and F(4 x 2) stay float32: four and three times fewer products are more than twice as many a cycle.
    public static let convolutionsInBFloat16: [KernelID] = [
        .convolutionPlainWinograd, .convolutionPlain, .convolutionDepthwise, .convolutionGrouped,
        .convolutionWinograd4, .convolutionWinograd4x2, .convolutionThreeTaps,
        .convolutionPointwiseBFloat16,
        .convolutionDenseBFloat16, .convolutionDense,
    ]

    /// The kernels that serve convolutions at `precision`, in the order of choice.
    public static func convolutions(_ precision: Precision) -> [KernelID] {
        switch precision {
        case .float32: convolutions
        case .bfloat16: convolutionsInBFloat16
        }
    }

    /// All kernels that serve convolutions.
    static let convolutionsAtAnyPrecision =
        convolutions + convolutionsInBFloat16.filter { !convolutions.contains($0) }

    /// Whether the kernel is a convolution kernel that can serve `shape`.
    public func accepts(_ shape: ConvolutionShape) -> Bool {
        switch self {
        case .convolutionPlain: return shape.isInputPlain && shape.groups == 1
        case .convolutionPlainWinograd: return StrideTwoTiling.accepts(shape)
        case .convolutionDepthwise: return !shape.isInputPlain && shape.isDepthwise
        case .convolutionGrouped: return GroupedPlan.accepts(shape)
        case .convolutionThreeTaps: return DensePlan.acceptsThreeTaps(shape)
        case .convolutionPointwise, .convolutionPointwiseBFloat16:
            let isPointwise =
                shape.kernelHeight == 1 && shape.kernelWidth == 1 && shape.strideHeight == 1
                && shape.strideWidth == 1 && shape.paddingTop == 0 && shape.paddingLeft == 0
                && shape.outputHeight == shape.inputHeight && shape.outputWidth == shape.inputWidth
            return !shape.isInputPlain && shape.groups == 1 && isPointwise
        case .convolutionFastInnerProduct: return FastInnerProduct.accepts(shape)
        case .convolutionWinograd4, .convolutionWinograd4x2, .convolutionWinograd2,
            .convolutionWinogradStrided:
            return winogradTiling.accepts(shape)
        case .convolutionWinogradLine: return LineTiling(shape) != nil
        case .convolutionDense: return !shape.isInputPlain
        case .convolutionDenseBFloat16: return !shape.isInputPlain && shape.groups == 1
        case .linear, .linearFastInnerProduct, .linearBFloat16, .matrixProduct, .attention,
            .attentionBFloat16, .longShortTermMemory, .pooling, .globalMean, .reduction, .unary, .binary,
            .broadcast, .softmax, .axisNormalization, .channelNormalization, .groupNormalization, .blocking,
            .unblocking, .channelCopy, .stridedCopy, .resample:
            return false
        }
    }

    /// Whether the kernel serves `shape`, which it ``accepts(_:)``, faster than those after it do.
    public func isWorthwhile(_ shape: ConvolutionShape) -> Bool {
        switch self {
        case .convolutionPlainWinograd: StrideTwoTiling.isWorthwhile(shape)
        case .convolutionGrouped: GroupedPlan.isWorthwhile(shape)
        case .convolutionThreeTaps: DensePlan.isWorthwhileInThreeTaps(shape)
        case .convolutionWinograd4, .convolutionWinograd4x2, .convolutionWinograd2,
            .convolutionWinogradStrided:
            winogradTiling.isWorthwhile(shape)
        case .convolutionWinogradLine: LineTiling(shape)?.isWorthwhile(shape) ?? false
        case .convolutionFastInnerProduct:
            FastInnerProduct.isWorthwhile(
                rows: shape.outputHeight * shape.outputWidth,
                inputs: shape.inputChannels,
                outputs: shape.outputChannels
            )
        default: true
        }
    }

    /// Whether the kernel, one of ``linears``, can serve rows of `inputs` features.
    public func acceptsRows(of inputs: Int) -> Bool { self != .linearFastInnerProduct || inputs >= 16 }

    /// How the kernel, one of ``linears``, wants its weights `[outputs, inputs]`.
    public func linearPacking(outputs: Int, inputs: Int) -> WeightPacking {
        switch self {
        case .linearFastInnerProduct: WeightPacking.fastInnerProduct(outputs: outputs, inputs: inputs)
        case .linearBFloat16: WeightPacking.linear(outputs: outputs, inputs: inputs, precision: .bfloat16)
        default: WeightPacking.linear(outputs: outputs, inputs: inputs)
        }
    }

    /// How the kernel wants the weights of a convolution.
    ///
    /// Precondition: it ``accepts(_:)`` the shape.
    public func packing(_ shape: ConvolutionShape) -> WeightPacking {
        precondition(accepts(shape), "\(rawValue) does not serve \(shape)")
        let order: WeightPacking.Order =
            switch self {
            case .convolutionPlain: .plainInput
            case .convolutionPlainWinograd: .strideTwo
            case .convolutionDepthwise: .depthwise
            case .convolutionGrouped, .convolutionThreeTaps: .grouped
            case .convolutionWinograd4, .convolutionWinograd4x2, .convolutionWinograd2,
                .convolutionWinogradStrided:
                .winograd(winogradTiling)
            case .convolutionWinogradLine: .lines
            case .convolutionFastInnerProduct: .fastInnerProduct
            default: .dense
            }
        let isRounded = self == .convolutionPointwiseBFloat16 || self == .convolutionDenseBFloat16
        return WeightPacking(order: order, shape: shape, precision: isRounded ? .bfloat16 : .float32)
    }
}
