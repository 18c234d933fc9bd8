public import Tensors

/// One pretrained configuration of an architecture: what the weights expect of a picture, and where they are.
///
/// The fields and their defaults are those of timm's `PretrainedCfg`.
public struct PretrainedTag: Sendable, Hashable {
    /// The architecture: `resnet34`.
    public var architecture: String
    /// The tag: `a1_in1k`; empty where the configuration has none.
    public var tag: String
    /// Whether weights are published.
    public var isPretrained: Bool
    /// Channels, height and width that the weights were trained or tuned for.
    public var inputSize: [Int]
    /// Channels, height and width of timm's best evaluation, where they differ.
    public var testInputSize: [Int]?
    /// The smallest channels, height and width that timm states, where it does.
    public var minimumInputSize: [Int]?
    /// Height and width of the last feature map at the input size.
    public var poolSize: [Int]?
    /// The share of the resized picture that the crop keeps.
    public var cropFraction: Double
    /// The share at the test size, where it differs.
    public var testCropFraction: Double?
    /// How the resized picture is brought to the input size.
    public var cropMode: InputSpec.CropMode
    /// The filter that resizes.
    public var interpolation: InputSpec.Interpolation
    /// Subtracted from each channel, in units of the [0, 1] range.
    public var mean: [Float]
    /// Each channel is divided by it.
    public var standardDeviation: [Float]
    /// Classes of the published classifier; 0 where it has none.
    public var classCount: Int
    /// The modules whose weights are adapted to another channel count, without `.weight`.
    public var firstConvolutions: [String]
    /// The modules of the classifier, without `.weight`.
    public var classifiers: [String]
    /// The repository on the Hugging Face hub: `timm/resnet34.a1_in1k`.
    public var hubID: String?
    /// The file of the release that published the weights.
    public var url: String?
    /// The licence of the weights, as SPDX writes it in lower case.
    public var license: String?
    /// Whether the architecture accepts the input size only.
    public var hasFixedInputSize: Bool
    /// Whether the release file is of a foreign format that timm reads by code of the family's own.
    public var needsOwnLoader: Bool

    /// Makes a configuration of which nothing is known but the architecture: everything else is the default of
    /// timm's `PretrainedCfg`.
    ///
    /// Source: timm/models/_pretrained.py, `PretrainedCfg` (1.0.31).
    public init(architecture: String) {
        self.architecture = architecture
        tag = ""
        isPretrained = false
        inputSize = [3, 224, 224]
        cropFraction = 0.875
        cropMode = .center
        interpolation = .bicubic
        mean = [0.485, 0.456, 0.406]
        standardDeviation = [0.229, 0.224, 0.225]
        classCount = 1000
        firstConvolutions = []
        classifiers = []
        hasFixedInputSize = false
        needsOwnLoader = false
    }

    /// The labels of the published classifier, where its classes are ImageNet's.
    public var labelSet: LabelSet? { LabelSet(classCount: classCount) }

    /// The name by which timm lists it: `resnet34.a1_in1k`.
    public var fullName: String { tag.isEmpty ? architecture : "\(architecture).\(tag)" }

    /// How a picture becomes an input of `channels` channels, as timm's `resolve_data_config` says.
    ///
    /// At the test size the test crop holds too. mean and standard deviation become one average a channel
    /// where `channels` is not the count that the tag speaks of.
    public func inputSpec(channels: Int, useTestSize: Bool = false) -> InputSpec {
        let size = useTestSize ? testInputSize ?? inputSize : inputSize
        return InputSpec(
            channels: channels,
            height: size[1],
            width: size[2],
            interpolation: interpolation,
            cropFraction: useTestSize ? testCropFraction ?? cropFraction : cropFraction,
            cropMode: cropMode,
            mean: InputSpec.spread(mean, over: channels),
            standardDeviation: InputSpec.spread(standardDeviation, over: channels)
        )
    }
}
