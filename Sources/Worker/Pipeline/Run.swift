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
    /// The last feature map, which is still to be written; nil where it is not kept.
    let features: FeatureMap?

    /// Makes a finished picture.
    init(progress: ChunkProgress, fate: ChunkProgress.Fate, features: FeatureMap? = nil) {
        self.progress = progress
        self.fate = fate
        self.features = features
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
        wantsEmbedding: selections.contains { $0.keepsEmbedding },
        wantsFeatures: selections.contains { $0.keepsFeatures }
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
                embedding: selection.keepsEmbedding ? vectors.embedding : [],
                features: selection.keepsFeatures ? vectors.features?.values ?? [] : []
            )
            timings.write = watch.elapsed
            let ordinal = prepared.picture.item.ordinal
            return FinishedPicture(
                progress: prepared.picture.progress,
                fate: .outcome(Outcome(ordinal: ordinal, result: .done(prediction), timings: timings)),
                features: selection.keepsFeatures ? vectors.features : nil
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

/// Writes a finished picture's feature map, where it is kept, and names the file in its answer; it waits for a disk.
///
/// A file that cannot be written leaves the picture without an answer here: it is tried again, by another worker perhaps.
func writeFeatures(_ finished: FinishedPicture) -> PictureFate {
    guard let map = finished.features, let folder = finished.progress.treatment.features,
        case .outcome(var outcome) = finished.fate, case .done(var prediction) = outcome.result
    else { return PictureFate(fate: finished.fate, failure: nil) }
    let watch = Stopwatch()
    do throws(RowFailure) {
        prediction.output = try folder.write(map, ordinal: outcome.ordinal)
        outcome.result = .done(prediction)
        outcome.timings.write = (outcome.timings.write ?? .zero) + watch.elapsed
        return PictureFate(fate: .outcome(outcome), failure: nil)
    } catch {
        let fate: ChunkProgress.Fate =
            switch error.disposition {
            case .retryRow: .deferred(DeferredItem(ordinal: outcome.ordinal, failure: error))
            case .failRow: .outcome(Outcome(ordinal: outcome.ordinal, result: .failed(error)))
            case .failJob, .stopWorker: .released
            }
        return PictureFate(fate: fate, failure: error)
    }
}

/// What became of a picture, and what its job or its worker must hear of it.
struct PictureFate: Sendable {
    let fate: ChunkProgress.Fate
    let failure: RowFailure?
}
