internal import Graph

extension GraphBuilder {
    /// A convolution called `name` whose filters are brought to mean 0 and variance 1 each
    /// (https://arxiv.org/abs/1903.10520).
    ///
    /// Source: timm/layers/std_conv.py, `StdConv2d` and `StdConv2dSame`; the filters are computed from parameters alone, once.
    func standardizedConvolution(
        _ x: Value,
        _ name: String,
        _ outputs: Int,
        kernel: Int = 1,
        stride: Int = 1,
        padding: PaddingRule = .symmetric,
        epsilon: Float
    ) throws(GraphError) -> Value {
        try scope(name) { () throws(GraphError) in
            let extents = [outputs, x.channels, kernel, kernel]
            let rows = [outputs, x.channels * kernel * kernel]
            let filters = try append(.reshape(.constant(rows)), [parameter("weight", extents)])
            let normal = try append(.layerNormalization(axis: 1, epsilon: epsilon), [filters])
            let weight = try append(.reshape(.constant(extents)), [normal])
            let shape = Convolution(
                outputChannels: outputs,
                kernel: Extent(kernel),
                stride: Extent(stride),
                padding: padding.edges(
                    height: x.height,
                    width: x.width,
                    kernel: kernel,
                    stride: stride
                )
            )
            return try append(.convolution(shape), [x, weight])
        }
    }
}
