import Images
package import JobQueue

/// A picture whose input stands in a slot of a batch.
package struct PreparedPicture: Sendable {
    /// The picture.
    package let picture: ClaimedPicture
    /// How long each stage took so far.
    package var timings: StageTimings
    /// When its input was ready, to tell how long it waited for the batch.
    package let readySince: ContinuousClock.Instant

    /// Makes a prepared picture.
    package init(picture: ClaimedPicture, timings: StageTimings, readySince: ContinuousClock.Instant) {
        self.picture = picture
        self.timings = timings
        self.readySince = readySince
    }
}

/// A slot of a batch: `[C, H, W]` float32.
package typealias BatchSlot = BatchAssembler<PreparedPicture>.Slot

/// Resizes, crops and normalises a picture into `slot`; it computes for long and runs on a decoder's thread.
///
/// - Throws: ``PictureFailure`` where the picture does not fit the model, such as another number of channels.
package func preprocessPixels(_ buffer: PixelBuffer, into slot: BatchSlot) throws(PictureFailure)
    -> PreparedPicture
{
    let watch = Stopwatch()
    var timings = buffer.timings
    do throws(ImageError) {
        let preprocessor = buffer.picture.progress.treatment.preprocessor
        try unsafe slot.fill { values throws(ImageError) in
            try unsafe preprocessor.prepare(buffer.pixels, into: values)
        }
    } catch {
        timings.preprocess = watch.elapsed
        throw PictureFailure(
            picture: buffer.picture,
            failure: RowFailure(error, at: .preprocess),
            timings: timings
        )
    }
    timings.preprocess = watch.elapsed
    return PreparedPicture(picture: buffer.picture, timings: timings, readySince: ContinuousClock.now)
}
