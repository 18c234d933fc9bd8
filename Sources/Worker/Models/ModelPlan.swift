package import Images
package import JobQueue
package import KernelInterface
package import ModelZoo
package import Tensors
package import Weights

/// What a job's words decide: the architecture and weights' tag, the size of the input, what pictures become.
///
/// The defaults are the tag's and the rules those of timm's `resolve_data_config`.
package struct ModelPlan: Sendable {
    /// The model that the name means.
    package let model: NamedModel
    /// Classes that the job names; nil leaves it to the checkpoint.
    package let requestedClassCount: Int?
    /// What the network is built for, at the tag's number of classes where the job names none.
    package let build: BuildOptions
    /// What pictures become.
    package let input: InputSpec
    /// Whether pictures are transformed at all.
    package let rule: PreprocessRule
    /// Where other weights than the tag's come from.
    package let checkpoint: String?
    /// How convolutions and matrix products are computed.
    package let precision: Precision
    /// Whether the last feature map is among the outputs.
    package let givesFeatures: Bool

    /// What the weights expect of a picture.
    package var tag: PretrainedTag { model.tag }
    /// The network.
    package var architecture: Architecture { model.architecture }

    /// Makes the plan of a job of `model` with `inputChannels` and `options`.
    ///
    /// - Throws: a `RowFailure` of stage `resolve` that fails the job.
    package init(model: NamedModel, inputChannels: Int, options: JobOptions) throws(RowFailure) {
        let tag = model.tag
        givesFeatures = options.outputTypes.contains(.features)
        if givesFeatures { try FeatureFolder.root(options.outputURI ?? "") }
        guard inputChannels > 0 else {
            throw Self.refusal("in_chans \(inputChannels): pictures have 1 channel or more (--in-chans).")
        }
        guard let precision = Precision(rawValue: options.precision) else {
            let names = Precision.allCases.map(\.rawValue).joined(separator: " or ")
            throw Self.refusal("precision '\(options.precision)' is not known: \(names) is expected.")
        }
        guard !options.outputTypes.isEmpty, options.topK > 0 else {
            throw Self.refusal("Nothing is asked for: name an --output-type and a --topk of 1 or more.")
        }
        let input = try Self.inputSpec(tag: tag, channels: inputChannels, options: options)
        let classCount = options.classCount ?? tag.classCount
        guard classCount >= 0 else {
            throw Self.refusal("num_classes \(classCount): 0 leaves the classifier out, more are classes.")
        }
        self.model = model
        self.input = input
        self.precision = precision
        checkpoint = options.checkpoint
        requestedClassCount = options.classCount
        rule =
            switch options.preprocessing {
            case .timm: .timm
            case .none: .none
            }
        build = model.buildOptions(
            inputChannels: inputChannels,
            height: input.height,
            width: input.width,
            classCount: classCount
        )
    }

    /// What decides the compiled model of these weights, whatever the job.
    ///
    /// Feature maps are large: a model that gives them is compiled for the jobs that ask for them.
    package func key(weightsSHA256: String, classCount: Int) -> ModelKey {
        let facts = [
            architecture.name, weightsSHA256, "\(build.inputChannels)", "\(build.height)x\(build.width)",
            "\(classCount)", precision.rawValue,
        ]
        return ModelKey(hashing: givesFeatures ? facts + ["features"] : facts)
    }

    /// The transform in words, for the rows: size, crop, filter, mean, std.
    package var preprocessingText: String {
        switch rule {
        case .none: "none \(input.channels)x\(input.height)x\(input.width)"
        case .timm:
            "timm \(input.channels)x\(input.height)x\(input.width) crop_pct=\(input.cropFraction) "
                + "crop_mode=\(input.cropMode.rawValue) interpolation=\(input.interpolation.rawValue) "
                + "mean=\(Self.text(input.mean)) std=\(Self.text(input.standardDeviation))"
        }
    }

    private static func text(_ values: [Float]) -> String {
        "(\(values.map { "\($0)" }.joined(separator: ", ")))"
    }

    private static func inputSpec(
        tag: PretrainedTag,
        channels: Int,
        options: JobOptions
    ) throws(RowFailure) -> InputSpec {
        var input = tag.inputSpec(channels: channels, useTestSize: options.usesTestSize)
        if let size = options.imageSize {
            input.height = size
            input.width = size
        }
        if let size = options.inputSize {
            guard size.count == 3, size[0] == channels else {
                throw refusal(
                    "input_size \(size): three numbers are expected, channels, height and width, "
                        + "and the channels must be in_chans, here \(channels)."
                )
            }
            input.height = size[1]
            input.width = size[2]
        }
        guard (1...16384).contains(input.height), (1...16384).contains(input.width) else {
            throw refusal("An input of \(input.height) x \(input.width) pixels: 1 to 16384 are possible.")
        }
        if let fraction = options.cropFraction {
            guard fraction > 0, fraction <= 8 else {
                throw refusal("crop_pct \(fraction): a share above 0 is expected, as in --crop-pct 0.875.")
            }
            input.cropFraction = fraction
        }
        if let mode = options.cropMode {
            input.cropMode = try choice(mode, of: InputSpec.CropMode.self, option: "crop_mode")
        }
        if let filter = options.interpolation {
            input.interpolation = try choice(
                filter,
                of: InputSpec.Interpolation.self,
                option: "interpolation"
            )
        }
        if let mean = options.mean { input.mean = try values(mean, channels: channels, option: "mean") }
        if let deviation = options.standardDeviation {
            guard deviation.allSatisfy({ $0 > 0 }) else { throw refusal("std \(deviation): above 0 only.") }
            input.standardDeviation = try values(deviation, channels: channels, option: "std")
        }
        return input
    }

    private static func choice<Choice: RawRepresentable & CaseIterable>(
        _ word: String,
        of type: Choice.Type,
        option: String
    ) throws(RowFailure) -> Choice where Choice.RawValue == String {
        guard let choice = Choice(rawValue: word.lowercased()) else {
            let words = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw refusal("\(option) \(word) is not known; one of \(words) is expected.")
        }
        return choice
    }

    /// One value is taken for every channel; otherwise there is one a channel.
    private static func values(_ values: [Float], channels: Int, option: String) throws(RowFailure) -> [Float]
    {
        if values.count == 1 { return [Float](repeating: values[0], count: channels) }
        guard values.count == channels else {
            throw refusal("\(option) has \(values.count) values; 1 or \(channels) (in_chans) are expected.")
        }
        return values
    }

    private static func refusal(_ message: String) -> RowFailure {
        RowFailure(stage: .resolve, code: "settings", message: message, disposition: .failJob)
    }
}
