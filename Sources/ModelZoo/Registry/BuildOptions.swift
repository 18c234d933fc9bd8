public import Graph

/// What decides an architecture's graph besides its own configuration.
public struct BuildOptions: Sendable, Hashable {
    /// Where the weights come from: a few architectures differ by it in timm.
    public enum WeightOrigin: String, Sendable, Hashable, CaseIterable {
        /// Published weights: `create_model(..., pretrained=True)`.
        case pretrained
        /// Weights of another origin: `create_model(..., pretrained=False)`.
        case initialized
    }

    /// Channels of the pictures: timm's `in_chans`.
    public var inputChannels: Int
    /// Height of the input in pixels.
    public var height: Int
    /// Width of the input in pixels.
    public var width: Int
    /// Classes of the classifier; 0 leaves it out, so that the logits are the embedding.
    public var classCount: Int
    /// Where the weights come from.
    public var weightOrigin: WeightOrigin
    /// The tag of the weights, empty for the default one: a few architectures are as wide at their end as the language
    /// model that their weights were made for.
    public var tag: String
    /// Height and width that the checkpoint's position tables were learned at; nil: the architecture's own.
    public var checkpointSize: Extent?

    /// Makes options.
    public init(
        inputChannels: Int = 3,
        height: Int,
        width: Int,
        classCount: Int,
        weightOrigin: WeightOrigin = .pretrained,
        tag: String = "",
        checkpointSize: Extent? = nil
    ) {
        self.inputChannels = inputChannels
        self.height = height
        self.width = width
        self.classCount = classCount
        self.weightOrigin = weightOrigin
        self.tag = tag
        self.checkpointSize = checkpointSize
    }
}
