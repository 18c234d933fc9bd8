internal import Graph

extension GraphBuilder {
    /// Scales each channel of `[N, C, H, W]` by its norm over the positions, relative to the mean of all channels, at the
    /// current path (https://arxiv.org/abs/2301.00808).
    ///
    /// Source: timm/layers/grn.py.
    func globalResponseNormalization(_ x: Value) throws(GraphError) -> Value {
        let norm = try append(.reduction(.norm, axes: [2, 3], keepsAxes: true), [x])
        let average = try affine(mean(norm, axes: [1], keepsAxes: true), 1, 1e-6)
        let relative = try append(.binary(.divide), [norm, average])
        let scaled = try channelScale(multiply(x, relative), "weight")
        let bias = try perChannel(parameter("bias", [x.channels]))
        return try add(x, add(scaled, bias))
    }
}
