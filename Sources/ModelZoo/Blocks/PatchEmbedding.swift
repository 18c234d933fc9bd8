internal import Graph

extension GraphBuilder {
    /// Square patches of the pictures as a map: a convolution called `proj` at the current path whose stride is its
    /// extent; rows and columns that fill no patch are left out.
    ///
    /// Source: timm/layers/patch_embed.py, `PatchEmbed`.
    func patchEmbedding(
        _ x: Value,
        patch: Int,
        width: Int,
        hasBias: Bool = true
    ) throws(GraphError) -> Value {
        try convolve(x, "proj", width, kernel: patch, stride: patch, padding: 0, hasBias: hasBias)
    }
}
