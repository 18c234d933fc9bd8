package import JobQueue
package import Transfer

/// A picture of a claimed chunk, before anything is done to it.
package struct ClaimedPicture: Sendable {
    /// The chunk that it belongs to.
    package let progress: ChunkProgress
    /// What to look at, and its place in the job.
    package let item: JobItem

    /// Makes a picture.
    package init(progress: ChunkProgress, item: JobItem) {
        self.progress = progress
        self.item = item
    }
}

/// A picture's bytes as they are stored.
package struct EncodedImage: Sendable {
    /// The picture.
    package let picture: ClaimedPicture
    /// The whole file.
    package let bytes: [UInt8]
    /// How long each stage took so far.
    package let timings: StageTimings

    /// Makes an encoded image.
    package init(picture: ClaimedPicture, bytes: [UInt8], timings: StageTimings) {
        self.picture = picture
        self.bytes = bytes
        self.timings = timings
    }
}

/// Reads a picture's bytes: the first arrow behind the claim.
///
/// - Throws: ``PictureFailure`` with what the transfer met.
package func fetchPicture(_ picture: ClaimedPicture, with transfer: Transfer) async throws(PictureFailure)
    -> EncodedImage
{
    let watch = Stopwatch()
    do {
        let bytes = try await transfer.bytes(of: picture.item.input.uri)
        return EncodedImage(picture: picture, bytes: bytes, timings: StageTimings(fetch: watch.elapsed))
    } catch {
        throw PictureFailure(
            picture: picture,
            failure: RowFailure(error, at: .fetch),
            timings: StageTimings(fetch: watch.elapsed)
        )
    }
}
