internal import Graph

extension GraphBuilder {
    /// PyTorch's `adaptive_avg_pool2d` of `[N, C, H, W]` to `height` x `width`, larger or smaller.
    ///
    /// Output i is the mean of the inputs `floor(i n / m) ..< ceil((i + 1) n / m)`: a matrix product along each axis.
    func adaptivelyAveraged(_ x: Value, height: Int, width: Int) throws(GraphError) -> Value {
        var y = x
        if x.width != width {
            y = try append(.linear, [y, averagingMatrix(inputs: x.width, outputs: width)])
        }
        if x.height != height {
            y = try append(.transpose(permutation: [0, 1, 3, 2]), [y])
            y = try append(.linear, [y, averagingMatrix(inputs: x.height, outputs: height)])
            y = try append(.transpose(permutation: [0, 1, 3, 2]), [y])
        }
        return y
    }

    /// `[outputs, inputs]`: a row's weights are the share of each input in that output.
    private func averagingMatrix(inputs: Int, outputs: Int) throws(GraphError) -> Value {
        var values = [Float](repeating: 0, count: inputs * outputs)
        for row in 0..<outputs {
            let start = row * inputs / outputs
            let end = ((row + 1) * inputs + outputs - 1) / outputs
            for column in start..<end { values[row * inputs + column] = 1 / Float(end - start) }
        }
        return try constant(values, [outputs, inputs])
    }
}
