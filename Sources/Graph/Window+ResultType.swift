extension Convolution {
    /// The type that the convolution makes of x, weight and, where it is there, bias.
    ///
    /// - Throws: `shape`.
    func resultType(of inputs: [TensorType]) throws(GraphError) -> TensorType {
        guard inputs.count == 2 || inputs.count == 3, let x = inputs.first, x.isBatched, x.rank == 4 else {
            throw GraphError(code: .shape, message: "a convolution takes [N, C, H, W], found \(inputs)")
        }
        let channels = x.dimensions[0]
        guard groups > 0, channels % groups == 0, outputChannels % groups == 0 else {
            throw GraphError(
                code: .shape,
                message: "\(groups) groups divide neither \(channels) nor \(outputChannels) channels"
            )
        }
        let weight = TensorType.constant([outputChannels, channels / groups, kernel.height, kernel.width])
        guard inputs[1] == weight else {
            throw GraphError(code: .shape, message: "a weight of \(weight) expected, \(inputs[1]) found")
        }
        if inputs.count == 3, inputs[2] != .constant([outputChannels]) {
            throw GraphError(
                code: .shape,
                message: "a bias of [\(outputChannels)] expected, \(inputs[2]) found"
            )
        }
        func extent(_ input: Int, _ kernel: Int, _ stride: Int, _ dilation: Int) -> Int {
            let covered = dilation * (kernel - 1) + 1
            return input < covered ? 0 : (input - covered) / stride + 1
        }
        let height = extent(
            x.dimensions[1] + padding.top + padding.bottom,
            kernel.height,
            stride.height,
            dilation.height
        )
        let width = extent(
            x.dimensions[2] + padding.left + padding.right,
            kernel.width,
            stride.width,
            dilation.width
        )
        guard height > 0, width > 0 else {
            throw GraphError(
                code: .shape,
                message:
                    "a \(kernel.height)x\(kernel.width) filter does not fit into \(x): the input is too small"
            )
        }
        return TensorType(batchFactor: x.batchFactor, dimensions: [outputChannels, height, width])
    }
}

extension Pooling {
    /// The type that the pooling makes of `[N, C, H, W]`, by PyTorch's rule: with `roundsUp` a last window, which may be
    /// the first, counts only if it starts inside the input or its leading padding.
    ///
    /// - Throws: `shape`.
    func resultType(of inputs: [TensorType]) throws(GraphError) -> TensorType {
        guard inputs.count == 1, let x = inputs.first, x.rank == 4 else {
            throw GraphError(code: .shape, message: "a pooling takes [N, C, H, W], found \(inputs)")
        }
        func extent(_ input: Int, _ before: Int, _ after: Int, _ kernel: Int, _ stride: Int) -> Int {
            let room = input + before + after - kernel + (roundsUp ? stride - 1 : 0)
            guard room >= 0 else { return 0 }
            var count = room / stride + 1
            if roundsUp, (count - 1) * stride >= input + before { count -= 1 }
            return count
        }
        let height = extent(x.extents[2], padding.top, padding.bottom, kernel.height, stride.height)
        let width = extent(x.extents[3], padding.left, padding.right, kernel.width, stride.width)
        guard height > 0, width > 0 else {
            throw GraphError(
                code: .shape,
                message:
                    "a \(kernel.height)x\(kernel.width) window does not fit into \(x): the input is too small"
            )
        }
        return x.replacing(axis: 2, with: height).replacing(axis: 3, with: width)
    }
}
