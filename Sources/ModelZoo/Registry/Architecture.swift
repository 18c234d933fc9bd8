public import Graph
public import Tensors

/// An architecture that this build can run: timm's name, its pretrained tags, and the way to its graph.
public struct Architecture: Sendable {
    /// timm's name: `resnet34`.
    public let name: String
    /// The family: timm's module, `resnet`.
    public let familyName: String
    /// Its pretrained configurations, the default first.
    public let tags: [PretrainedTag]

    private let model: any ModelConfiguration

    /// Makes an architecture of a registered variant.
    init(variant: ModelVariant, family: ModelFamily, tags: [PretrainedTag]) {
        name = variant.name
        familyName = family.name
        model = variant.model
        self.tags = tags
    }

    /// The configuration that the bare name means.
    public var defaultTag: PretrainedTag { tags[0] }

    /// The architecture as a graph with the outputs `logits`, `embedding` and `features`.
    ///
    /// - Throws: `shape` where the input is too small, `unsupportedConfiguration` where a count is not positive.
    public func graph(_ options: BuildOptions) throws(GraphError) -> Graph {
        guard options.inputChannels > 0, options.height > 0, options.width > 0, options.classCount >= 0 else {
            throw GraphError(
                code: .unsupportedConfiguration,
                message: "\(name) cannot take \(options.inputChannels) channels of \(options.height)x"
                    + "\(options.width) pixels and give \(options.classCount) classes"
            )
        }
        let builder = GraphBuilder(
            channels: options.inputChannels,
            height: options.height,
            width: options.width
        )
        builder.checkpointSize = options.checkpointSize
        try model.build(into: builder, options: options)
        return builder.finish()
    }

    /// Renames a checkpoint's tensors to timm's names where they follow another naming that the family knows.
    ///
    /// Tensors that have timm's names already stay as they are. Integer tensors are renamed too.
    ///
    /// - Throws: `unknownTensor` where a foreign checkpoint holds a name that has no place in this architecture,
    ///   `duplicateTensor` where two tensors would share one name.
    public func remapCheckpoint(_ tensors: inout [String: Tensor]) throws(ModelZooError) {
        try model.remapCheckpoint(&tensors)
    }
}

/// The numbers of a variant, and how they become a graph: one value type for each family.
protocol ModelConfiguration: Sendable {
    /// Emits the network from the builder's input to its outputs.
    func build(into builder: GraphBuilder, options: BuildOptions) throws(GraphError)

    /// Renames tensors of foreign checkpoints: the family's `checkpoint_filter_fn`.
    func remapCheckpoint(_ tensors: inout [String: Tensor]) throws(ModelZooError)
}

extension ModelConfiguration {
    /// Leaves the checkpoint alone: families whose published weights all have timm's names.
    func remapCheckpoint(_ tensors: inout [String: Tensor]) throws(ModelZooError) {}
}

/// A row of a family's table.
struct ModelVariant: Sendable {
    /// timm's name of the architecture.
    let name: String
    /// What differs from its siblings.
    let model: any ModelConfiguration

    init(_ name: String, _ model: any ModelConfiguration) {
        self.name = name
        self.model = model
    }
}

/// Architectures that share one network: one file of Families/.
struct ModelFamily: Sendable {
    /// timm's module.
    let name: String
    /// The architectures.
    let variants: [ModelVariant]
}
