internal import Graph
internal import Tensors

// CPUBone: LowFormer's network with grouped and smaller filters, for machines that do little at once.
//
// Paper: CPUBone: Efficient Vision Backbone Design for Devices with Low Parallelization Capabilities
// (https://arxiv.org/abs/2603.26425).
// Source: timm/models/cpubone.py (timm 1.0.31). No deviations.

/// A CPUBone.
struct CPUBone: ModelConfiguration, Equatable {
    var network: LowFormerNetwork

    static let names = LowFormerNetwork.Names(
        attention: "total.0.0.main",
        feedForward: "total.0.1.main",
        local: "total.1.main",
        head: "head",
        preClassifier: "pre_classifier.linear",
        preClassifierNormalization: "pre_classifier.norm",
        classifier: "head.classifier.linear"
    )

    /// Emits stem, stages and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        try LowFormerLayers(builder: b, network: network).network(classCount: options.classCount)
    }

    /// Brings the names of the paper's checkpoints to timm's, and biases before batch norms into their means.
    ///
    /// Source: `checkpoint_filter_fn`.
    func remapCheckpoint(_ tensors: inout [String: Tensor]) throws(ModelZooError) {
        guard tensors["stem.0.conv.weight"] == nil else { return }
        try TensorNames.rename(&tensors) { name in
            TensorNames.replacing(
                name,
                [
                    (".conv_proj.0.", ".conv_proj.conv."), (".conv_proj.1.", ".conv_proj.norm."),
                    (".pwise.0.", ".pwise."), ("head.op_list.0.", "head.in_conv."),
                    ("head.op_list.2.", "head.pre_classifier."), ("head.op_list.3.", "head.classifier."),
                    ("backbone.input_stem.", "stem."), ("backbone.stages.", "stages."), (".op_list.", "."),
                ]
            )
        }
        guard network.localNormalizations.allSatisfy({ $0 }) else { return }
        for layer in ["inverted_conv", "depth_conv"] {
            for suffix in [".conv.bias", ".conv.1.bias"] {
                for (name, bias) in tensors where name.hasSuffix(".\(layer)\(suffix)") {
                    tensors[name] = nil
                    let meanName = name.dropLast(suffix.count) + ".norm.running_mean"
                    guard let mean = tensors[String(meanName)], mean.shape == bias.shape else { continue }
                    let values = zip(mean.floats, bias.floats).map { $0 - $1 }
                    tensors[String(meanName)] = Tensor(shape: mean.shape, values: values)
                }
            }
        }
    }
}

extension ModelFamily {
    private static func cpuBone(
        _ name: String,
        widths: [Int] = [16, 32, 64, 128, 256],
        depths: [Int],
        _ change: (inout LowFormerNetwork) -> Void = { _ in }
    ) -> ModelVariant {
        var network = LowFormerNetwork(
            widths: widths,
            depths: depths,
            groups: 2,
            hasSmallFilters: true,
            repeatsPositions: true,
            names: CPUBone.names
        )
        change(&network)
        return ModelVariant(name, CPUBone(network: network))
    }

    /// The architectures of timm/models/cpubone.py, in its order.
    static let cpuBone = ModelFamily(
        name: "cpubone",
        variants: [
            cpuBone("cpubone_nano", widths: [12, 24, 48, 96, 192], depths: [0, 1, 1, 1, 2]) {
                $0.reductionRatio = 4
            },
            cpuBone("cpubone_t0", widths: [12, 24, 48, 96, 192], depths: [0, 1, 1, 2, 3]) {
                $0.reductionRatio = 4
            },
            cpuBone("cpubone_s0", widths: [14, 28, 56, 112, 224], depths: [0, 1, 1, 2, 3]) {
                $0.reductionRatio = 4
            },
            cpuBone("cpubone_b0_bfrobust", depths: [0, 1, 1, 3, 4]) {
                $0.reductionRatio = 4
                $0.localNormalizations = [true, true, true]
            },
            cpuBone("cpubone_b1_bfrobust", depths: [0, 1, 1, 5, 5]) {
                $0.localNormalizations = [true, true, true]
            },
            cpuBone("cpubone_b1_dwnorm", depths: [0, 1, 1, 5, 5]) {
                $0.localNormalizations = [false, true, true]
            },
            cpuBone("cpubone_b2_bfrobust", widths: [20, 40, 80, 160, 320], depths: [0, 1, 1, 6, 6]) {
                $0.headWidths = [2304, 2560]
                $0.localNormalizations = [true, true, true]
            },
            cpuBone("cpubone_b2pt5_dwnorm", widths: [24, 48, 96, 192, 384], depths: [0, 1, 1, 6, 6]) {
                $0.headWidths = [2304, 2560]
                $0.localNormalizations = [false, true, true]
            },
            cpuBone("cpubone_b3", widths: [32, 64, 128, 256, 512], depths: [1, 2, 3, 6, 6]) {
                $0.stemRatio = 4
            },
        ]
    )
}
