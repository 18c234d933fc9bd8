internal import Graph

/// How the edges of a convolution's input are extended: timm's `pad_type`.
enum PaddingRule: Sendable, Equatable {
    /// PyTorch's way: equal amounts on both sides, whatever the input size.
    case symmetric
    /// TensorFlow's SAME: as many outputs as `ceil(input / stride)`, the odd pixel at the bottom and right.
    case same

    /// Amounts for an input of `height` x `width`.
    ///
    /// Source: timm/layers/padding.py, `get_padding` and `get_same_padding`.
    func edges(height: Int, width: Int, kernel: Int, stride: Int, dilation: Int = 1) -> Edges {
        let reach = dilation * (kernel - 1)
        switch self {
        case .symmetric: return Edges((stride - 1 + reach) / 2)
        case .same:
            func total(_ extent: Int) -> Int {
                max(((extent + stride - 1) / stride - 1) * stride + reach + 1 - extent, 0)
            }
            let (vertical, horizontal) = (total(height), total(width))
            return Edges(
                top: vertical / 2,
                left: horizontal / 2,
                bottom: vertical - vertical / 2,
                right: horizontal - horizontal / 2
            )
        }
    }
}
