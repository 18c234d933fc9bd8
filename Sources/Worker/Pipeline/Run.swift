import JobQueue

/// A full batch of one model, ready to run.
package struct Batch: Sendable {
    /// The model.
    package let model: LoadedModel
    /// The pictures' inputs.
    package let slots: OpenBatch<PreparedPicture>

    /// Makes a batch.
    package init(model: LoadedModel, slots: OpenBatch<PreparedPicture>) {
        self.model = model
        self.slots = slots
    }
}

/// A picture with its final word.
package struct FinishedPicture: Sendable {
    /// The chunk that it belongs to.
    package let progress: ChunkProgress
    /// Answer or failure.
    package let fate: ChunkProgress.Fate

    /// Makes a finished picture.
    package init(progress: ChunkProgress, fate: ChunkProgress.Fate) {
        self.progress = progress
        self.fate = fate
    }
}

/// Runs a batch and makes each picture's answer of what its job asks for; it runs on the inference thread.
///
/// An answer that is not finite is that picture's failure; the others keep theirs. The time of the run is shared
/// evenly among the pictures.
func runBatch(_ batch: Batch) -> [FinishedPicture] {
    let pictures = batch.slots.compact()
    guard !pictures.isEmpty else { return [] }
    let selections = pictures.map { $0.picture.progress.treatment.selection }
    let started = ContinuousClock.now
    let vectors = batch.model.run(
        batch.slots,
        count: pictures.count,
        wantsLogits: selections.contains { $0.keepsLogits || $0.topK != nil },
        wantsEmbedding: selections.contains { $0.keepsEmbedding }
    )
    let share = (ContinuousClock.now - started) / pictures.count
    return zip(pictures, zip(selections, vectors)).map { prepared, answer in
        var timings = prepared.timings
        timings.queueWait = started - prepared.readySince
        timings.infer = share
        let watch = Stopwatch()
        let (selection, vectors) = answer
        let needsLogits = selection.keepsLogits || selection.topK != nil
        do throws(WorkerError) {
            let prediction = try selection.prediction(
                logits: needsLogits ? vectors.logits : [],
                embedding: selection.keepsEmbedding ? vectors.embedding : []
            )
            timings.write = watch.elapsed
            let ordinal = prepared.picture.item.ordinal
            return FinishedPicture(
                progress: prepared.picture.progress,
                fate: .outcome(Outcome(ordinal: ordinal, result: .done(prediction), timings: timings))
            )
        } catch {
            let failure = PictureFailure(
                picture: prepared.picture,
                failure: RowFailure(error, at: .infer),
                timings: timings
            )
            return FinishedPicture(progress: prepared.picture.progress, fate: failure.fate)
        }
    }
}
