internal import Graph
internal import KernelInterface
internal import Tensors

/// Operators whose outputs are made of several pixels or elements each: pooling, reduction, resampling.
extension DraftBuilder {
    mutating func addPooling(_ id: ValueID, _ pooling: Pooling) throws(EngineError) {
        let node = graph[id]
        guard let maps = MapExtents(graph[node.inputs[0]].type), let outputMaps = MapExtents(node.type) else {
            throw unsupported(node, "feature maps [N, C, H, W] expected")
        }
        let kind: PoolingArguments.Kind =
            switch pooling.kind {
            case .maximum: .maximum
            case .average(let countsPadding): countsPadding ? .averageWithPadding : .average
            }
        var arguments = unsafe PoolingArguments(
            kind: kind,
            images: maps.imagesPerPicture,
            channels: maps.channels,
            inputHeight: maps.height,
            inputWidth: maps.width,
            outputHeight: outputMaps.height,
            outputWidth: outputMaps.width,
            kernel: 1,
            stride: 1,
            input: StepDraft.unset,
            output: StepDraft.unset
        )
        (arguments.kernelHeight, arguments.kernelWidth) = (pooling.kernel.height, pooling.kernel.width)
        (arguments.strideHeight, arguments.strideWidth) = (pooling.stride.height, pooling.stride.width)
        (arguments.paddingTop, arguments.paddingLeft) = (pooling.padding.top, pooling.padding.left)
        (arguments.paddingBottom, arguments.paddingRight) = (pooling.padding.bottom, pooling.padding.right)
        let (input, output) = (place(node.inputs[0]), output(id))
        arguments.inputStrides = strides(input, maps, .blocked)
        arguments.outputStrides = strides(output, outputMaps, .blocked)
        var step = StepDraft(.pooling, arguments)
        unsafe step.read(\PoolingArguments.input, input)
        unsafe step.write(\PoolingArguments.output, output)
        step.count(\PoolingArguments.images, perPicture: maps.imagesPerPicture)
        program.steps.append(step)
    }

    mutating func addReduction(_ id: ValueID, _ kind: ReductionKind, _ axes: [Int])
        throws(EngineError)
    {
        let node = graph[id]
        let source = graph[node.inputs[0]]
        let input = place(node.inputs[0])
        if node.layout == .blocked, let maps = MapExtents(source.type) {
            var arguments = unsafe GlobalMeanArguments(
                images: maps.imagesPerPicture,
                channels: maps.channels,
                height: maps.height,
                width: maps.width,
                input: StepDraft.unset,
                output: StepDraft.unset
            )
            arguments.inputStrides = strides(input, maps, .blocked)
            var step = StepDraft(.globalMean, arguments)
            unsafe step.read(\GlobalMeanArguments.input, input)
            unsafe step.write(\GlobalMeanArguments.output, output(id))
            step.count(\GlobalMeanArguments.images, perPicture: maps.imagesPerPicture)
            program.steps.append(step)
            return
        }
        let extents = source.type.extents
        guard extents.count <= PlainAxes.maximum else { throw unsupported(node, "at most 8 axes expected") }
        let strides = Shape(extents).strides
        let kept = extents.indices.filter { !axes.contains($0) }
        let reduced = axes.sorted()
        let arguments = unsafe ReductionArguments(
            kind: ReductionArguments.Kind(kind),
            keptExtents: PlainAxes.values(kept.map { extents[$0] }, filler: 1),
            keptStrides: PlainAxes.values(kept.map { strides[$0] }, filler: 0),
            reducedExtents: PlainAxes.values(reduced.map { extents[$0] }, filler: 1),
            reducedStrides: PlainAxes.values(reduced.map { strides[$0] }, filler: 0),
            input: StepDraft.unset,
            output: StepDraft.unset
        )
        var step = StepDraft(.reduction, arguments)
        unsafe step.read(\ReductionArguments.input, input)
        unsafe step.write(\ReductionArguments.output, output(id))
        step.count(
            \ReductionArguments.keptExtents,
            perPicture: source.type.batchFactor,
            at: PlainAxes.maximum - kept.count
        )
        step.isFallback = source.type.rank == 4
        program.steps.append(step)
    }

    mutating func addResampling(_ id: ValueID, _ resampling: Resampling) throws(EngineError) {
        let node = graph[id]
        guard let maps = MapExtents(graph[node.inputs[0]].type) else {
            throw unsupported(node, "feature maps [N, C, H, W] expected")
        }
        let filter: ResampleTable.Filter =
            switch resampling.mode {
            case .nearest: .nearest
            case .bilinear: .linear
            case .bicubic: .cubic
            }
        func table(_ input: Int, _ output: Int) -> ResampleTable {
            ResampleTable(
                input: input,
                output: output,
                filter: filter,
                alignsCorners: resampling.alignsCorners,
                antialiases: resampling.antialiases
            )
        }
        let rows = table(maps.height, resampling.extent.height)
        let columns = table(maps.width, resampling.extent.width)
        var arguments = unsafe ResampleArguments(
            images: maps.imagesPerPicture,
            channels: maps.channels,
            inputHeight: maps.height,
            inputWidth: maps.width,
            outputHeight: resampling.extent.height,
            outputWidth: resampling.extent.width,
            rowTaps: rows.taps,
            rowIndices: StepDraft.unsetIndices,
            rowWeights: StepDraft.unset,
            columnTaps: columns.taps,
            columnIndices: StepDraft.unsetIndices,
            columnWeights: StepDraft.unset,
            input: StepDraft.unset,
            output: StepDraft.unset
        )
        let input = place(node.inputs[0])
        arguments.inputStrides = strides(input, maps, .blocked)
        var step = StepDraft(.resample, arguments)
        unsafe step.read(\ResampleArguments.input, input)
        unsafe step.write(\ResampleArguments.output, output(id))
        step.count(\ResampleArguments.images, perPicture: maps.imagesPerPicture)
        unsafe step.constant(\ResampleArguments.rowIndices, constant(.int32s(rows.indices)))
        unsafe step.constant(\ResampleArguments.rowWeights, constant(.floats(rows.weights)))
        unsafe step.constant(\ResampleArguments.columnIndices, constant(.int32s(columns.indices)))
        unsafe step.constant(\ResampleArguments.columnWeights, constant(.floats(columns.weights)))
        program.steps.append(step)
    }
}

extension ReductionArguments.Kind {
    /// The kernels' form of a graph's reduction.
    init(_ kind: ReductionKind) {
        switch kind {
        case .mean: self = .mean
        case .sum: self = .sum
        case .maximum: self = .maximum
        case .variance: self = .variance
        case .norm: self = .norm
        }
    }
}
