import ArgumentParser
import Images
import JobQueue
import KernelInterface
import ModelZoo
import Weights

/// A job as the command line describes it: words become the queue's values here, and nowhere else.
struct JobRequest {
    /// The model as it was asked for; an exported one by the name under which every worker finds it.
    private(set) var model: String
    /// How pictures are read and what is kept.
    var options: JobOptions
    /// `in_chans`.
    private(set) var inputChannels: Int
    private let namesChannels: Bool
    private let job: JobRequestOptions

    /// Checks the words that only make sense together.
    ///
    /// - Throws: `ValidationError` for words out of range.
    init(model: String, words: ModelOptions, job: JobRequestOptions) throws {
        self.model = model
        self.job = job
        var options = JobOptions()
        options.outputTypes = try job.outputType.split(separator: ",").map { word in
            guard let type = JobOptions.OutputType(rawValue: String(word)) else {
                throw ValidationError(
                    "--output-type takes prob, logit, embedding or features, not '\(word)'."
                )
            }
            return type
        }
        guard !options.outputTypes.isEmpty else {
            throw ValidationError("--output-type takes prob, logit, embedding or features.")
        }
        if options.outputTypes.contains(.features) {
            options.outputURI = Self.absolute(job.outputUri ?? Self.featureFolder)
        } else if job.outputUri != nil {
            throw ValidationError(
                "--output-uri says where --output-type features goes, which is not asked for."
            )
        }
        if let topk = job.topk {
            guard topk > 0 else { throw ValidationError("--topk \(topk): 1 or more is expected.") }
            options.topK = topk
        }
        if let batchSize = job.batchSize {
            guard (1...4096).contains(batchSize) else {
                throw ValidationError("--batch-size \(batchSize): 1 to 4096 is expected.")
            }
            options.batchSize = batchSize
        }
        if let chunkSize = job.chunkSize, !(1...4096).contains(chunkSize) {
            throw ValidationError("--chunk-size \(chunkSize): 1 to 4096 is expected.")
        }
        guard ["description", "name", "detail", "none"].contains(job.labelType) else {
            throw ValidationError(
                "--label-type takes description, name, detail or none, not '\(job.labelType)'."
            )
        }
        options.labelType = job.labelType
        guard let preprocessing = JobOptions.Preprocessing(rawValue: words.preprocess) else {
            throw ValidationError("--preprocess takes timm or none, not '\(words.preprocess)'.")
        }
        options.preprocessing = preprocessing
        options.precision = try Precision(option: words.precision).rawValue
        options.imageSize = words.imgSize
        options.inputSize = try NumberList.parse(words.inputSize, option: "--input-size", as: Int.self)
        if let size = options.inputSize, size.count != 3 {
            throw ValidationError("--input-size takes three numbers, as in --input-size 3 224 224.")
        }
        if let channels = options.inputSize?.first, let asked = words.inChans, asked != channels {
            throw ValidationError("--input-size says \(channels) channels and --in-chans \(asked).")
        }
        options.usesTestSize = words.useTestSize
        options.cropFraction = words.cropPct
        options.cropMode = words.cropMode
        options.interpolation = words.interpolation
        options.mean = try NumberList.parse(words.mean, option: "--mean", as: Float.self)
        options.standardDeviation = try NumberList.parse(words.std, option: "--std", as: Float.self)
        options.classCount = words.numClasses
        options.checkpoint = words.weights.map(Self.absolute)
        namesChannels = words.inChans != nil || options.inputSize != nil
        inputChannels = words.inChans ?? options.inputSize?.first ?? 3
        guard inputChannels > 0 else {
            throw ValidationError("--in-chans \(inputChannels): 1 or more is expected.")
        }
        self.options = options
    }

    /// Takes the model's own number of channels where nobody named one, and the name by which workers find it.
    mutating func adopt(_ model: NamedModel) {
        if !namesChannels { inputChannels = model.tag.inputSize[0] }
        if model.exported != nil { self.model = model.name }
    }

    /// What the queue is given.
    func spec(priority: Int16, resolution: ModelResolution?) -> JobSpec {
        JobSpec(
            model: model,
            inputChannels: inputChannels,
            options: options,
            priority: job.priority ?? priority,
            label: job.label ?? "",
            idempotencyKey: job.idempotencyKey,
            chunkSize: job.chunkSize,
            resolution: resolution
        )
    }

    /// The URIs that the named pictures expand to.
    ///
    /// - Throws: `ImageError` where one of them is nowhere.
    static func expand(_ pictures: [String]) throws -> [String] {
        var inputs = InputExpansion.expand(pictures, workingDirectory: WorkingDirectory.path)
        return try inputs.remaining()
    }

    /// Takes the input's size from the first picture where nothing is to be resized and nobody named a size.
    ///
    /// - Throws: `TransferError` or `ImageError` where that picture cannot be read.
    mutating func adoptSize(ofFirst picture: String?, read: (String) async throws -> [UInt8]) async throws {
        guard options.preprocessing == .none, options.imageSize == nil, options.inputSize == nil,
            !options.usesTestSize, let picture
        else { return }
        let decoded = try PictureDecoder.decode(
            try await read(picture),
            arrays: ArrayInterpretation(uri: picture, channels: inputChannels)
        )
        options.inputSize = [inputChannels, decoded.height, decoded.width]
    }

    /// Where feature maps go when nobody says.
    private static let featureFolder = "features"

    /// A path made absolute: the worker may have another working directory.
    private static func absolute(_ path: String) -> String {
        guard !path.contains("://"), !path.hasPrefix("/"), !path.hasPrefix("hf-hub:"),
            !path.hasPrefix("hf_hub:")
        else { return path }
        return "\(WorkingDirectory.path)/\(path)"
    }
}
