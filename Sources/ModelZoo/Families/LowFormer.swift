internal import Graph
internal import Tensors

// LowFormer: mobile convolutions fused into dense ones, and attention on a reduced map in the last two stages.
//
// Papers: LowFormer: Hardware Efficient Design for Convolutional Transformer Backbones
// (https://arxiv.org/abs/2409.03460), Beyond MACs (https://arxiv.org/abs/2603.26551).
// Source: timm/models/lowformer.py (timm 1.0.31). Deviations: a transposed convolution is the ordinary convolutions that
// it consists of.

/// A LowFormer.
struct LowFormer: ModelConfiguration, Equatable {
    var network: LowFormerNetwork

    static let names = LowFormerNetwork.Names(
        attention: "attn.main",
        feedForward: "mlp.main",
        local: "local.main",
        head: "",
        preClassifier: "pre_classifier.0",
        preClassifierNormalization: "pre_classifier.1",
        classifier: "classifier"
    )

    /// Emits stem, stages and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        try LowFormerLayers(builder: b, network: network).network(classCount: options.classCount)
    }

    /// Brings the names of the papers' checkpoints to timm's.
    ///
    /// Source: `checkpoint_filter_fn`.
    func remapCheckpoint(_ tensors: inout [String: Tensor]) throws(ModelZooError) {
        guard tensors["stem.0.conv.weight"] == nil else { return }
        try TensorNames.rename(&tensors) { name in
            TensorNames.replacing(
                name,
                [
                    ("backbone.input_stem.", "stem."), ("backbone.stages.", "stages."),
                    ("head.opseq.", "head."), ("head.op_list.0.", "in_conv."),
                    ("head.op_list.2.linear.", "pre_classifier.0."),
                    ("head.op_list.2.norm.", "pre_classifier.1."),
                    ("head.op_list.3.linear.", "classifier."), (".op_list.", "."),
                    (".total.0.0.", ".attn."), (".total.0.1.", ".mlp."), (".total.0.", ".attn."),
                    (".total.1.", ".local."), (".conv_proj.0.", ".conv_proj.conv."),
                    (".conv_proj.1.", ".conv_proj.norm."), (".pwise.0.", ".pwise."),
                ]
            )
        }
    }
}

extension ModelFamily {
    private static func lowFormer(
        _ name: String,
        widths: [Int] = [16, 32, 64, 128, 256],
        depths: [Int],
        _ change: (inout LowFormerNetwork) -> Void = { _ in }
    ) -> ModelVariant {
        var network = LowFormerNetwork(widths: widths, depths: depths, names: LowFormer.names)
        change(&network)
        return ModelVariant(name, LowFormer(network: network))
    }

    private static let middle = [20, 40, 80, 160, 320]
    private static let large = [32, 64, 128, 256, 512]

    /// The architectures of timm/models/lowformer.py, in its order.
    static let lowFormer = ModelFamily(
        name: "lowformer",
        variants: [
            lowFormer("lowformer_b0", depths: [0, 1, 1, 3, 4]) { $0.reductionRatio = 4 },
            lowFormer("lowformer_b1", depths: [0, 1, 1, 5, 5]),
            lowFormer("lowformer_b15", widths: middle, depths: [0, 1, 1, 6, 6]) {
                $0.headWidths = [2304, 2560]
            },
            lowFormer("lowformer_b2", widths: [24, 48, 96, 192, 384], depths: [0, 1, 1, 6, 6]) {
                $0.headWidths = [2304, 2560]
            },
            lowFormer("lowformer_b3", widths: large, depths: [1, 2, 3, 6, 6]) { $0.stemRatio = 4 },
            lowFormer("lowformer_e1", widths: middle, depths: [0, 1, 1, 4, 4]) {
                $0.headWidths = [2304, 2560]
                $0.hasAttention = false
                $0.hasFeedForward = false
            },
            lowFormer("lowformer_e2", widths: large, depths: [1, 2, 3, 4, 4]) {
                $0.stemRatio = 4
                $0.hasAttention = false
                $0.hasFeedForward = false
            },
            lowFormer("lowformer_e3", widths: large, depths: [1, 2, 3, 6, 6]) {
                $0.stemRatio = 4
                $0.hasFeedForward = false
            },
        ]
    )
}
