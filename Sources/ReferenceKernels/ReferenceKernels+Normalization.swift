internal import Graph
internal import Tensors

extension ReferenceKernels {
    /// Inputs: x `[N, C, ...]`, weight, bias, running mean, running variance.
    static func batchNormalize(_ inputs: [ReferenceValue], epsilon: Float) -> ReferenceValue {
        let x = inputs[0]
        return ReferenceValue(shape: x.shape) { index in
            let channel = index[1]
            let scale = inputs[1][channel] / (inputs[4][channel] + Double(epsilon)).squareRoot()
            return (x[index] - inputs[3][channel]) * scale + inputs[2][channel]
        }
    }

    /// Layer norm or RMS norm over `axis`; inputs: x, and weight and bias where they are there.
    static func normalize(
        _ inputs: [ReferenceValue],
        axis: Int,
        epsilon: Float,
        subtractsMean: Bool
    ) -> ReferenceValue {
        alongAxis(inputs[0], axis) { elements in
            let mean = subtractsMean ? elements.reduce(0, +) / Double(elements.count) : 0
            let squares = elements.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
            let deviation = (squares / Double(elements.count) + Double(epsilon)).squareRoot()
            return elements.enumerated().map { index, element in
                var value = (element - mean) / deviation
                if inputs.count > 1 { value *= inputs[1][index] }
                if inputs.count > 2 { value += inputs[2][index] }
                return value
            }
        }
    }

    /// Over each group of channels and all positions; inputs: x `[N, C, ...]`, and weight and bias.
    static func groupNormalize(_ inputs: [ReferenceValue], groups: Int, epsilon: Float) -> ReferenceValue {
        let x = inputs[0]
        let channels = x.shape[1]
        let positions = x.shape.count / max(x.shape[0] * channels, 1)
        let size = channels / groups * positions
        var values = x.values
        for group in 0..<x.shape[0] * groups {
            let elements = values[group * size..<(group + 1) * size].map(Double.init)
            let mean = elements.reduce(0, +) / Double(size)
            let variance = elements.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(size)
            let deviation = (variance + Double(epsilon)).squareRoot()
            for (index, element) in elements.enumerated() {
                let channel = (group * size + index) / positions % channels
                var value = (element - mean) / deviation
                if inputs.count > 1 { value *= inputs[1][channel] }
                if inputs.count > 2 { value += inputs[2][channel] }
                values[group * size + index] = Float(value)
            }
        }
        return ReferenceValue(shape: x.shape, values: values)
    }

    /// e^x over the sum of e^x along `axis`.
    static func softmax(_ x: ReferenceValue, axis: Int) -> ReferenceValue {
        alongAxis(x, axis) { elements in
            let largest = elements.max() ?? 0
            let powers = elements.map { Activation.exponential.reference($0 - largest) }
            let total = powers.reduce(0, +)
            return powers.map { $0 / total }
        }
    }

    /// Over whole axes.
    static func reduce(
        _ x: ReferenceValue,
        _ kind: ReductionKind,
        axes: [Int],
        shape: Shape
    ) -> ReferenceValue {
        var groups = [[Double]](repeating: [], count: shape.count)
        let strides = x.shape.strides
        for place in 0..<x.values.count {
            var target = 0
            for axis in 0..<x.shape.rank where !axes.contains(axis) {
                target = target * x.shape[axis] + place / strides[axis] % x.shape[axis]
            }
            groups[target].append(x[place])
        }
        let values = groups.map { elements in
            let count = Double(elements.count)
            switch kind {
            case .sum: return elements.reduce(0, +)
            case .mean: return elements.reduce(0, +) / count
            case .maximum:
                return elements.contains(where: \.isNaN) ? .nan : elements.max() ?? -.infinity
            case .variance:
                let mean = elements.reduce(0, +) / count
                return elements.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
            case .norm: return elements.reduce(0) { $0 + $1 * $1 }.squareRoot()
            }
        }
        return ReferenceValue(shape: shape, values: values.map { Float($0) })
    }

    /// Replaces the elements of each line along `axis` by what `function` makes of them.
    private static func alongAxis(
        _ x: ReferenceValue,
        _ axis: Int,
        _ function: ([Double]) -> [Double]
    ) -> ReferenceValue {
        let extent = x.shape[axis]
        let inner = x.shape.strides[axis]
        var values = x.values
        for line in 0..<x.values.count / max(extent, 1) {
            let first = line / inner * extent * inner + line % inner
            let results = function((0..<extent).map { x[first + $0 * inner] })
            for (index, result) in results.enumerated() { values[first + index * inner] = Float(result) }
        }
        return ReferenceValue(shape: x.shape, values: values)
    }
}
