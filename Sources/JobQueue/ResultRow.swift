public import FoundationEssentials

/// The state of an outcome.
public enum OutcomeStatus: String, Sendable, Hashable, CaseIterable {
    /// The model answered.
    case done
    /// There is no answer.
    case failed
    /// The picture killed its process again and again and was set aside.
    case quarantined
}

/// One picture's outcome as it is read back.
public struct ResultRow: Sendable, Equatable {
    /// The picture's place in the job.
    public var ordinal: Int32
    /// What was looked at.
    public var input: InputItem
    /// Whether there is an answer.
    public var status: OutcomeStatus
    /// The answer; empty where there is none.
    public var prediction: Prediction
    /// Why there is no answer.
    public var failure: RowFailure?
    /// How long each stage took.
    public var timings: StageTimings
    /// The worker that wrote it.
    public var worker: WorkerID?
    /// When it was written, by the server's clock.
    public var finishedAt: Date
    /// What made it; nil for a picture that was set aside.
    public var provenance: Provenance?
}
