public import FoundationEssentials

/// Where a job stands.
public enum JobState: String, Sendable, Hashable, CaseIterable {
    /// A worker has to turn the model name into exact weights.
    case resolving
    /// Chunks may be claimed.
    case ready
    /// A chunk was claimed.
    case running
    /// No chunk may be claimed until it is resumed.
    case paused
    /// Every picture has an outcome.
    case done
    /// Somebody ended it.
    case cancelled
    /// No picture of it can have an answer.
    case failed

    /// Whether nothing more will be done, unless failures are retried.
    public var isFinal: Bool { self == .done || self == .cancelled || self == .failed }
}

/// A job and how far it has come.
public struct JobStatus: Sendable, Equatable {
    /// The job.
    public var id: JobID
    /// The model as it was asked for.
    public var model: String
    /// The exact model, once resolved: `resnet34.a1_in1k`.
    public var resolvedModel: String?
    /// `in_chans`.
    public var inputChannels: Int
    /// Where it stands.
    public var state: JobState
    /// Routing label.
    public var label: String
    /// A higher number goes first.
    public var priority: Int16
    /// Pictures in the job.
    public var pictureCount: Int64
    /// Pictures with an answer.
    public var doneCount: Int64
    /// Pictures that cannot have one.
    public var failedCount: Int64
    /// Pictures that killed their process again and again.
    public var quarantinedCount: Int64
    /// Pictures with an outcome in a second since the job was started.
    public var picturesPerSecond: Double?
    /// When it was submitted, by the server's clock.
    public var submittedAt: Date
    /// When its first chunk was claimed.
    public var startedAt: Date?
    /// When it ended.
    public var finishedAt: Date?
    /// Why it failed as a whole.
    public var failure: RowFailure?

    /// Pictures without an outcome.
    public var pendingCount: Int64 { pictureCount - doneCount - failedCount - quarantinedCount }
}
