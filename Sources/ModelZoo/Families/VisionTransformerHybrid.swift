internal import Graph
internal import Tensors

// Hybrid ViTs: a vision transformer over the map of a convolutional network, and MobileCLIP's, whose patches three
// convolutions make.
//
// Papers: An Image is Worth 16x16 Words (https://arxiv.org/abs/2010.11929), How to train your ViT
// (https://arxiv.org/abs/2106.10270), MobileCLIP (https://arxiv.org/abs/2311.17049), MobileCLIP2
// (https://arxiv.org/abs/2508.20691).
// Source: timm/models/vision_transformer_hybrid.py (timm 1.0.31). Deviations: position embeddings of another grid than the
// checkpoint's are resampled as part of the graph. `.npz` checkpoints are not renamed, the hub has them under timm's
// names.

/// The numbers of a hybrid ViT.
struct VisionTransformerHybrid: ModelConfiguration, Equatable {
    /// What makes the map.
    enum Backbone: Sendable, Equatable {
        /// The stem of a ResNet-V2 alone.
        case stem
        /// A ResNet-V2 of these depths that normalises after its convolutions.
        case standardized([Int])
        /// A ResNet of the d variants of these depths.
        case residual([Int])
        /// MobileCLIP's three convolutions.
        case convolutions
    }

    var backbone: Backbone
    /// Extent of the patches on the backbone's map; nil where the map's positions are the tokens as they are.
    var patch: Int? = 1
    /// The transformer; its patch is the stride of backbone and patches together.
    var transformer: VisionTransformer

    /// Emits backbone, patches, blocks and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        let patches = try b.scope("patch_embed") { () throws(GraphError) in
            let map = try b.scope("backbone") { () throws(GraphError) in try features(b) }
            guard let patch else { return map }
            guard map.height % patch == 0, map.width % patch == 0 else {
                throw b.failure(
                    "the backbone's map of \(map.height)x\(map.width) is not divided by patches of \(patch)x\(patch): use a "
                        + "height and width that are multiples of \(transformer.patch)",
                    code: .unsupportedConfiguration
                )
            }
            return try b.patchEmbedding(map, patch: patch, width: transformer.width)
        }
        try transformer.build(into: b, options: options, patches: patches)
    }

    private func features(_ b: GraphBuilder) throws(GraphError) -> Value {
        switch backbone {
        case .stem: return try Self.network([]).stemLayers(b)
        case .standardized(let depths): return try Self.network(depths).stages(b)
        case .residual(let depths):
            let blocks = [ResNet.Block](repeating: .bottleneck, count: depths.count)
            let layers = ResidualLayers(builder: b, model: ResNet(blocks, depths, .d), pruned: .none)
            return try layers.stages { x, place throws(GraphError) in try layers.block(x, place) }
        case .convolutions:
            let (inner, none) = (transformer.width / 4, Edges.zero)
            var x = try b.convolutionBlock(
                b.input,
                "0",
                inner,
                kernel: 4,
                stride: 4,
                padding: none,
                activation: .gelu
            )
            x = try b.convolutionBlock(
                x,
                "1",
                inner,
                kernel: 2,
                stride: 2,
                padding: none,
                activation: .gelu
            )
            return try b.convolution(
                x,
                "2.conv",
                transformer.width,
                kernel: 2,
                stride: 2,
                padding: none,
                hasBias: true
            )
        }
    }

    private static func network(_ depths: [Int]) -> ResNetV2 {
        ResNetV2(
            depths: depths,
            stem: .same,
            standardization: 1e-8,
            normalization: .groups(32),
            isPreactivated: false
        )
    }

    /// Gives MobileCLIP's names timm's, then those that all vision transformers know.
    ///
    /// Source: `checkpoint_filter_fn`.
    func remapCheckpoint(_ tensors: inout [String: Tensor]) throws(ModelZooError) {
        let prefix = "image_encoder.model."
        if tensors["\(prefix)patch_emb.0.block.conv.weight"] != nil {
            TensorNames.keep(prefix: prefix, of: &tensors)
            try TensorNames.rename(&tensors) { name in
                TensorNames.replacing(
                    name,
                    [
                        ("patch_emb.", "patch_embed.backbone."), ("block.conv", "conv"), ("block.norm", "bn"),
                        ("post_transformer_norm.", "norm."),
                        ("pre_norm_mha.0", "norm1"), ("pre_norm_mha.1", "attn"),
                        ("pre_norm_ffn.0", "norm2"), ("pre_norm_ffn.1", "mlp.fc1"),
                        ("pre_norm_ffn.4", "mlp.fc2"),
                        ("qkv_proj.", "qkv."), ("out_proj.", "proj."), ("transformer.", "blocks."),
                        ("pos_embed.pos_embed.pos_embed", "pos_embed"), ("classifier.proj", "head.weight"),
                    ]
                )
            }
            if let places = tensors["pos_embed"], places.shape.rank == 4 {
                tensors["pos_embed"] = TensorNames.reshaped(
                    places,
                    Array(places.shape.dimensions.dropFirst())
                )
            }
            Self.turnHead(&tensors)
        }
        try VisionTransformerCheckpoint(width: transformer.width, patch: transformer.patch).remap(&tensors)
    }

    /// Makes a linear layer of the projection `[width, classes]`, with a bias of zeros.
    private static func turnHead(_ tensors: inout [String: Tensor]) {
        guard let head = tensors["head.weight"], head.shape.rank == 2 else { return }
        let (rows, columns) = (head.shape.dimensions[0], head.shape.dimensions[1])
        let values = head.floats
        let turned = (0..<values.count).map { values[$0 % rows * columns + $0 / rows] }
        tensors["head.weight"] = Tensor.cast(turned, to: head.dtype, shape: Shape([columns, rows]))
        let zeros = [Float](repeating: 0, count: columns)
        tensors["head.bias"] = Tensor.cast(zeros, to: head.dtype, shape: Shape([columns]))
    }
}

extension ModelFamily {
    private static func hybrid(
        _ name: String,
        _ backbone: VisionTransformerHybrid.Backbone,
        size: Int = 224,
        stride: Int = 32,
        patch: Int = 1,
        _ width: Int,
        depth: Int = 12,
        heads: Int,
        ratio: Double = 4
    ) -> ModelVariant {
        let transformer = VisionTransformer(
            size: size,
            patch: stride,
            width: width,
            depth: depth,
            heads: heads,
            ratio: ratio
        )
        return ModelVariant(
            name,
            VisionTransformerHybrid(backbone: backbone, patch: patch, transformer: transformer)
        )
    }

    /// The architectures of timm/models/vision_transformer_hybrid.py, in its order.
    static let visionTransformerHybrid = ModelFamily(
        name: "vision_transformer_hybrid",
        variants: [
            hybrid("vit_tiny_r_s16_p8_224", .stem, patch: 8, 192, heads: 3),
            hybrid("vit_tiny_r_s16_p8_384", .stem, size: 384, patch: 8, 192, heads: 3),
            hybrid("vit_small_r26_s32_224", .standardized([2, 2, 2, 2]), 384, heads: 6),
            hybrid("vit_small_r26_s32_384", .standardized([2, 2, 2, 2]), size: 384, 384, heads: 6),
            hybrid("vit_base_r26_s32_224", .standardized([2, 2, 2, 2]), 768, heads: 12),
            hybrid("vit_base_r50_s16_224", .standardized([3, 4, 9]), stride: 16, 768, heads: 12),
            hybrid("vit_base_r50_s16_384", .standardized([3, 4, 9]), size: 384, stride: 16, 768, heads: 12),
            hybrid("vit_large_r50_s32_224", .standardized([3, 4, 6, 3]), 1024, depth: 24, heads: 16),
            hybrid(
                "vit_large_r50_s32_384",
                .standardized([3, 4, 6, 3]),
                size: 384,
                1024,
                depth: 24,
                heads: 16
            ),
            hybrid("vit_small_resnet26d_224", .residual([2, 2, 2, 2]), 768, depth: 8, heads: 8, ratio: 3),
            hybrid(
                "vit_small_resnet50d_s16_224",
                .residual([3, 4, 6]),
                stride: 16,
                768,
                depth: 8,
                heads: 8,
                ratio: 3
            ),
            hybrid("vit_base_resnet26d_224", .residual([2, 2, 2, 2]), 768, heads: 12),
            hybrid("vit_base_resnet50d_224", .residual([3, 4, 6, 3]), 768, heads: 12),
            ModelVariant(
                "vit_base_mci_224",
                VisionTransformerHybrid(
                    backbone: .convolutions,
                    patch: nil,
                    transformer: VisionTransformer(
                        size: 224,
                        patch: 16,
                        width: 768,
                        depth: 12,
                        heads: 12,
                        embedsPatchesOnly: true
                    )
                )
            ),
        ]
    )
}
