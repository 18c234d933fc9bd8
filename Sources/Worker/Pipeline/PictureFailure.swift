package import JobQueue

/// A picture that a stage could not hand on.
package struct PictureFailure: Error, Sendable {
    /// The picture.
    package let picture: ClaimedPicture
    /// Why.
    package let failure: RowFailure
    /// How long each stage took, the failed one included.
    package let timings: StageTimings

    /// Makes a failure.
    package init(picture: ClaimedPicture, failure: RowFailure, timings: StageTimings) {
        self.picture = picture
        self.failure = failure
        self.timings = timings
    }

    /// What the chunk's report says of the picture.
    ///
    /// A failure of the job or the worker is no word on the picture: it goes back.
    package var fate: ChunkProgress.Fate {
        switch failure.disposition {
        case .retryRow: .deferred(DeferredItem(ordinal: picture.item.ordinal, failure: failure))
        case .failRow:
            .outcome(Outcome(ordinal: picture.item.ordinal, result: .failed(failure), timings: timings))
        case .failJob, .stopWorker: .released
        }
    }
}
