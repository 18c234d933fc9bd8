public import Graph
public import Tensors

/// A checkpoint under its model's names, before it is adapted to a number of channels or compared with a graph.
public struct SourceWeights: Sendable {
    /// The tensors by timm's names, of the file's types; views of the file where it stores them row-major.
    public var tensors: [String: Tensor]
    /// The model, as messages call it: `resnet34.a1_in1k`.
    public var modelName: String
    /// Channels of the pictures that the weights were trained on.
    public var baseChannels: Int
    /// The modules whose `.weight` is adapted to another channel count.
    public var firstConvolutions: [String]
    /// The modules of the classifier.
    public var classifiers: [String]

    /// Makes a value of its parts.
    public init(
        tensors: [String: Tensor],
        modelName: String,
        baseChannels: Int,
        firstConvolutions: [String],
        classifiers: [String]
    ) {
        self.tensors = tensors
        self.modelName = modelName
        self.baseChannels = baseChannels
        self.firstConvolutions = firstConvolutions
        self.classifiers = classifiers
    }

    /// How many classes the checkpoint's own classifier tells apart, read from its shape; nil where it has no classifier.
    ///
    /// A fine-tuned checkpoint says so what to build the graph for.
    public var classCount: Int? {
        for name in classifiers {
            if let weight = tensors["\(name).weight"], weight.shape.rank > 0 { return weight.shape[0] }
        }
        return nil
    }

    /// The parameters of `graph`, which was built for `inputChannels` and `classCount` classes.
    ///
    /// First convolutions are adapted to the channels by timm's rule. With `classCount` 0 the classifier is left out. Every
    /// other tensor must be wanted by the graph under its name and shape, and every parameter of the graph must be
    /// there; batch norms' `num_batches_tracked` are dropped.
    ///
    /// - Throws: ``WeightsError`` of code `classCount`, `inputChannels` or `parameters`.
    public func parameters(
        for graph: Graph,
        inputChannels: Int,
        classCount: Int
    ) throws(WeightsError) -> ParameterStore {
        var tensors = tensors
        try settleClassifier(of: &tensors, classCount: classCount)

        var specifications: [String: ParameterSpec] = [:]
        for parameter in graph.parameters { specifications[parameter.name] = parameter }
        let adaptation = InputAdaptation(
            baseChannels: baseChannels,
            inputChannels: inputChannels,
            modelName: modelName
        )
        for convolution in firstConvolutions {
            let name = "\(convolution).weight"
            guard let weight = tensors[name], let expected = specifications[name]?.dimensions else {
                continue
            }
            tensors[name] = try adaptation.adapt(weight, name: name, expected: expected)
        }

        let account = ParameterAccount(of: tensors, against: graph.parameters)
        guard account.isBalanced else {
            throw WeightsError(
                code: .parameters,
                message: account.summary(modelName: modelName)
                    + hint(for: account, inputChannels: inputChannels)
            )
        }
        return ParameterStore(tensors.filter { specifications[$0.key] != nil })
    }

    /// Takes the classifier out where none is wanted, and refuses one of another number of classes.
    private func settleClassifier(of tensors: inout [String: Tensor], classCount: Int) throws(WeightsError) {
        if classCount == 0 {
            for name in classifiers {
                tensors["\(name).weight"] = nil
                tensors["\(name).bias"] = nil
                // LeViT's classifiers and their like (`head.linear`) have a batch norm of their own (`head.bn`).
                guard let dot = name.lastIndex(of: ".") else { continue }
                let normalization = name[..<dot] + ".bn."
                tensors = tensors.filter { !$0.key.hasPrefix(normalization) }
            }
        } else if let found = self.classCount, found != classCount {
            throw WeightsError(
                code: .classCount,
                message:
                    "the checkpoint of \(modelName) tells \(found) classes apart, \(classCount) are asked for; "
                    + "use --num-classes \(found), or 0 for no classifier"
            )
        }
    }

    /// What to type, where the first convolution shows that the checkpoint was tuned for other pictures.
    private func hint(for account: ParameterAccount, inputChannels: Int) -> String {
        for entry in account.misshapen {
            let expected = entry.expected.dimensions
            let found = entry.found.shape.dimensions
            // Where nothing is known of the stem, the base channels tell it.
            if firstConvolutions.isEmpty, inputChannels != baseChannels, expected.count == 4,
                found.count == 4,
                expected[1] == inputChannels, found[1] == baseChannels
            {
                return
                    "; its configuration names no first_conv that could be adapted to \(inputChannels) input "
                    + "channels: use --in-chans \(baseChannels)"
            }
            guard firstConvolutions.contains(where: { "\($0).weight" == entry.expected.name }),
                expected.count == 4,
                found.count == 4, expected[1] == inputChannels, found[1] != inputChannels
            else { continue }
            return "; the checkpoint was made for \(found[1]) input channels: use --in-chans \(found[1])"
        }
        return "; is it a checkpoint of another model?"
    }
}
