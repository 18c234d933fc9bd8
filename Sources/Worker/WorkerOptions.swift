public import Engine
public import Images
public import JobQueue
public import KernelInterface

/// How a worker process works: its operator's choices.
public struct WorkerOptions: Sendable {
    /// Which jobs it takes.
    public enum ServedJobs: Sendable, Equatable {
        /// Every job whose label it carries; without end.
        case all
        /// Every job whose label it carries, until none is left.
        case allUntilIdle
        /// One job, until it has ended; its weights were resolved at submission.
        case only(JobID)
    }

    /// Which jobs it takes.
    public var served = ServedJobs.all
    /// Labels of jobs that it serves, besides jobs without a label.
    public var labels: [String] = []
    /// Threads that compute layers.
    public var threadCount: Int
    /// The processors that those are pinned to, one each; nil leaves them free.
    public var pinnedProcessors: ProcessorSet?
    /// Threads that decode and preprocess.
    public var decoderCount: Int
    /// Pictures that are fetched at once.
    public var fetchCount = 16
    /// Pictures in a batch, where the job does not say.
    public var batchSize = 16
    /// The kernels to use; nil takes the best that the processor runs.
    public var instructionSet: InstructionSet?
    /// Memory that compiled models may take together, in bytes.
    public var memoryByteCount: Int
    /// Folders below which feature maps may be written; nil allows all.
    public var writableFolders: [String]?
    /// What a picture's header may declare.
    public var decodeLimits = DecodeLimits()
    /// How long the queue waits for a heartbeat before it takes the worker for dead.
    public var lease = Duration.seconds(30)
    /// How long a batch waits for pictures that are late.
    public var batchPatience = Duration.milliseconds(500)
    /// How long an idle worker waits before it looks again, give or take a half.
    public var pollInterval = Duration.seconds(2)
    /// The machine's name.
    public var host: String
    /// The process's number.
    public var processID: Int32
    /// Version and commit of the program.
    public var build: String

    /// Makes the options of a process on `host`.
    public init(
        threadCount: Int,
        decoderCount: Int,
        memoryByteCount: Int,
        host: String,
        processID: Int32,
        build: String
    ) {
        self.threadCount = threadCount
        self.decoderCount = decoderCount
        self.memoryByteCount = memoryByteCount
        self.host = host
        self.processID = processID
        self.build = build
    }
}
