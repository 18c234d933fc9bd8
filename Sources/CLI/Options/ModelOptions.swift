import ArgumentParser

/// What decides the compiled model and what pictures become before it: the names are timm's.
struct ModelOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Channels of the pictures (default: the model's own, 3 for all of timm's).",
            discussion: "The first convolution's weights are adapted to them by timm's rule. "
                + "1 takes grey pictures, 3 takes RGB, any other count must match the files."
        )
    )
    var inChans: Int?

    @Option(name: .long, help: "Classes of the checkpoint; 0 leaves the classifier out.")
    var numClasses: Int?

    @Option(
        name: [.customLong("weights"), .customLong("checkpoint")],
        help: ArgumentHelp("A checkpoint instead of the published one.", valueName: "file|url")
    )
    var weights: String?

    @Option(name: .long, help: "Height and width of the input.")
    var imgSize: Int?

    @Option(
        name: .long,
        parsing: .upToNextOption,
        help: ArgumentHelp("Channels, height and width of the input: 3 224 224.", valueName: "c h w")
    )
    var inputSize: [String] = []

    @Flag(name: .long, help: "Take the tag's test size and test crop instead of its training size.")
    var useTestSize = false

    @Option(name: .long, help: "The share of the resized picture that the crop keeps.")
    var cropPct: Double?

    @Option(name: .long, help: "How a picture is brought to the input size: center, border or squash.")
    var cropMode: String?

    @Option(
        name: .long,
        parsing: .upToNextOption,
        help: ArgumentHelp("Subtracted from each channel, in units of [0, 1].", valueName: "values")
    )
    var mean: [String] = []

    @Option(
        name: .long,
        parsing: .upToNextOption,
        help: ArgumentHelp("Each channel is divided by it after the mean is subtracted.", valueName: "values")
    )
    var std: [String] = []

    @Option(
        name: .long,
        help: "The filter that resizes: nearest, bilinear, bicubic, lanczos, box or hamming."
    )
    var interpolation: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "timm resizes, crops and normalises; none gives a float32 [C, H, W] array to the model unchanged.",
            valueName: "timm|none"
        )
    )
    var preprocess = "timm"

    @Option(
        name: .long,
        help: ArgumentHelp(
            "bf16 computes convolutions and matrix products in bfloat16 with float32 sums: faster on CPUs with "
                + "AVX512-BF16, and less exact.",
            valueName: "fp32|bf16"
        )
    )
    var precision = "fp32"
}
