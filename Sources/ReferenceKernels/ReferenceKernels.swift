public import Graph
internal import Tensors

/// The definition of right: every operator of the graph as an obvious loop that sums in double precision.
///
/// It is slow on purpose. Kernels are tested against it, and the Engine folds constants with it.
public enum ReferenceKernels {
    /// What `operation` makes of `inputs`.
    ///
    /// - Parameters:
    ///   - operation: anything but `input` and `parameter`, whose values come from outside.
    ///   - inputs: the operator's inputs in their order, the batch counted in their shapes.
    ///   - type: the type of the result, as the graph's node states it.
    ///   - batch: pictures.
    /// - Returns: the result, of the type's shape at this batch.
    ///
    /// Precondition: the inputs fit the operator (`Operator.resultType(of:)`).
    public static func evaluate(
        _ operation: Operator,
        _ inputs: [ReferenceValue],
        type: TensorType,
        batch: Int
    ) -> ReferenceValue {
        let shape = type.shape(batch: batch)
        switch operation {
        case .input, .parameter: preconditionFailure("\(operation) has no inputs to compute from")
        case .constant(let values): return ReferenceValue(shape: shape, values: values)
        case .convolution(let convolution): return convolve(inputs, convolution, shape: shape)
        case .linear: return linear(inputs, shape: shape)
        case .batchNormalization(let epsilon): return batchNormalize(inputs, epsilon: epsilon)
        case .layerNormalization(let axis, let epsilon):
            return normalize(inputs, axis: axis, epsilon: epsilon, subtractsMean: true)
        case .rootMeanSquareNormalization(let axis, let epsilon):
            return normalize(inputs, axis: axis, epsilon: epsilon, subtractsMean: false)
        case .groupNormalization(let groups, let epsilon):
            return groupNormalize(inputs, groups: groups, epsilon: epsilon)
        case .activation(let activation): return map(inputs[0]) { activation.reference($0) }
        case .binary(let function): return broadcast(inputs, shape: shape) { function.reference($0, $1) }
        case .affine(let multiplier, let offset):
            return map(inputs[0]) { Double(multiplier) * $0 + Double(offset) }
        case .pooling(let pooling): return pool(inputs[0], pooling, shape: shape)
        case .reduction(let kind, let axes, _): return reduce(inputs[0], kind, axes: axes, shape: shape)
        case .matrixProduct(let transposesRight):
            return multiply(inputs, transposesRight: transposesRight, shape: shape)
        case .softmax(let axis): return softmax(inputs[0], axis: axis)
        case .longShortTermMemory(let isReversed):
            return recur(inputs, isReversed: isReversed, shape: shape)
        case .reshape: return ReferenceValue(shape: shape, values: inputs[0].values)
        case .transpose(let permutation): return transpose(inputs[0], permutation, shape: shape)
        case .slice(let axis, let start, _, let step):
            return pick(inputs[0], axis: axis, shape: shape) { start + $0 * step }
        case .concatenation(let axis): return concatenate(inputs, axis: axis, shape: shape)
        case .gather(let axis, let indices):
            return pick(inputs[0], axis: axis, shape: shape) { indices[$0] }
        case .roll(let axis, let shift):
            let extent = shape[axis]
            return pick(inputs[0], axis: axis, shape: shape) { (($0 - shift) % extent + extent) % extent }
        case .padding(let amounts): return pad(inputs[0], amounts, shape: shape)
        case .resample(let resampling): return resample(inputs[0], resampling, shape: shape)
        case .broadcastToBatch:
            return ReferenceValue(shape: shape) { inputs[0][[0] + $0.dropFirst()] }
        }
    }

    /// A function of each element.
    static func map(_ x: ReferenceValue, _ function: (Double) -> Double) -> ReferenceValue {
        ReferenceValue(shape: x.shape, values: x.values.map { Float(function(Double($0))) })
    }

    /// A function of two operands, broadcast as NumPy does.
    static func broadcast(
        _ inputs: [ReferenceValue],
        shape: Shape,
        _ function: (Double, Double) -> Double
    ) -> ReferenceValue {
        func spread(_ x: ReferenceValue) -> ReferenceValue {
            let (strides, missing) = (x.shape.strides, shape.rank - x.shape.rank)
            return collect(
                x,
                (0..<shape.rank).map { axis in
                    let isRepeated = axis < missing || x.shape[axis - missing] == 1
                    return (0..<shape[axis]).map { isRepeated ? 0 : $0 * strides[axis - missing] }
                }
            )
        }
        let values = zip(spread(inputs[0]).values, spread(inputs[1]).values).map { left, right in
            Float(function(Double(left), Double(right)))
        }
        return ReferenceValue(shape: shape, values: values)
    }
}
