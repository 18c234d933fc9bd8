/// How long each stage took for one picture; nil where the stage was not reached.
public struct StageTimings: Sendable, Equatable {
    /// Getting the bytes.
    public var fetch: Duration?
    /// Decoding the bytes.
    public var decode: Duration?
    /// Resizing, cropping, normalising.
    public var preprocess: Duration?
    /// Waiting for a batch.
    public var queueWait: Duration?
    /// The picture's share of the batch's run.
    public var infer: Duration?
    /// Making rows and files of the answer.
    public var write: Duration?

    /// Makes timings.
    public init(
        fetch: Duration? = nil,
        decode: Duration? = nil,
        preprocess: Duration? = nil,
        queueWait: Duration? = nil,
        infer: Duration? = nil,
        write: Duration? = nil
    ) {
        self.fetch = fetch
        self.decode = decode
        self.preprocess = preprocess
        self.queueWait = queueWait
        self.infer = infer
        self.write = write
    }
}

/// Why a picture, a chunk or a job has no answer.
public struct RowFailure: Sendable, Equatable {
    /// Where it went wrong.
    public enum Stage: String, Sendable, Hashable, CaseIterable {
        /// Turning a model name into weights.
        case resolve
        /// Getting the bytes.
        case fetch
        /// Decoding the bytes.
        case decode
        /// Resizing, cropping, normalising.
        case preprocess
        /// Running the model.
        case infer
        /// Writing the answer.
        case write
        /// The process died.
        case process
    }

    /// What becomes of it.
    public enum Disposition: Sendable, Equatable {
        /// Passing trouble: try again later, at the earliest after the time that the other side asked for.
        case retryRow(after: Duration?)
        /// The picture has no answer; the others go on.
        case failRow
        /// No picture of the job can have an answer.
        case failJob
        /// This worker can't go on.
        case stopWorker
    }

    /// Where it went wrong.
    public var stage: Stage
    /// The kind, a word for programs: `truncated`, `http404`.
    public var code: String
    /// What failed, expected and found, without secrets.
    public var message: String
    /// What becomes of it.
    public var disposition: Disposition

    /// Makes a failure.
    public init(stage: Stage, code: String, message: String, disposition: Disposition) {
        self.stage = stage
        self.code = code
        self.message = message
        self.disposition = disposition
    }
}

/// What is kept of a model's answer to one picture.
public struct Prediction: Sendable, Equatable {
    /// Class numbers, best first.
    public var index: [Int32]
    /// Their probabilities, as many as indices.
    public var prob: [Float]
    /// Their texts, as many as indices, or none where the classes have no names.
    public var label: [String]
    /// All logits, when asked for.
    public var logit: [Float]?
    /// The vector before the classifier, when asked for.
    public var embedding: [Float]?
    /// The file with the feature map, when asked for.
    public var output: OutputFile?

    /// Makes an answer.
    public init(
        index: [Int32] = [],
        prob: [Float] = [],
        label: [String] = [],
        logit: [Float]? = nil,
        embedding: [Float]? = nil,
        output: OutputFile? = nil
    ) {
        self.index = index
        self.prob = prob
        self.label = label
        self.logit = logit
        self.embedding = embedding
        self.output = output
    }
}

/// A file that a worker wrote.
public struct OutputFile: Sendable, Equatable {
    /// Its address.
    public var uri: String
    /// SHA-256 of its bytes, 64 hexadecimal digits.
    public var sha256: String
    /// The extents of the array that it holds.
    public var shape: [Int]
    /// The type of the array's elements: `float32`.
    public var type: String

    /// Makes a reference.
    public init(uri: String, sha256: String, shape: [Int], type: String) {
        self.uri = uri
        self.sha256 = sha256
        self.shape = shape
        self.type = type
    }
}

/// The one final word on a picture.
public struct Outcome: Sendable, Equatable {
    /// Answer or failure.
    public enum Result: Sendable, Equatable {
        /// The model's answer.
        case done(Prediction)
        /// Why there is none.
        case failed(RowFailure)
    }

    /// The picture's place in the job.
    public var ordinal: Int32
    /// Answer or failure.
    public var result: Result
    /// How long each stage took.
    public var timings: StageTimings

    /// Makes an outcome.
    public init(ordinal: Int32, result: Result, timings: StageTimings = StageTimings()) {
        self.ordinal = ordinal
        self.result = result
        self.timings = timings
    }
}

/// A picture that met passing trouble and is to be tried again.
public struct DeferredItem: Sendable, Equatable {
    /// The picture's place in the job.
    public var ordinal: Int32
    /// What it met.
    public var failure: RowFailure

    /// Makes a deferral.
    public init(ordinal: Int32, failure: RowFailure) {
        self.ordinal = ordinal
        self.failure = failure
    }
}

/// What made a result: stored once, referred to by every row.
public struct Provenance: Sendable, Hashable {
    /// SHA-256 of the weights' file.
    public var weightsSHA256: String
    /// The hub's commit, where there is one.
    public var weightsRevision: String?
    /// Version and commit of the program.
    public var build: String
    /// The instruction set: `avx512`.
    public var instructionSet: String
    /// The arithmetic: `float32`.
    public var precision: String
    /// The transform in words: size, crop, filter, mean, std.
    public var preprocessing: String

    /// Makes a provenance.
    public init(
        weightsSHA256: String,
        weightsRevision: String?,
        build: String,
        instructionSet: String,
        precision: String,
        preprocessing: String
    ) {
        self.weightsSHA256 = weightsSHA256
        self.weightsRevision = weightsRevision
        self.build = build
        self.instructionSet = instructionSet
        self.precision = precision
        self.preprocessing = preprocessing
    }
}

/// What became of a completion.
public enum Completion: Sendable, Equatable {
    /// Stored. `isJobFinished` is true for the completion that ended the job.
    case stored(isJobFinished: Bool)
    /// The lease had been lost: nothing was changed, somebody else does or did the work.
    case leaseLost
}
