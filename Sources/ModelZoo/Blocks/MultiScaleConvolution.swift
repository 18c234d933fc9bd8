internal import Graph

extension GraphBuilder {
    /// Res2Net's 3x3 convolutions (https://arxiv.org/abs/1904.01169): the channels split in `scale` parts, each but the
    /// last convolved after the sum with the result before it; `convs.i` and `bns.i` at the current path.
    ///
    /// With `isFirst` the parts are convolved apart and the last is averaged, so that it takes the stride too.
    ///
    /// Source: timm/models/res2net.py, `Bottle2neck`.
    func multiScaleConvolution(
        _ x: Value,
        scale: Int,
        stride: Int,
        groups: Int,
        isFirst: Bool
    ) throws(GraphError) -> Value {
        let width = x.channels / scale
        var results: [Value] = []
        for index in 0..<max(1, scale - 1) {
            var part = try channels(x, index * width, width)
            if !isFirst, let last = results.last { part = try add(last, part) }
            part = try convolution(part, "convs.\(index)", width, kernel: 3, stride: stride, groups: groups)
            results.append(try normalization(part, "bns.\(index)"))
        }
        if scale > 1 {
            let last = try channels(x, (scale - 1) * width, width)
            results.append(isFirst ? try averagePool(last, kernel: 3, stride: stride, padding: 1) : last)
        }
        return try joined(results)
    }
}
