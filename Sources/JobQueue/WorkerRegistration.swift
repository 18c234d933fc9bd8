/// What a worker process says of itself when it starts.
public struct WorkerRegistration: Sendable, Equatable {
    /// The machine's name.
    public var host: String
    /// The process's number on its machine.
    public var processID: Int32
    /// Version and commit of the program.
    public var build: String
    /// The instruction set: `avx512`.
    public var instructionSet: String
    /// Threads that compute.
    public var threadCount: Int
    /// Labels of jobs that it serves, besides jobs without a label.
    public var labels: [String]
    /// Memory that models may take in bytes.
    public var memoryByteCount: Int64
    /// How long the queue waits for a heartbeat before it takes the worker for dead; beat three times as often.
    public var lease: Duration

    /// Makes a registration.
    public init(
        host: String,
        processID: Int32,
        build: String,
        instructionSet: String,
        threadCount: Int,
        labels: [String] = [],
        memoryByteCount: Int64,
        lease: Duration = .seconds(30)
    ) {
        self.host = host
        self.processID = processID
        self.build = build
        self.instructionSet = instructionSet
        self.threadCount = threadCount
        self.labels = labels
        self.memoryByteCount = memoryByteCount
        self.lease = lease
    }
}

/// What the queue answers to a heartbeat.
public struct HeartbeatReply: Sendable, Equatable {
    /// Whether the worker was taken for dead: all its leases are lost; it registers anew.
    public var isRetired: Bool
    /// Chunks that the worker holds, as the queue sees it: any other it has lost.
    public var heldChunks: Set<ChunkID>
    /// Jobs of held chunks that were cancelled or failed: give those chunks back.
    public var endedJobs: Set<JobID>
    /// Whether a chunk that must run alone waits for a worker without other chunks: finish what is held, then
    /// claim.
    public var shouldDrain: Bool
    /// Dead workers whose chunks this call returned to the queue.
    public var reapedWorkers: Int

    /// Makes a reply.
    public init(
        isRetired: Bool,
        heldChunks: Set<ChunkID>,
        endedJobs: Set<JobID>,
        shouldDrain: Bool,
        reapedWorkers: Int
    ) {
        self.isRetired = isRetired
        self.heldChunks = heldChunks
        self.endedJobs = endedJobs
        self.shouldDrain = shouldDrain
        self.reapedWorkers = reapedWorkers
    }
}
