internal import Graph

extension LeViT {
    /// One of timm's own, with SiLU.
    private static func own(
        _ widths: [Int],
        _ keyWidth: Int,
        _ heads: [Int],
        _ depths: [Int] = [4, 4, 4],
        stemDepth: Int = 4,
        isDistilled: Bool = false
    ) -> LeViT {
        LeViT(
            widths: widths,
            keyWidth: keyWidth,
            heads: heads,
            depths: depths,
            activation: .silu,
            stemDepth: stemDepth,
            isDistilled: isDistilled
        )
    }

    fileprivate static let published: [(String, LeViT)] = [
        ("128s", LeViT(widths: [128, 256, 384], keyWidth: 16, heads: [4, 6, 8], depths: [2, 3, 4])),
        ("128", LeViT(widths: [128, 256, 384], keyWidth: 16, heads: [4, 8, 12], depths: [4, 4, 4])),
        ("192", LeViT(widths: [192, 288, 384], keyWidth: 32, heads: [3, 5, 6], depths: [4, 4, 4])),
        ("256", LeViT(widths: [256, 384, 512], keyWidth: 32, heads: [4, 6, 8], depths: [4, 4, 4])),
        ("384", LeViT(widths: [384, 512, 768], keyWidth: 32, heads: [6, 9, 12], depths: [4, 4, 4])),
        ("384_s8", own([384, 512, 768], 32, [6, 9, 12], stemDepth: 3, isDistilled: true)),
        ("512_s8", own([512, 640, 896], 64, [8, 10, 14], stemDepth: 3)),
        ("512", own([512, 768, 1024], 64, [8, 12, 16])),
        ("256d", own([256, 384, 512], 32, [4, 6, 8], [4, 8, 6])),
        ("512d", own([512, 640, 768], 64, [8, 10, 12], [4, 8, 6])),
    ]
}

extension ModelFamily {
    /// The architectures of timm/models/levit.py, in its order: each with linear layers, then each with convolutions.
    static let leViT = ModelFamily(
        name: "levit",
        variants: LeViT.published.map { ModelVariant("levit_\($0.0)", $0.1) }
            + LeViT.published.map { ModelVariant("levit_conv_\($0.0)", $0.1.convolutional) }
    )
}
