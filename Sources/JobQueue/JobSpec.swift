/// What a person asks for: a model, a channel count and how to treat the pictures, which come apart.
public struct JobSpec: Sendable {
    /// The model as timm writes it: `resnet34`, `resnet34.a1_in1k`, `hf-hub:owner/name`, `local-dir:/models/mine`.
    public var model: String
    /// `in_chans`: channels of the input, 1 or more.
    public var inputChannels: Int
    /// How pictures are read and what is kept.
    public var options: JobOptions
    /// A higher number goes first, whatever the model.
    public var priority: Int16
    /// Workers that carry this label serve the job; empty: every worker.
    public var label: String
    /// A second submission under the same key returns the first job.
    public var idempotencyKey: String?
    /// Pictures a chunk, 1 to 4096; nil: 16 to 256 by the number of pictures.
    public var chunkSize: Int?
    /// How often a chunk is tried while it meets passing trouble, 1 or more.
    public var maximumTries: Int
    /// The exact weights, where the client knows them; nil leaves it to a worker.
    public var resolution: ModelResolution?

    /// Makes a specification.
    public init(
        model: String,
        inputChannels: Int = 3,
        options: JobOptions = JobOptions(),
        priority: Int16 = 0,
        label: String = "",
        idempotencyKey: String? = nil,
        chunkSize: Int? = nil,
        maximumTries: Int = 5,
        resolution: ModelResolution? = nil
    ) {
        self.model = model
        self.inputChannels = inputChannels
        self.options = options
        self.priority = priority
        self.label = label
        self.idempotencyKey = idempotencyKey
        self.chunkSize = chunkSize
        self.maximumTries = maximumTries
        self.resolution = resolution
    }
}

/// A model name turned into exact weights.
public struct ModelResolution: Sendable, Equatable {
    /// A name that every worker finds the same model by: `resnet34.a1_in1k`, `hf-hub:owner/name@COMMIT`,
    /// `local-dir:/models/mine`.
    public var model: String
    /// What decides the compiled model.
    public var modelKey: ModelKey
    /// SHA-256 of the weights' file, 64 hexadecimal digits.
    public var weightsSHA256: String
    /// The hub's commit, where there is one.
    public var weightsRevision: String?
    /// Where the weights come from, without secrets.
    public var weightsSource: String
    /// Memory that a worker needs for the model in bytes: weights, activations of a batch.
    public var memoryByteCount: Int64
    /// SHA-256 of the `config.json` that describes a model which timm's registry does not know.
    public var configurationSHA256: String?

    /// Makes a resolution.
    public init(
        model: String,
        modelKey: ModelKey,
        weightsSHA256: String,
        weightsRevision: String? = nil,
        weightsSource: String,
        configurationSHA256: String? = nil,
        memoryByteCount: Int64 = 0
    ) {
        self.model = model
        self.modelKey = modelKey
        self.weightsSHA256 = weightsSHA256
        self.weightsRevision = weightsRevision
        self.weightsSource = weightsSource
        self.memoryByteCount = memoryByteCount
        self.configurationSHA256 = configurationSHA256
    }
}

/// What a submission came to.
public struct SubmittedJob: Sendable, Equatable {
    /// The job.
    public var id: JobID
    /// False where the idempotency key had been used before: nothing was added.
    public var isNew: Bool
    /// Pictures in the job.
    public var itemCount: Int64

    /// Makes a reply.
    public init(id: JobID, isNew: Bool, itemCount: Int64) {
        self.id = id
        self.isNew = isNew
        self.itemCount = itemCount
    }
}

/// A job whose model name a worker has to turn into exact weights; the worker holds a lease on it.
public struct UnresolvedJob: Sendable {
    /// The job.
    public var id: JobID
    /// The model as it was asked for.
    public var model: String
    /// `in_chans`.
    public var inputChannels: Int
    /// How pictures are read and what is kept.
    public var options: JobOptions
    /// Which try this is, from 1: with the worker's number the fence of its lease.
    public var attempt: Int
    /// The worker that holds the lease.
    public var worker: WorkerID
    /// Whether passing trouble now ends the job.
    public var isLastTry: Bool
}
