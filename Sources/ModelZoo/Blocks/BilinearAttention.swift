internal import Graph

extension GraphBuilder {
    /// Bilinear attention at the current path, added to its input: rows and columns of `blocks` x `blocks` blocks mix by
    /// matrices that the picture itself gives, one pair for each of two groups of channels.
    ///
    /// timm spreads each matrix over the positions of a block by a product with the unit matrix; here the positions
    /// stand as columns of their own, which is the same product.
    ///
    /// Source: timm/layers/non_local_attn.py, `BatNonLocalAttn`.
    func bilinearAttention(_ x: Value, blocks: Int) throws(GraphError) -> Value {
        guard x.height % blocks == 0, x.width % blocks == 0 else {
            throw failure(
                "bilinear attention needs a map whose sides are multiples of \(blocks), found \(x.type)",
                code: .unsupportedConfiguration
            )
        }
        let inner = ChannelRounding.divisible(Double(x.channels) / 4)
        let reduced = try convolutionBlock(x, "conv1", inner)
        let mixed = try scope("ba") { () throws(GraphError) in try bilinearMix(reduced, blocks: blocks) }
        return try add(convolutionBlock(mixed, "conv2", x.channels), x)
    }

    /// Source: `BilinearAttnTransform`.
    private func bilinearMix(_ x: Value, blocks: Int) throws(GraphError) -> Value {
        let groups = 2
        let (height, width) = (x.height / blocks, x.width / blocks)
        let share = x.channels / groups
        let score = try convolutionBlock(x, "conv1", groups)
        func matrix(_ name: String, _ window: Extent, _ kernel: Extent, axis: Int) throws(GraphError)
            -> Value
        {
            let pooled = try pool(score, Pooling(kind: .maximum, kernel: window, stride: window))
            let raw = try convolution(
                pooled,
                name,
                blocks * blocks * groups,
                kernel: kernel,
                padding: .zero,
                hasBias: true
            )
            let weights = try activation(reshape(raw, [groups, blocks, blocks]), .sigmoid)
            let sum = try append(.reduction(.sum, axes: [axis], keepsAxes: true), [weights])
            return try append(.binary(.divide), [weights, sum])
        }
        let rows = try matrix(
            "conv_p",
            Extent(height: height, width: x.width),
            Extent(height: blocks, width: 1),
            axis: 3
        )
        let columns = try matrix(
            "conv_q",
            Extent(height: x.height, width: width),
            Extent(height: 1, width: blocks),
            axis: 2
        )
        // [groups, block rows, the rest], mixed over the block rows.
        let byRows = try transpose(reshape(x, [groups, share, blocks, height * x.width]), [0, 1, 3, 2, 4])
        let flatRows = try reshape(byRows, [groups, blocks, share * height * x.width])
        let mixedRows = try append(.matrixProduct(transposesRight: false), [rows, flatRows])
        // [groups, the rest, block columns], mixed over the block columns.
        let split = try reshape(mixedRows, [groups, blocks * share * height, blocks, width])
        let byColumns = try transpose(split, [0, 1, 2, 4, 3])
        let flatColumns = try reshape(byColumns, [groups, blocks * share * height * width, blocks])
        let mixed = try append(.matrixProduct(transposesRight: false), [flatColumns, columns])
        let whole = try transpose(
            reshape(mixed, [groups, blocks * share * height, width, blocks]),
            [0, 1, 2, 4, 3]
        )
        let ordered = try transpose(
            reshape(whole, [groups, blocks, share, height * x.width]),
            [0, 1, 3, 2, 4]
        )
        return try convolutionBlock(
            reshape(ordered, [x.channels, x.height, x.width]),
            "conv2",
            x.channels
        )
    }
}
