public import ModelZoo

/// What a model name means: the network, what its weights expect of a picture, and where they are.
public struct NamedModel: Sendable {
    /// Where the weights are, if nobody names others.
    enum Origin: Sendable, Equatable {
        /// Where timm published them.
        case published
        /// In a repository of the hub, at a commit.
        case hub(HubRepository)
        /// In a folder, by its absolute path.
        case folder(String)
    }

    /// A name by which another machine finds the same model: `resnet34.a1_in1k`, `hf-hub:owner/name@COMMIT`,
    /// `local-dir:/models/mine`.
    public let name: String
    /// What the weights expect of a picture: the registry's or the export's own.
    public let tag: PretrainedTag
    /// The network.
    public let architecture: Architecture
    /// The `config.json` that says all this, for a model that the registry does not know.
    public let exported: ExportedConfiguration?
    let origin: Origin

    /// Takes a configuration of the registry.
    ///
    /// - Throws: `ModelZooError` where this build lacks the architecture.
    public init(_ tag: PretrainedTag) throws(ModelZooError) {
        name = tag.fullName
        self.tag = tag
        architecture = try ModelRegistry.architecture(of: tag)
        exported = nil
        origin = .published
    }

    /// Takes an exported configuration.
    ///
    /// - Throws: `ModelZooError` where this build lacks the architecture.
    init(_ exported: ExportedConfiguration, name: String, origin: Origin) throws(ModelZooError) {
        self.name = name
        tag = exported.tag
        architecture = try ModelRegistry.architecture(of: exported.tag)
        self.exported = exported
        self.origin = origin
    }

    /// What the network is built for, at this model's own position tables.
    public func buildOptions(
        inputChannels: Int,
        height: Int,
        width: Int,
        classCount: Int
    ) -> BuildOptions {
        BuildOptions(
            inputChannels: inputChannels,
            height: height,
            width: width,
            classCount: classCount,
            tag: tag.tag,
            checkpointSize: exported?.checkpointSize
        )
    }

    /// What `classCount` classes of this model are called: the export's own names, else ImageNet's where their
    /// number is that of a list.
    public func labels(classCount: Int) -> ClassLabels? {
        if let labels = exported?.labels { return .exported(labels) }
        return LabelSet(classCount: classCount).map(ClassLabels.imageNet)
    }
}
