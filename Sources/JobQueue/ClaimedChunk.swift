/// What a worker needs to know about the job of a chunk.
public struct ClaimedJob: Sendable {
    /// The job.
    public var id: JobID
    /// The model as it was asked for.
    public var requestedModel: String
    /// `in_chans`.
    public var inputChannels: Int
    /// How pictures are read and what is kept.
    public var options: JobOptions
    /// The exact weights.
    public var resolution: ModelResolution
}

/// A lease on a part of a job: the worker that holds it either completes it or gives it back.
///
/// The fence is (worker, attempt): when the lease is lost, completing it changes nothing.
public struct ClaimedChunk: Sendable {
    /// The chunk.
    public var id: ChunkID
    /// How often the chunk has been claimed.
    public var attempt: Int
    /// The worker that holds the lease.
    public var worker: WorkerID
    /// The job.
    public var job: ClaimedJob
    /// The first ordinal of the range.
    public var firstOrdinal: Int32
    /// Ordinals in the range; those that have an outcome already are not pending.
    public var itemCount: Int32
    /// How often a process died while it worked on this chunk.
    ///
    /// Above 0 the queue hands it out alone: the worker gets no other chunk until this one is back.
    public var crashes: Int
    /// Whether passing trouble now ends a picture as failed.
    public var isLastTry: Bool
}
