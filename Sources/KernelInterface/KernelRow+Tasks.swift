extension KernelRow {
    /// Tasks of a run with these arguments: of the structure that ``KernelID`` names for the kernel.
    ///
    /// Tasks may be small (a microsecond and less): give a thread a range, not one at a time.
    public func taskCount(_ arguments: UnsafeRawPointer) -> Int {
        switch id {
        case .convolutionPlain:
            let arguments = unsafe arguments.load(as: ConvolutionArguments.self)
            return PlainInputPlan(arguments.shape).taskCount(images: arguments.images)
        case .convolutionPlainWinograd:
            let arguments = unsafe arguments.load(as: ConvolutionArguments.self)
            return PlainWinogradPlan(arguments.shape).taskCount(images: arguments.images)
        case .convolutionDepthwise:
            let arguments = unsafe arguments.load(as: ConvolutionArguments.self)
            return DepthwisePlan(arguments.shape).taskCount(images: arguments.images)
        case .convolutionGrouped:
            let arguments = unsafe arguments.load(as: ConvolutionArguments.self)
            return GroupedPlan(arguments.shape).taskCount(images: arguments.images)
        case .convolutionPointwise, .convolutionPointwiseBFloat16:
            let arguments = unsafe arguments.load(as: ConvolutionArguments.self)
            return PointwisePlan(arguments.shape).taskCount(images: arguments.images)
        case .convolutionFastInnerProduct:
            return FastInnerProductPlan(unsafe arguments.load(as: ConvolutionArguments.self)).taskCount
        case .convolutionDense, .convolutionThreeTaps, .convolutionDenseBFloat16:
            let arguments = unsafe arguments.load(as: ConvolutionArguments.self)
            return DensePlan(arguments.shape).taskCount(images: arguments.images)
        case .convolutionWinograd4, .convolutionWinograd4x2, .convolutionWinograd2:
            let arguments = unsafe arguments.load(as: ConvolutionArguments.self)
            return WinogradPlan(arguments.shape, id.winogradTiling, images: arguments.images).taskCount
        case .convolutionWinogradStrided:
            let arguments = unsafe arguments.load(as: ConvolutionArguments.self)
            return StridedWinogradPlan(arguments.shape, images: arguments.images)
                .taskCount(images: arguments.images)
        case .convolutionWinogradLine:
            let arguments = unsafe arguments.load(as: ConvolutionArguments.self)
            return LineTiling(arguments.shape).map {
                LineWinogradPlan(arguments.shape, $0, images: arguments.images)
                    .taskCount(images: arguments.images)
            } ?? 0
        case .linear, .linearBFloat16:
            let arguments = unsafe arguments.load(as: LinearArguments.self)
            let plan = LinearPlan(
                rows: arguments.rows,
                inputs: arguments.inputs,
                outputs: arguments.outputs
            )
            return plan.chunkCount * plan.groupCount
        case .linearFastInnerProduct:
            return FastInnerProductPlan(unsafe arguments.load(as: LinearArguments.self)).taskCount
        case .matrixProduct:
            let arguments = unsafe arguments.load(as: MatrixProductArguments.self)
            let columns = (arguments.columns + TaskSize.productColumns - 1) / TaskSize.productColumns
            return arguments.outerCount * arguments.innerCount * columns
        case .attention, .attentionBFloat16:
            return AttentionPlan(unsafe arguments.load(as: AttentionArguments.self)).taskCount
        case .longShortTermMemory:
            return unsafe arguments.load(as: LongShortTermMemoryArguments.self).taskCount
        case .pooling:
            let arguments = unsafe arguments.load(as: PoolingArguments.self)
            return arguments.images * BlockedLayout.blocks(arguments.channels) * arguments.outputHeight
        case .globalMean:
            let arguments = unsafe arguments.load(as: GlobalMeanArguments.self)
            return arguments.images * BlockedLayout.blocks(arguments.channels)
        case .reduction:
            let arguments = unsafe arguments.load(as: ReductionArguments.self)
            return TaskSize.tasks(
                count: arguments.keptExtents.product,
                ofFloats: arguments.reducedExtents.product
            )
        case .unary:
            let extents = unsafe arguments.load(as: UnaryArguments.self).extents
            return ElementwisePlan(extents).taskCount(extents)
        case .binary:
            let extents = unsafe arguments.load(as: BinaryArguments.self).extents
            return ElementwisePlan(extents).taskCount(extents)
        case .broadcast:
            let extents = unsafe arguments.load(as: BroadcastArguments.self).extents
            return TaskSize.tasks(count: extents.product / max(extents[7], 1), ofFloats: extents[7])
        case .softmax, .axisNormalization:
            let arguments = unsafe arguments.load(as: AxisArguments.self)
            return TaskSize.tasks(
                count: arguments.unitCount,
                ofFloats: arguments.extent * arguments.innerPiece
            )
        case .channelNormalization:
            let arguments = unsafe arguments.load(as: ChannelNormalizationArguments.self)
            return arguments.images * arguments.height
        case .groupNormalization:
            return unsafe arguments.load(as: GroupNormalizationArguments.self).maps.images
        case .blocking, .unblocking:
            let arguments = unsafe arguments.load(as: LayoutArguments.self)
            return arguments.images * BlockedLayout.blocks(arguments.channels)
        case .channelCopy:
            let arguments = unsafe arguments.load(as: ChannelCopyArguments.self)
            return arguments.images * arguments.outputBlocks
        case .stridedCopy:
            let extents = unsafe arguments.load(as: StridedCopyArguments.self).extents
            return TaskSize.tasks(count: extents.product / max(extents[7], 1), ofFloats: extents[7])
        case .resample:
            let arguments = unsafe arguments.load(as: ResampleArguments.self)
            return arguments.images * BlockedLayout.blocks(arguments.channels)
        }
    }

    /// Neighbouring tasks that begin with the same copy of their inputs, which is made anew for each range of tasks; 1 for kernels
    /// whose ranges need not be kept together.
    public func tasksPerCopy(_ arguments: UnsafeRawPointer) -> Int {
        switch id {
        case .convolutionFastInnerProduct:
            return FastInnerProductPlan(unsafe arguments.load(as: ConvolutionArguments.self)).groupCount
        case .linearFastInnerProduct:
            return FastInnerProductPlan(unsafe arguments.load(as: LinearArguments.self)).groupCount
        default: return 1
        }
    }

    /// Floats of scratch memory that each thread must offer; it depends on the shapes, not on the batch.
    public func scratchFloats(_ arguments: UnsafeRawPointer) -> Int {
        switch id {
        case .convolutionPlain:
            return PlainInputPlan(unsafe arguments.load(as: ConvolutionArguments.self).shape).scratchFloats
        case .convolutionPlainWinograd:
            return PlainWinogradPlan(unsafe arguments.load(as: ConvolutionArguments.self).shape).scratchFloats
        case .convolutionDepthwise:
            return DepthwisePlan(unsafe arguments.load(as: ConvolutionArguments.self).shape).scratchFloats
        case .convolutionGrouped:
            return GroupedPlan(unsafe arguments.load(as: ConvolutionArguments.self).shape).scratchFloats
        case .convolutionDense, .convolutionThreeTaps:
            return DensePlan(unsafe arguments.load(as: ConvolutionArguments.self).shape).scratchFloats
        case .convolutionDenseBFloat16:
            // Sixteen channels of a pixel take half of the room.
            let shape = unsafe arguments.load(as: ConvolutionArguments.self).shape
            return DensePlan(shape).scratchFloats / 2
        case .convolutionFastInnerProduct:
            let shape = unsafe arguments.load(as: ConvolutionArguments.self).shape
            return FastInnerProductPlan.scratchFloats(inputs: shape.inputChannels)
        case .linearFastInnerProduct:
            return FastInnerProductPlan.scratchFloats(
                inputs: unsafe arguments.load(as: LinearArguments.self).inputs
            )
        case .convolutionPointwiseBFloat16:
            let shape = unsafe arguments.load(as: ConvolutionArguments.self).shape
            return PointwisePlan(shape).chunkPixels * shape.inputBlocks * 8
        case .convolutionWinograd4, .convolutionWinograd4x2, .convolutionWinograd2:
            let shape = unsafe arguments.load(as: ConvolutionArguments.self).shape
            return WinogradPlan.scratchFloats(shape, id.winogradTiling)
        case .convolutionWinogradStrided:
            return StridedWinogradPlan.scratchFloats(
                unsafe arguments.load(as: ConvolutionArguments.self).shape
            )
        case .convolutionWinogradLine:
            let shape = unsafe arguments.load(as: ConvolutionArguments.self).shape
            return LineTiling(shape).map { LineWinogradPlan.scratchFloats(shape, $0) } ?? 0
        case .linear:
            let arguments = unsafe arguments.load(as: LinearArguments.self)
            return BlockedLayout.padded(arguments.inputs) * LinearPlan.longestChunk
        case .linearBFloat16:
            let arguments = unsafe arguments.load(as: LinearArguments.self)
            return BlockedLayout.padded(arguments.inputs) / 2 * LinearPlan.longestChunk
        case .matrixProduct:
            let arguments = unsafe arguments.load(as: MatrixProductArguments.self)
            return arguments.depth * TaskSize.productColumns
        case .attention, .attentionBFloat16:
            return AttentionPlan(unsafe arguments.load(as: AttentionArguments.self)).scratchFloats
        case .longShortTermMemory:
            return unsafe arguments.load(as: LongShortTermMemoryArguments.self).scratchFloats
        case .groupNormalization:
            let arguments = unsafe arguments.load(as: GroupNormalizationArguments.self)
            return BlockedLayout.padded(arguments.maps.channels) * 2
        case .resample:
            let arguments = unsafe arguments.load(as: ResampleArguments.self)
            return arguments.inputHeight * arguments.outputWidth * 16
        case .convolutionPointwise, .pooling, .globalMean, .reduction, .unary, .binary, .broadcast,
            .softmax, .axisNormalization, .channelNormalization, .blocking, .unblocking, .channelCopy,
            .stridedCopy:
            return 0
        }
    }
}
