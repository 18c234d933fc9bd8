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

    /// Patches by a linear layer over their flattened pixels at the current path, as the convolution that it is; its
    /// matrix `weight` counts rows, columns and channels of a patch, or the channels first.
    ///
    /// Source: timm/models/naflexvit.py, `batch_patchify`.
    func flattenedPatchEmbedding(
        _ x: Value,
        patch: Int,
        width: Int,
        hasChannelsLast: Bool,
        hasBias: Bool
    ) throws(GraphError) -> Value {
        let matrix = try parameter("weight", [width, patch * patch * x.channels])
        let weight =
            hasChannelsLast
            ? try transpose(reshapeStatic(matrix, [width, patch, patch, x.channels]), [0, 3, 1, 2])
            : try reshapeStatic(matrix, [width, x.channels, patch, patch])
        let bias = hasBias ? [try parameter("bias", [width])] : []
        let shape = Convolution(outputChannels: width, kernel: Extent(patch), stride: Extent(patch))
        return try append(.convolution(shape), [x, weight] + bias)
    }

    /// Refuses a picture that cells of `side` x `side` pixels do not fill where timm does.
    func requireCells(of side: Int) throws(GraphError) {
        let (height, width) = (input.height, input.width)
        guard height % side == 0, width % side == 0 else {
            let (rows, columns) = ((height + side - 1) / side, (width + side - 1) / side)
            throw failure(
                "timm cuts the picture into cells of \(side)x\(side) pixels and wants nothing left over, and this "
                    + "picture has \(height)x\(width): use \(rows * side)x\(columns * side) pixels",
                code: .unsupportedConfiguration
            )
        }
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
