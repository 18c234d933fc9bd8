/// How a picture becomes a model's input: the contract between Images, which obeys it, and ModelZoo, whose
/// tags state it.
///
/// The names and defaults are those of timm's `resolve_data_config`.
public struct InputSpec: Sendable, Hashable {
    /// Channels of the input tensor: 1 takes grey, 3 takes RGB, any other count must match the picture's.
    public var channels: Int
    /// Height of the input tensor in pixels.
    public var height: Int
    /// Width of the input tensor in pixels.
    public var width: Int
    /// The filter that resizes.
    public var interpolation: Interpolation
    /// The share of the resized picture that the crop keeps: timm's `crop_pct`, above 0.
    public var cropFraction: Double
    /// How the resized picture is brought to the input size.
    public var cropMode: CropMode
    /// Subtracted from each channel, in units of the [0, 1] range: one value a channel.
    public var mean: [Float]
    /// Each channel is divided by it after the mean is subtracted: one value a channel.
    public var standardDeviation: [Float]

    /// Makes a specification.
    ///
    /// Precondition: mean and standard deviation have one value a channel.
    public init(
        channels: Int,
        height: Int,
        width: Int,
        interpolation: Interpolation,
        cropFraction: Double,
        cropMode: CropMode,
        mean: [Float],
        standardDeviation: [Float]
    ) {
        precondition(mean.count == channels && standardDeviation.count == channels, "one value a channel")
        self.channels = channels
        self.height = height
        self.width = width
        self.interpolation = interpolation
        self.cropFraction = cropFraction
        self.cropMode = cropMode
        self.mean = mean
        self.standardDeviation = standardDeviation
    }

    /// The filters of Pillow's `Image.resize` that timm names.
    public enum Interpolation: String, Sendable, Hashable, CaseIterable {
        case nearest, bilinear, bicubic, lanczos, box, hamming
    }

    /// timm's `crop_mode`.
    public enum CropMode: String, Sendable, Hashable, CaseIterable {
        /// The shorter edge is resized to size / crop_pct, then the middle is cut out.
        case center
        /// The longer edge is resized to size / crop_pct, then the picture is padded to the input size.
        case border
        /// Both edges are resized to size / crop_pct, whatever the picture's aspect, then the middle is cut out.
        case squash
    }

    /// `values` spread over `channels` as timm does it: unchanged where the count fits, otherwise their
    /// average for each channel.
    ///
    /// Source: timm/data/loader.py, `adapt_to_chs`.
    public static func spread(_ values: [Float], over channels: Int) -> [Float] {
        guard values.count != channels, !values.isEmpty else { return values }
        let average = values.reduce(0) { $0 + Double($1) } / Double(values.count)
        return [Float](repeating: Float(average), count: channels)
    }
}
