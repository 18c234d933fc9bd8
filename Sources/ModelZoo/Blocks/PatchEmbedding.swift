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

    /// Refuses a picture of another number of patches where timm refuses the checkpoint: its tables hold a row a patch.
    func requirePatches(_ map: Value, count: Int, size: Int) throws(GraphError) {
        guard map.height * map.width == count else {
            throw failure(
                "the checkpoint holds positions of \(count) patches, which timm does not resample, and this picture has "
                    + "\(map.height)x\(map.width): use \(size)x\(size) pixels",
                code: .unsupportedConfiguration
            )
        }
    }

    /// Refuses pictures of another size than the checkpoint's, as timm does where it does not resample positions.
    func requireSize(_ size: Int) throws(GraphError) {
        guard input.height == size, input.width == size else {
            throw failure(
                "the checkpoint holds positions for \(size)x\(size) pixels, which timm does not resample, and this "
                    + "picture has \(input.height)x\(input.width): use \(size)x\(size) pixels",
                code: .unsupportedConfiguration
            )
        }
    }
}
