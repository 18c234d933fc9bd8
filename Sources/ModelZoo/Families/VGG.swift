internal import Graph
internal import Tensors

// VGG: 3x3 convolutions and maxima, then two wide layers.
//
// Paper: Very Deep Convolutional Networks (https://arxiv.org/abs/1409.1556).
// Source: timm/models/vgg.py (timm 1.0.31). No deviations; the adaptive average of small inputs is written as two
// matrix products.

/// The numbers of a VGG.
struct VGG: ModelConfiguration, Equatable {
    /// Convolutions of each of the five stages.
    var depths: [Int]
    /// Whether each convolution is followed by a batch normalisation.
    var isNormalized = false

    /// Emits stages, the two wide layers and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        var x = b.input
        var index = 0
        for (depth, width) in zip(depths, [64, 128, 256, 512, 512]) {
            for _ in 0..<depth {
                x = try b.convolution(x, "features.\(index)", width, kernel: 3, hasBias: true)
                if isNormalized {
                    x = try b.normalization(x, "features.\(index + 1)")
                } else {
                    x = try b.activation(x, .relu)
                }
                index += isNormalized ? 3 : 2
            }
            x = try b.maximumPool(x, kernel: 2)
            index += 1
        }
        let features = x
        let side = 7
        x = try b.adaptivelyAveraged(x, height: max(side, x.height), width: max(side, x.width))
        x = try b.convolution(
            x,
            "pre_logits.fc1",
            4096,
            kernel: Extent(side),
            padding: .zero,
            hasBias: true
        )
        x = try b.activation(x, .relu)
        x = try b.activation(b.convolution(x, "pre_logits.fc2", 4096, hasBias: true), .relu)
        try b.averagedClassifier(x, classCount: options.classCount, name: "head.fc", features: features)
    }

    /// Gives timm's names to torchvision's checkpoints, whose wide layers are linear.
    func remapCheckpoint(_ tensors: inout [String: Tensor]) throws(ModelZooError) {
        for (name, inputs) in [("classifier.0.weight", [512, 7, 7]), ("classifier.3.weight", [4096, 1, 1])] {
            guard let tensor = tensors[name] else { continue }
            let size = inputs.reduce(1, *)
            guard tensor.count % size == 0 else {
                throw ModelZooError(
                    code: .unknownTensor,
                    message:
                        "\(name) of shape \(tensor.shape) does not have \(size) inputs, as torchvision's has"
                )
            }
            tensors[name] = tensor.reshaped(to: Shape([tensor.count / size] + inputs))
        }
        try TensorNames.rename(&tensors) { name in
            TensorNames.replacing(
                name,
                [
                    ("classifier.0", "pre_logits.fc1"), ("classifier.3", "pre_logits.fc2"),
                    ("classifier.6", "head.fc"),
                ]
            )
        }
    }
}

extension ModelFamily {
    /// The architectures of timm/models/vgg.py, in its order.
    static let vgg = ModelFamily(
        name: "vgg",
        variants: [
            ModelVariant("vgg11", VGG(depths: [1, 1, 2, 2, 2])),
            ModelVariant("vgg11_bn", VGG(depths: [1, 1, 2, 2, 2], isNormalized: true)),
            ModelVariant("vgg13", VGG(depths: [2, 2, 2, 2, 2])),
            ModelVariant("vgg13_bn", VGG(depths: [2, 2, 2, 2, 2], isNormalized: true)),
            ModelVariant("vgg16", VGG(depths: [2, 2, 3, 3, 3])),
            ModelVariant("vgg16_bn", VGG(depths: [2, 2, 3, 3, 3], isNormalized: true)),
            ModelVariant("vgg19", VGG(depths: [2, 2, 4, 4, 4])),
            ModelVariant("vgg19_bn", VGG(depths: [2, 2, 4, 4, 4], isNormalized: true)),
        ]
    )
}
