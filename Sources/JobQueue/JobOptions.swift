/// How a job's pictures are read and what is kept of the answers: the `options` of a job, in JSON under timm's
/// names, so that `apus.submit(...)` in SQL and the command line say the same thing.
///
/// A nil leaves the choice to the pretrained tag.
public struct JobOptions: Sendable, Equatable, Codable {
    /// What is kept of a model's answer.
    public enum OutputType: String, Sendable, Hashable, Codable, CaseIterable {
        /// Indices, labels and probabilities of the best classes.
        case prob
        /// All logits.
        case logit
        /// The vector before the classifier.
        case embedding
        /// The last feature map, as a file.
        case features
    }

    /// What is done to a picture before the model sees it.
    public enum Preprocessing: String, Sendable, Hashable, Codable, CaseIterable {
        /// timm's evaluation transform.
        case timm
        /// Nothing: a float32 array `[C, H, W]` goes in as it is.
        case none
    }

    /// How many best classes are kept (`topk`), at least 1.
    public var topK: Int
    /// What is kept (`output_type`).
    public var outputTypes: [OutputType]
    /// Square input size in pixels (`img_size`).
    public var imageSize: Int?
    /// Input size `[C, H, W]` (`input_size`).
    public var inputSize: [Int]?
    /// Whether the tag's `test_input_size` and `test_crop_pct` are taken (`use_test_size`).
    public var usesTestSize: Bool
    /// `crop_pct`, above 0.
    public var cropFraction: Double?
    /// `crop_mode`: center, border or squash.
    public var cropMode: String?
    /// `interpolation`: nearest, bilinear, bicubic, lanczos, box, hamming.
    public var interpolation: String?
    /// `mean`, in units of the [0, 1] range.
    public var mean: [Float]?
    /// `std`, in units of the [0, 1] range.
    public var standardDeviation: [Float]?
    /// `num_classes`.
    public var classCount: Int?
    /// A file or an address of weights instead of the tag's own (`checkpoint`).
    public var checkpoint: String?
    /// What is done to a picture before the model sees it (`preprocess`).
    public var preprocessing: Preprocessing
    /// `precision`: `float32`, or `bfloat16` for faster and less exact matrix work.
    public var precision: String
    /// How labels are written (`label_type`): name, description or detail, as timm's scripts have it.
    public var labelType: String?
    /// Pictures in a batch (`batch_size`).
    public var batchSize: Int?
    /// The folder that feature maps are written to, by its absolute path or `file` URI (`output_uri`).
    public var outputURI: String?

    /// The names in JSON.
    public enum CodingKeys: String, CodingKey, CaseIterable {
        /// A name in JSON.
        case topK = "topk"
        /// A name in JSON.
        case outputTypes = "output_type"
        /// A name in JSON.
        case imageSize = "img_size"
        /// A name in JSON.
        case inputSize = "input_size"
        /// A name in JSON.
        case usesTestSize = "use_test_size"
        /// A name in JSON.
        case cropFraction = "crop_pct"
        /// A name in JSON.
        case cropMode = "crop_mode"
        /// A name in JSON.
        case interpolation
        /// A name in JSON.
        case mean
        /// A name in JSON.
        case standardDeviation = "std"
        /// A name in JSON.
        case classCount = "num_classes"
        /// A name in JSON.
        case checkpoint
        /// A name in JSON.
        case preprocessing = "preprocess"
        /// A name in JSON.
        case precision
        /// A name in JSON.
        case labelType = "label_type"
        /// A name in JSON.
        case batchSize = "batch_size"
        /// A name in JSON.
        case outputURI = "output_uri"
    }

    /// Makes the defaults: five best classes, timm's transform, float32.
    public init() {
        topK = 5
        outputTypes = [.prob]
        usesTestSize = false
        preprocessing = .timm
        precision = "float32"
    }

    /// Reads JSON in which everything may be left out; `output_type` may be one name or a list.
    ///
    /// - Throws: `DecodingError` where a value has the wrong type.
    public init(from decoder: any Decoder) throws {
        self.init()
        let values = try decoder.container(keyedBy: CodingKeys.self)
        topK = try values.decodeIfPresent(Int.self, forKey: .topK) ?? topK
        if values.contains(.outputTypes) {
            do {
                outputTypes = [try values.decode(OutputType.self, forKey: .outputTypes)]
            } catch DecodingError.typeMismatch {
                outputTypes = try values.decode([OutputType].self, forKey: .outputTypes)
            }
        }
        imageSize = try values.decodeIfPresent(Int.self, forKey: .imageSize)
        inputSize = try values.decodeIfPresent([Int].self, forKey: .inputSize)
        usesTestSize = try values.decodeIfPresent(Bool.self, forKey: .usesTestSize) ?? usesTestSize
        cropFraction = try values.decodeIfPresent(Double.self, forKey: .cropFraction)
        cropMode = try values.decodeIfPresent(String.self, forKey: .cropMode)
        interpolation = try values.decodeIfPresent(String.self, forKey: .interpolation)
        mean = try values.decodeIfPresent([Float].self, forKey: .mean)
        standardDeviation = try values.decodeIfPresent([Float].self, forKey: .standardDeviation)
        classCount = try values.decodeIfPresent(Int.self, forKey: .classCount)
        checkpoint = try values.decodeIfPresent(String.self, forKey: .checkpoint)
        preprocessing =
            try values.decodeIfPresent(Preprocessing.self, forKey: .preprocessing) ?? preprocessing
        precision = try values.decodeIfPresent(String.self, forKey: .precision) ?? precision
        labelType = try values.decodeIfPresent(String.self, forKey: .labelType)
        batchSize = try values.decodeIfPresent(Int.self, forKey: .batchSize)
        outputURI = try values.decodeIfPresent(String.self, forKey: .outputURI)
    }
}
