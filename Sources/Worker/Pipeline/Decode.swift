package import Images
package import JobQueue
import Tensors

/// A picture's pixels.
package struct PixelBuffer: Sendable {
    /// The picture.
    package let picture: ClaimedPicture
    /// The samples and what they mean.
    package let pixels: DecodedPicture
    /// How long each stage took so far.
    package let timings: StageTimings

    /// Makes a pixel buffer.
    package init(picture: ClaimedPicture, pixels: DecodedPicture, timings: StageTimings) {
        self.picture = picture
        self.pixels = pixels
        self.timings = timings
    }
}

/// Decodes a picture's bytes, format by content, under `limits`; it computes for long and runs on a decoder's thread.
///
/// - Throws: ``PictureFailure`` with what is wrong with the bytes, or for a window or frame of a picture, which
///   no format that is decoded here has.
package func decodeImage(_ image: EncodedImage, limits: DecodeLimits) throws(PictureFailure) -> PixelBuffer {
    let watch = Stopwatch()
    var timings = image.timings
    do {
        let input = image.picture.item.input
        guard input.window == nil, (input.frame ?? 0) == 0 else {
            throw WorkerError(
                code: .unsupported,
                message: "\(input.uri): a window or frame of a picture is asked for; this build reads whole "
                    + "pictures. Submit the picture without it."
            )
        }
        let preprocessor = image.picture.progress.treatment.preprocessor
        let pixels = try PictureDecoder.decode(
            image.bytes,
            limits: limits,
            arrays: ArrayInterpretation(uri: input.uri, channels: preprocessor.spec.channels),
            for: preprocessor
        )
        timings.decode = watch.elapsed
        return PixelBuffer(picture: image.picture, pixels: pixels, timings: timings)
    } catch {
        timings.decode = watch.elapsed
        throw PictureFailure(
            picture: image.picture,
            failure: RowFailure(error, at: .decode),
            timings: timings
        )
    }
}
