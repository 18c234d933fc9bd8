// DeiT and DeiT III: vision transformers trained on ImageNet alone, some with a distillation token and a second head.
//
// Papers: Training data-efficient image transformers & distillation through attention
// (https://arxiv.org/abs/2012.12877), DeiT III: Revenge of the ViT (https://arxiv.org/abs/2204.07118).
// Source: timm/models/deit.py (timm 1.0.31). The network is ``VisionTransformer``. No deviations.

extension ModelFamily {
    /// The architectures of timm/models/deit.py, in its order.
    static let deiT = ModelFamily(
        name: "deit",
        variants: [
            ModelVariant(
                "deit_tiny_patch16_224",
                VisionTransformer(size: 224, patch: 16, width: 192, depth: 12, heads: 3)
            ),
            ModelVariant(
                "deit_small_patch16_224",
                VisionTransformer(size: 224, patch: 16, width: 384, depth: 12, heads: 6)
            ),
            ModelVariant(
                "deit_base_patch16_224",
                VisionTransformer(size: 224, patch: 16, width: 768, depth: 12, heads: 12)
            ),
            ModelVariant(
                "deit_base_patch16_384",
                VisionTransformer(size: 384, patch: 16, width: 768, depth: 12, heads: 12)
            ),
            ModelVariant(
                "deit_tiny_distilled_patch16_224",
                VisionTransformer(size: 224, patch: 16, width: 192, depth: 12, heads: 3, pooling: .distilled)
            ),
            ModelVariant(
                "deit_small_distilled_patch16_224",
                VisionTransformer(size: 224, patch: 16, width: 384, depth: 12, heads: 6, pooling: .distilled)
            ),
            ModelVariant(
                "deit_base_distilled_patch16_224",
                VisionTransformer(size: 224, patch: 16, width: 768, depth: 12, heads: 12, pooling: .distilled)
            ),
            ModelVariant(
                "deit_base_distilled_patch16_384",
                VisionTransformer(size: 384, patch: 16, width: 768, depth: 12, heads: 12, pooling: .distilled)
            ),
            ModelVariant(
                "deit3_small_patch16_224",
                VisionTransformer(
                    size: 224,
                    patch: 16,
                    width: 384,
                    depth: 12,
                    heads: 6,
                    hasLayerScale: true,
                    embedsPatchesOnly: true
                )
            ),
            ModelVariant(
                "deit3_small_patch16_384",
                VisionTransformer(
                    size: 384,
                    patch: 16,
                    width: 384,
                    depth: 12,
                    heads: 6,
                    hasLayerScale: true,
                    embedsPatchesOnly: true
                )
            ),
            ModelVariant(
                "deit3_medium_patch16_224",
                VisionTransformer(
                    size: 224,
                    patch: 16,
                    width: 512,
                    depth: 12,
                    heads: 8,
                    hasLayerScale: true,
                    embedsPatchesOnly: true
                )
            ),
            ModelVariant(
                "deit3_base_patch16_224",
                VisionTransformer(
                    size: 224,
                    patch: 16,
                    width: 768,
                    depth: 12,
                    heads: 12,
                    hasLayerScale: true,
                    embedsPatchesOnly: true
                )
            ),
            ModelVariant(
                "deit3_base_patch16_384",
                VisionTransformer(
                    size: 384,
                    patch: 16,
                    width: 768,
                    depth: 12,
                    heads: 12,
                    hasLayerScale: true,
                    embedsPatchesOnly: true
                )
            ),
            ModelVariant(
                "deit3_large_patch16_224",
                VisionTransformer(
                    size: 224,
                    patch: 16,
                    width: 1024,
                    depth: 24,
                    heads: 16,
                    hasLayerScale: true,
                    embedsPatchesOnly: true
                )
            ),
            ModelVariant(
                "deit3_large_patch16_384",
                VisionTransformer(
                    size: 384,
                    patch: 16,
                    width: 1024,
                    depth: 24,
                    heads: 16,
                    hasLayerScale: true,
                    embedsPatchesOnly: true
                )
            ),
            ModelVariant(
                "deit3_huge_patch14_224",
                VisionTransformer(
                    size: 224,
                    patch: 14,
                    width: 1280,
                    depth: 32,
                    heads: 16,
                    hasLayerScale: true,
                    embedsPatchesOnly: true
                )
            ),
        ]
    )
}
