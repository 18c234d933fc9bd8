internal import Graph
internal import KernelInterface
internal import Tensors

/// Operators that are not sums of products, but for those that only move elements.
extension DraftBuilder {
    mutating func addGeneral(
        _ id: ValueID,
        _ operation: Operator,
        _ statics: [Int: Tensor]
    ) throws(EngineError) {
        let node = graph[id]
        switch operation {
        case .layerNormalization(let axis, let epsilon):
            addNormalization(id, axis, epsilon, subtractsMean: true, statics)
        case .rootMeanSquareNormalization(let axis, let epsilon):
            addNormalization(id, axis, epsilon, subtractsMean: false, statics)
        case .groupNormalization(let groups, let epsilon):
            try addGroupNormalization(id, groups, epsilon, statics)
        case .pooling(let pooling): try addPooling(id, pooling)
        case .reduction(let kind, let axes, _): try addReduction(id, kind, axes)
        case .matrixProduct(let transposesRight): addMatrixProduct(id, transposesRight)
        case .longShortTermMemory(let isReversed): try addRecurrence(id, isReversed, statics)
        case .softmax(let axis): addSoftmax(id, axis)
        case .resample(let resampling): try addResampling(id, resampling)
        case .binary(let operation): try addGeneralBinary(id, operation, statics)
        case .reshape, .transpose, .slice, .concatenation, .gather, .roll, .padding, .broadcastToBatch:
            try addMovement(id, operation, statics)
        case .input, .parameter, .constant, .convolution, .linear, .batchNormalization, .activation, .affine:
            throw unsupported(node, "it should have been fused")
        }
    }

    // MARK: Normalisation

    private mutating func addNormalization(
        _ id: ValueID,
        _ axis: Int,
        _ epsilon: Float,
        subtractsMean: Bool,
        _ statics: [Int: Tensor]
    ) {
        let node = graph[id]
        let input = place(node.inputs[0])
        let output = output(id)
        if node.layout == .blocked, let maps = MapExtents(node.type) {
            var arguments = channelNormalization(maps, epsilon)
            arguments.subtractsMean = subtractsMean
            arguments.inputStrides = strides(input, maps, .blocked)
            var step = StepDraft(.channelNormalization, arguments)
            unsafe step.read(\ChannelNormalizationArguments.input, input)
            unsafe step.write(\ChannelNormalizationArguments.output, output)
            step.count(\ChannelNormalizationArguments.images, perPicture: maps.imagesPerPicture)
            if let weight = statics[1] {
                unsafe step.constant(\ChannelNormalizationArguments.weight, channelConstant(weight.floats))
            }
            if let bias = statics[2] {
                unsafe step.constant(\ChannelNormalizationArguments.bias, channelConstant(bias.floats))
            }
            step.inPlaceCandidates = [input.block]
            program.steps.append(step)
            return
        }
        var arguments = axisArguments(node.type, axis)
        arguments.epsilon = epsilon
        arguments.subtractsMean = subtractsMean
        var step = StepDraft(.axisNormalization, arguments)
        unsafe step.read(\AxisArguments.input, input)
        unsafe step.write(\AxisArguments.output, output)
        step.count(\AxisArguments.outerCount, perPicture: arguments.outerCount)
        if let weight = statics[1] {
            unsafe step.constant(\AxisArguments.weight, channelConstant(weight.floats))
        }
        if let bias = statics[2] {
            unsafe step.constant(\AxisArguments.bias, channelConstant(bias.floats))
        }
        step.inPlaceCandidates = [input.block]
        program.steps.append(step)
    }

    private func channelNormalization(_ maps: MapExtents, _ epsilon: Float) -> ChannelNormalizationArguments {
        unsafe ChannelNormalizationArguments(
            images: maps.imagesPerPicture,
            channels: maps.channels,
            height: maps.height,
            width: maps.width,
            epsilon: epsilon,
            input: StepDraft.unset,
            weight: nil,
            bias: nil,
            output: StepDraft.unset
        )
    }

    private func axisArguments(_ type: TensorType, _ axis: Int) -> AxisArguments {
        let extents = type.extents
        return unsafe AxisArguments(
            outerCount: extents[..<axis].reduce(1, *),
            extent: extents[axis],
            innerCount: extents[(axis + 1)...].reduce(1, *),
            input: StepDraft.unset,
            output: StepDraft.unset
        )
    }

    private mutating func addGroupNormalization(
        _ id: ValueID,
        _ groups: Int,
        _ epsilon: Float,
        _ statics: [Int: Tensor]
    ) throws(EngineError) {
        let node = graph[id]
        guard node.layout == .blocked, let maps = MapExtents(node.type) else {
            throw unsupported(node, "at most four axes expected")
        }
        let input = place(node.inputs[0])
        let output = output(id)
        var arguments = GroupNormalizationArguments(groups: groups, maps: channelNormalization(maps, epsilon))
        arguments.maps.inputStrides = strides(input, maps, .blocked)
        var step = StepDraft(.groupNormalization, arguments)
        unsafe step.read(\GroupNormalizationArguments.maps.input, input)
        unsafe step.write(\GroupNormalizationArguments.maps.output, output)
        step.count(\GroupNormalizationArguments.maps.images, perPicture: maps.imagesPerPicture)
        if let weight = statics[1] {
            unsafe step.constant(\GroupNormalizationArguments.maps.weight, channelConstant(weight.floats))
        }
        if let bias = statics[2] {
            unsafe step.constant(\GroupNormalizationArguments.maps.bias, channelConstant(bias.floats))
        }
        step.inPlaceCandidates = [input.block]
        program.steps.append(step)
    }

    private mutating func addSoftmax(_ id: ValueID, _ axis: Int) {
        let node = graph[id]
        let input = place(node.inputs[0])
        let arguments = axisArguments(node.type, axis)
        var step = StepDraft(.softmax, arguments)
        unsafe step.read(\AxisArguments.input, input)
        unsafe step.write(\AxisArguments.output, output(id))
        step.count(\AxisArguments.outerCount, perPicture: arguments.outerCount)
        step.inPlaceCandidates = [input.block]
        program.steps.append(step)
    }

    // MARK: Pooling and reduction

    private mutating func addPooling(_ id: ValueID, _ pooling: Pooling) throws(EngineError) {
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

    private mutating func addReduction(_ id: ValueID, _ kind: ReductionKind, _ axes: [Int])
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

    // MARK: Products, resampling

    private mutating func addMatrixProduct(_ id: ValueID, _ transposesRight: Bool) {
        let node = graph[id]
        let extents = graph[node.inputs[0]].type.extents
        let (rows, depth) = (extents[extents.count - 2], extents[extents.count - 1])
        let columns = node.type.extents[extents.count - 1]
        let batch = extents.dropLast(2).reduce(1, *)
        let arguments = unsafe MatrixProductArguments(
            batch: batch,
            rows: rows,
            depth: depth,
            columns: columns,
            transposesRight: transposesRight,
            left: StepDraft.unset,
            right: StepDraft.unset,
            output: StepDraft.unset
        )
        let (left, right) = (place(node.inputs[0]), place(node.inputs[1]))
        var step = StepDraft(.matrixProduct, arguments)
        unsafe step.read(\MatrixProductArguments.left, left)
        unsafe step.read(\MatrixProductArguments.right, right)
        unsafe step.write(\MatrixProductArguments.output, output(id))
        step.count(\MatrixProductArguments.innerCount, perPicture: batch)
        step.multiplyAccumulates = batch * rows * depth * columns
        program.steps.append(step)
    }

    private mutating func addRecurrence(
        _ id: ValueID,
        _ isReversed: Bool,
        _ statics: [Int: Tensor]
    ) throws(EngineError) {
        let node = graph[id]
        guard let weight = statics[1], node.inputs.count == 1 else {
            throw unsupported(node, "weights that do not depend on the picture expected")
        }
        let extents = node.type.extents
        let (rows, steps, width) = (extents[0], extents[1], extents[2])
        let arguments = unsafe LongShortTermMemoryArguments(
            rows: rows,
            steps: steps,
            width: width,
            isReversed: isReversed,
            gates: StepDraft.unset,
            weights: StepDraft.unset,
            output: StepDraft.unset
        )
        let gates = place(node.inputs[0])
        var step = StepDraft(.longShortTermMemory, arguments)
        unsafe step.read(\LongShortTermMemoryArguments.gates, gates)
        unsafe step.write(\LongShortTermMemoryArguments.output, output(id))
        step.count(\LongShortTermMemoryArguments.rows, perPicture: rows)
        let packing = WeightPacking.linear(outputs: 4 * width, inputs: width)
        let weights = constant(.weights(packing, weight, scale: nil))
        unsafe step.constant(\LongShortTermMemoryArguments.weights, weights)
        if let bias = statics[2] {
            unsafe step.constant(\LongShortTermMemoryArguments.bias, channelConstant(bias.floats))
        }
        step.multiplyAccumulates = rows * steps * width * width * 4
        program.steps.append(step)
    }

    private mutating func addResampling(_ id: ValueID, _ resampling: Resampling) throws(EngineError) {
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
        guard let indices = unsafe UnsafePointer<Int32>(bitPattern: 64) else {
            preconditionFailure("64 is no null pointer")
        }
        var arguments = unsafe ResampleArguments(
            images: maps.imagesPerPicture,
            channels: maps.channels,
            inputHeight: maps.height,
            inputWidth: maps.width,
            outputHeight: resampling.extent.height,
            outputWidth: resampling.extent.width,
            rowTaps: rows.taps,
            rowIndices: indices,
            rowWeights: StepDraft.unset,
            columnTaps: columns.taps,
            columnIndices: indices,
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
