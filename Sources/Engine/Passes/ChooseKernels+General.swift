internal import Graph
internal import KernelInterface
internal import Tensors

/// Operators other than convolutions, linear layers and activations; here those that multiply matrices.
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
}
