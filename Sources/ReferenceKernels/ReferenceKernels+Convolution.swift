internal import Graph
internal import Tensors

extension ReferenceKernels {
    /// Inputs: x `[N, I, H, W]`, weight `[O, I / groups, kh, kw]`, bias `[O]` where there are three.
    static func convolve(
        _ inputs: [ReferenceValue],
        _ convolution: Convolution,
        shape: Shape
    ) -> ReferenceValue {
        let (x, weight) = (inputs[0], inputs[1])
        let (channels, height, width) = (x.shape[1], x.shape[2], x.shape[3])
        let (outputs, outputHeight, outputWidth) = (shape[1], shape[2], shape[3])
        let groupInputs = channels / convolution.groups
        let groupOutputs = outputs / convolution.groups
        let (kernelHeight, kernelWidth) = (convolution.kernel.height, convolution.kernel.width)
        var values: [Float] = []
        values.reserveCapacity(shape.count)
        for image in 0..<shape[0] {
            for output in 0..<outputs {
                let bias = inputs.count > 2 ? inputs[2][output] : 0
                for row in 0..<outputHeight {
                    for column in 0..<outputWidth {
                        var sum = bias
                        for input in 0..<groupInputs {
                            let channel = output / groupOutputs * groupInputs + input
                            let map = (image * channels + channel) * height
                            let filter = (output * groupInputs + input) * kernelHeight
                            for kernelRow in 0..<kernelHeight {
                                let y =
                                    row * convolution.stride.height - convolution.padding.top
                                    + kernelRow * convolution.dilation.height
                                guard y >= 0 && y < height else { continue }
                                for kernelColumn in 0..<kernelWidth {
                                    let x0 =
                                        column * convolution.stride.width - convolution.padding.left
                                        + kernelColumn * convolution.dilation.width
                                    guard x0 >= 0 && x0 < width else { continue }
                                    let place = (filter + kernelRow) * kernelWidth + kernelColumn
                                    sum += x[(map + y) * width + x0] * weight[place]
                                }
                            }
                        }
                        values.append(Float(sum))
                    }
                }
            }
        }
        return ReferenceValue(shape: shape, values: values)
    }

    /// Inputs: x `[..., I]`, weight `[O, I]`, bias `[O]` where there are three.
    static func linear(_ inputs: [ReferenceValue], shape: Shape) -> ReferenceValue {
        let (x, weight) = (inputs[0], inputs[1])
        let (outputs, features) = (weight.shape[0], weight.shape[1])
        var values: [Float] = []
        values.reserveCapacity(shape.count)
        for row in 0..<x.values.count / max(features, 1) {
            for output in 0..<outputs {
                var sum = inputs.count > 2 ? inputs[2][output] : 0
                for feature in 0..<features {
                    sum += x[row * features + feature] * weight[output * features + feature]
                }
                values.append(Float(sum))
            }
        }
        return ReferenceValue(shape: shape, values: values)
    }

    /// Batched matrix product over the last two axes.
    static func multiply(
        _ inputs: [ReferenceValue],
        transposesRight: Bool,
        shape: Shape
    ) -> ReferenceValue {
        let (left, right) = (inputs[0], inputs[1])
        let rank = shape.rank
        let (rows, columns, depth) = (shape[rank - 2], shape[rank - 1], left.shape[rank - 1])
        var values: [Float] = []
        values.reserveCapacity(shape.count)
        for batch in 0..<shape.count / max(rows * columns, 1) {
            for row in 0..<rows {
                for column in 0..<columns {
                    var sum = 0.0
                    for k in 0..<depth {
                        let place =
                            transposesRight
                            ? (batch * columns + column) * depth + k : (batch * depth + k) * columns + column
                        sum += left[(batch * rows + row) * depth + k] * right[place]
                    }
                    values.append(Float(sum))
                }
            }
        }
        return ReferenceValue(shape: shape, values: values)
    }

    /// Windows over the last two axes of `[N, C, H, W]`.
    static func pool(_ x: ReferenceValue, _ pooling: Pooling, shape: Shape) -> ReferenceValue {
        let (height, width) = (x.shape[2], x.shape[3])
        return ReferenceValue(shape: shape) { index in
            let top = index[2] * pooling.stride.height - pooling.padding.top
            let left = index[3] * pooling.stride.width - pooling.padding.left
            let (bottom, right) = (top + pooling.kernel.height, left + pooling.kernel.width)
            var elements: [Double] = []
            for y in top..<bottom where y >= 0 && y < height {
                for column in left..<right where column >= 0 && column < width {
                    elements.append(x[[index[0], index[1], y, column]])
                }
            }
            switch pooling.kind {
            case .maximum:
                return elements.contains(where: \.isNaN) ? .nan : elements.max() ?? -.infinity
            case .average(let countsPadding):
                // A window that hangs over the padding's end counts what lies before that end.
                let rows = min(bottom, height + pooling.padding.bottom) - top
                let columns = min(right, width + pooling.padding.right) - left
                return elements.reduce(0, +) / Double(countsPadding ? rows * columns : max(elements.count, 1))
            }
        }
    }
}
