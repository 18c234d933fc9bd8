internal import Graph

extension GraphBuilder {
    /// MobileOne's sum at the current path (https://arxiv.org/abs/2206.04040): `branches` convolutions of one extent, a
    /// 1x1 beside them if `hasScale` and they are larger and, where the shapes agree, the normalised input.
    ///
    /// Source: timm/models/byobnet.py and timm/models/fastvit.py, `MobileOneBlock`.
    func parallelConvolutions(
        _ x: Value,
        _ width: Int,
        kernel: Int,
        stride: Int = 1,
        groups: Int = 1,
        branches: Int = 1,
        hasScale: Bool = true,
        normalization kind: Normalization = .batch()
    ) throws(GraphError) -> Value {
        func path(_ name: String, _ kernel: Int) throws(GraphError) -> Value {
            try convolutionBlock(
                x,
                name,
                width,
                kernel: Extent(kernel),
                stride: stride,
                groups: groups,
                normalization: kind,
                activation: nil
            )
        }
        var parts: [Value] = []
        if hasScale, kernel > 1 { parts.append(try path("conv_scale", 1)) }
        for index in 0..<branches { parts.append(try path("conv_kxk.\(index)", kernel)) }
        if stride == 1, x.channels == width {
            parts.append(try normalization(x, "identity", nil, kind: kind))
        }
        guard var y = parts.first else { throw failure("no branch gives \(width) of \(x.channels) channels") }
        for part in parts.dropFirst() { y = try add(y, part) }
        return y
    }
}
