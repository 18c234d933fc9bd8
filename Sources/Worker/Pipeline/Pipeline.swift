import AsyncAlgorithms
import Images
import JobQueue
import Logging
import Transfer

/// The way of pictures through this process: bounded channels between the stages, so that fetching and decoding
/// overlap inference and nothing piles up before a slow stage.
///
///     claimed -fetch-> encoded -decode, preprocess-> batches -run-> finished chunks -complete-> rows
///
/// A channel holds nothing: a sender waits for a receiver. So what is under way is bounded by the number of tasks
/// at each stage and of batches of a model.
final class Pipeline: Sendable {
    let claimed = AsyncChannel<ClaimedPicture>()
    let finishedChunks = AsyncChannel<ChunkProgress>()
    let held = HeldChunks()
    let drain: DrainSignal
    private let tally: Tally

    private let encoded = AsyncChannel<EncodedImage>()
    private let batches = AsyncChannel<Batch>()
    private let options: WorkerOptions
    private let transfer: Transfer
    private let threads: WorkerThreads
    private let loaded: LoadedModels
    private let stop: @Sendable (RowFailure) -> Void

    init(
        options: WorkerOptions,
        transfer: Transfer,
        threads: WorkerThreads,
        loaded: LoadedModels,
        drain: DrainSignal,
        tally: Tally,
        stop: @escaping @Sendable (RowFailure) -> Void
    ) {
        self.options = options
        self.transfer = transfer
        self.threads = threads
        self.loaded = loaded
        self.drain = drain
        self.tally = tally
        self.stop = stop
    }

    /// Moves pictures until `claimed` is finished and the last of them is settled; then finishes `finishedChunks`.
    func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask {
                await withDiscardingTaskGroup { stage in
                    for _ in 0..<self.options.fetchCount { stage.addTask { await self.fetchPictures() } }
                }
                self.encoded.finish()
            }
            group.addTask {
                await self.decodeAndBatch()
                self.batches.finish()
            }
            group.addTask(executorPreference: self.threads.inference) {
                await self.runBatches()
                self.finishedChunks.finish()
            }
        }
    }

    private func fetchPictures() async {
        for await picture in claimed {
            guard !drain.isGiven, !picture.progress.isOver else {
                await giveUp(picture)
                continue
            }
            do throws(PictureFailure) {
                await encoded.send(try await fetchPicture(picture, with: transfer))
            } catch {
                await fail(error)
            }
        }
    }

    private func decodeAndBatch() async {
        let allDecoded = DrainSignal()
        await withDiscardingTaskGroup { group in
            group.addTask {
                await withDiscardingTaskGroup { stage in
                    for _ in 0..<self.threads.decoderCount {
                        stage.addTask(executorPreference: self.threads.pictures) {
                            await self.decodePictures()
                        }
                    }
                }
                allDecoded.give()
            }
            group.addTask { await self.sealLateBatches(until: allDecoded) }
        }
    }

    private func decodePictures() async {
        for await image in encoded {
            guard !image.picture.progress.isOver else {
                await giveUp(image.picture)
                continue
            }
            do throws(PictureFailure) {
                await batch(try decodeImage(image, limits: options.decodeLimits))
            } catch {
                await fail(error)
            }
        }
    }

    /// Gives decoded pixels a slot in a batch of their model and prepares them in it.
    private func batch(_ buffer: PixelBuffer) async {
        let model = buffer.picture.progress.treatment.model
        let slot = await model.batches.reserve()
        do throws(PictureFailure) {
            await send(model.batches.commit(slot, try preprocessPixels(buffer, into: slot)), to: model)
        } catch {
            await send(model.batches.abandon(slot), to: model)
            await settle(error.picture.progress, fate(of: error))
        }
    }

    /// Sends batches on their way that have waited too long for pictures that are late.
    private func sealLateBatches(until allDecoded: DrainSignal) async {
        while await !allDecoded.wait(atMost: options.batchPatience / 2) {
            let limit = ContinuousClock.now - options.batchPatience
            for model in loaded.models {
                await send(model.batches.sealIfOpened(before: limit), to: model)
            }
        }
    }

    private func runBatches() async {
        for await batch in batches {
            let finished = runBatch(batch)
            batch.model.batches.recycle(batch.slots)
            for picture in finished { await settle(picture.progress, await fate(of: picture)) }
        }
    }

    /// The fate of a picture that the model has seen, once its feature map is in its file.
    private func fate(of picture: FinishedPicture) async -> ChunkProgress.Fate {
        guard picture.features != nil else { return picture.fate }
        let written = await withTaskExecutorPreference(threads.pictures) { writeFeatures(picture) }
        switch written.failure?.disposition {
        case nil, .retryRow, .failRow: break
        case .failJob: written.failure.map(picture.progress.failJob)
        case .stopWorker: written.failure.map(stop)
        }
        return written.fate
    }

    private func send(_ slots: OpenBatch<PreparedPicture>?, to model: LoadedModel) async {
        guard let slots else { return }
        await batches.send(Batch(model: model, slots: slots))
    }

    /// A picture that has no slot goes back to the queue.
    private func giveUp(_ picture: ClaimedPicture) async {
        let model = picture.progress.treatment.model
        await send(model.batches.forget(1), to: model)
        await settle(picture.progress, .released)
    }

    /// A picture that has no slot failed.
    private func fail(_ error: PictureFailure) async {
        let model = error.picture.progress.treatment.model
        await send(model.batches.forget(1), to: model)
        await settle(error.picture.progress, fate(of: error))
    }

    /// What the failure means for the picture; the job and the worker hear of it where it concerns them.
    private func fate(of error: PictureFailure) -> ChunkProgress.Fate {
        switch error.failure.disposition {
        case .retryRow, .failRow: break
        case .failJob: error.picture.progress.failJob(error.failure)
        case .stopWorker: stop(error.failure)
        }
        return error.fate
    }

    private func settle(_ progress: ChunkProgress, _ fate: ChunkProgress.Fate) async {
        if case .outcome(let outcome) = fate, !progress.isDropped { tally.count(outcome) }
        if progress.settle(fate) { await finishedChunks.send(progress) }
    }
}
