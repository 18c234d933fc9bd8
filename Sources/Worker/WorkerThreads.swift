package import Engine

/// The threads of a worker process: none of its long work runs on Swift's cooperative pool.
package final class WorkerThreads: Sendable {
    /// One thread: it drives the engine's pool, and only there compiled models are touched.
    let inference: ThreadExecutor
    /// Decoding and preprocessing, and whatever waits for a disk.
    let pictures: ThreadExecutor
    /// The threads that compute layers, with the inference thread.
    let layers: ThreadPool
    /// Tasks that decode at once.
    let decoderCount: Int

    /// Starts the threads: `computeCount` for layers (the inference thread is one of them), `decoderCount` for
    /// pictures; with `processors` those for layers are pinned to one each.
    ///
    /// - Throws: ``WorkerError`` or `EngineError` where the system refuses a thread.
    package init(computeCount: Int, decoderCount: Int, pinnedTo processors: ProcessorSet? = nil) throws {
        layers = try ThreadPool(count: computeCount, name: "apus-layer", pinnedTo: processors)
        inference = try ThreadExecutor(name: "apus-infer", threadCount: 1)
        do {
            pictures = try ThreadExecutor(name: "apus-picture", threadCount: decoderCount)
        } catch {
            inference.shutDown()
            throw error
        }
        self.decoderCount = decoderCount
    }

    /// Ends the threads once their last jobs are done.
    package func shutDown() {
        inference.shutDown()
        pictures.shutDown()
    }
}
