internal import Graph

// ConvMixer: patches, then depthwise convolutions with a residual and pointwise convolutions at one width.
//
// Paper: Patches Are All You Need? (https://arxiv.org/abs/2201.09792).
// Source: timm/models/convmixer.py (timm 1.0.31). No deviations.

/// The numbers of a ConvMixer.
struct ConvMixer: ModelConfiguration, Equatable {
    var width: Int
    var depth: Int
    /// Extent of the depthwise filters.
    var kernel = 9
    var patch = 7
    var activation: Activation = .gelu

    /// Emits patches, blocks and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        var x = try b.convolve(b.input, "stem.0", width, kernel: patch, stride: patch, padding: 0)
        x = try b.normalization(b.activation(x, activation), "stem.2", nil)
        for index in 0..<depth {
            x = try b.scope("blocks.\(index)") { () throws(GraphError) in
                var y = try b.convolve(x, "0.fn.0", width, kernel: kernel, groups: width)
                y = try b.normalization(b.activation(y, activation), "0.fn.2", nil)
                y = try b.convolve(b.add(y, x), "1", width)
                return try b.normalization(b.activation(y, activation), "3", nil)
            }
        }
        try b.averagedClassifier(x, classCount: options.classCount, name: "head")
    }
}

extension ModelFamily {
    /// The architectures of timm/models/convmixer.py, in its order.
    static let convMixer = ModelFamily(
        name: "convmixer",
        variants: [
            ModelVariant("convmixer_1536_20", ConvMixer(width: 1536, depth: 20)),
            ModelVariant(
                "convmixer_768_32",
                ConvMixer(width: 768, depth: 32, kernel: 7, activation: .relu)
            ),
            ModelVariant("convmixer_1024_20_ks9_p14", ConvMixer(width: 1024, depth: 20, patch: 14)),
        ]
    )
}
