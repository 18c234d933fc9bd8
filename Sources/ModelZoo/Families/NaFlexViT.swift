internal import Graph
internal import Tensors

// NaFlexViT: a vision transformer for pictures of any shape, SigLIP 2 and C-RADIO as it among them.
//
// Papers: Patch n' Pack (https://arxiv.org/abs/2307.06304), SigLIP 2 (https://arxiv.org/abs/2502.14786),
// FlexiViT (https://arxiv.org/abs/2212.08013), RADIO (https://arxiv.org/abs/2412.07679).
// Source: timm/models/naflexvit.py (timm 1.0.31). Deviations: pictures come as pictures, not as lists of patches with
// their places; the layer over flattened patches is the convolution that it is. Where a foreign table holds places of
// both class token and registers, every register takes its own, of which timm takes other rows or fails.

/// The numbers of a NaFlexViT.
struct NaFlexViT: ModelConfiguration, Equatable {
    /// What a patch's place adds to it.
    enum Positions: Sendable, Equatable {
        /// A row of a grid.
        case learned
        /// The sum of a row's and a column's, both resampled bilinearly.
        case factorized
    }

    /// Blocks, pooling and classifier, and what they need to know of the tokens; its own embedding is not used.
    var trunk: VisionTransformer
    /// Rows and columns of the checkpoint's positions.
    var grid = 16
    var positions: Positions = .learned
    /// Whether rows and columns are resampled alike, to a square of which the picture is the upper left corner.
    var preservesAspectRatio = false

    /// Emits patches, blocks and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        let tokens = try b.scope("embeds") { () throws(GraphError) in try embed(b) }
        try trunk.classify(b, tokens, classCount: options.classCount)
    }

    private func embed(_ b: GraphBuilder) throws(GraphError) -> Value {
        try b.requireCells(of: trunk.patch)
        let map = try b.scope("proj") { () throws(GraphError) in
            try b.flattenedPatchEmbedding(
                b.input,
                patch: trunk.patch,
                width: trunk.width,
                hasChannelsLast: true,
                hasBias: true
            )
        }
        var tokens: [Value] = []
        if trunk.hasClassToken { tokens.append(try b.token("cls_token", width: trunk.width)) }
        if trunk.registers > 0 {
            tokens.append(try b.token("reg_token", count: trunk.registers, width: trunk.width))
        }
        let places = try places(b, Extent(height: map.height, width: map.width))
        let list = try b.reshapeStatic(places, [1, map.height * map.width, trunk.width])
        tokens.append(try b.add(b.tokens(map), list))
        return try b.concatenate(tokens, axis: 1)
    }

    /// The positions of a map of `extent`: `[1, rows, columns, width]`, static.
    private func places(_ b: GraphBuilder, _ extent: Extent) throws(GraphError) -> Value {
        let width = trunk.width
        let whole = preservesAspectRatio ? Extent(max(extent.height, extent.width)) : extent
        func cut(_ table: Value, axis: Int, _ count: Int) throws(GraphError) -> Value {
            table.type.dimensions[axis] == count ? table : try b.slice(table, axis: axis, 0, count)
        }
        switch positions {
        case .learned:
            let table = try b.parameter("pos_embed", [1, grid, grid, width])
            guard extent != Extent(grid) else { return table }
            let resampled = try b.resampledPositions(table, to: whole, filter: trunk.positionFilter)
            return try cut(cut(resampled, axis: 1, extent.height), axis: 2, extent.width)
        case .factorized:
            let filter = PositionFilter(mode: .bilinear, antialiases: false)
            let rows = try b.resampledPositions(
                b.reshapeStatic(b.parameter("pos_embed_y", [1, grid, width]), [1, grid, 1, width]),
                to: Extent(height: whole.height, width: 1),
                filter: filter
            )
            let columns = try b.resampledPositions(
                b.reshapeStatic(b.parameter("pos_embed_x", [1, grid, width]), [1, 1, grid, width]),
                to: Extent(height: 1, width: whole.width),
                filter: filter
            )
            return try b.add(cut(rows, axis: 1, extent.height), cut(columns, axis: 2, extent.width))
        }
    }

    /// Brings the names and shapes of vision transformers' and of RADIO's checkpoints to this family's.
    ///
    /// Source: `checkpoint_filter_fn`.
    func remapCheckpoint(_ tensors: inout [String: Tensor]) throws(ModelZooError) {
        try NaFlexViTCheckpoint.remap(&tensors)
    }
}
