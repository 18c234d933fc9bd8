internal import Graph

/// What takes over the stride of a convolution or a pooling, so that shifts alias less
/// (https://arxiv.org/abs/1904.11486).
enum AntiAliasing: Sendable, Equatable {
    /// The mean of windows as large as the stride.
    case average
    /// A binomial 3x3 filter; the edges are extended as `edges` says.
    case blur(edges: BlurEdges)

    /// The pixels outside the picture.
    enum BlurEdges: Sendable, Equatable { case reflected, zero }
}

extension GraphBuilder {
    /// Reduces `[N, C, H, W]` by `stride`, without parameters.
    ///
    /// Source: timm/layers/blur_pool.py, `BlurPool2d`; its filter is no part of the state dict.
    func antiAliased(_ x: Value, _ kind: AntiAliasing, stride: Int = 2) throws(GraphError) -> Value {
        switch kind {
        case .average:
            let window = Extent(stride)
            return try pool(x, Pooling(kind: .average(countsPadding: true), kernel: window, stride: window))
        case .blur(let edges):
            let side: [Float] = [0.25, 0.5, 0.25]
            let filter = side.flatMap { row in side.map { row * $0 } }
            let channels = x.channels
            let weight = try constant(
                Array([[Float]](repeating: filter, count: channels).joined()),
                [channels, 1, 3, 3]
            )
            let reach = PaddingRule.symmetric.edges(
                height: x.height,
                width: x.width,
                kernel: 3,
                stride: stride
            )
            var shape = Convolution(
                outputChannels: channels,
                kernel: 3,
                stride: Extent(stride),
                padding: reach,
                groups: channels
            )
            var padded = x
            if edges == .reflected {
                let amounts = PaddingAmounts(
                    mode: .reflect,
                    before: [0, 0, reach.top, reach.left],
                    after: [0, 0, reach.bottom, reach.right]
                )
                padded = try append(.padding(amounts), [x])
                shape.padding = .zero
            }
            return try append(.convolution(shape), [padded, weight])
        }
    }
}
