import Engine
import Graph
package import JobQueue
package import KernelInterface
package import Weights

/// Makes the compiled model that a resolved job plans with: locate, load, adapt, compile.
///
/// Files are read on a picture thread; the compiler runs on the inference thread, since it uses the engine's pool.
///
/// - Throws: a `RowFailure` of stage `resolve`, also where the weights are no longer those that the job was
///   resolved to.
package func loadModel(
    for job: ClaimedJob,
    plan: ModelPlan,
    batchSize: Int,
    instructionSet: InstructionSet?,
    locator: WeightsLocator,
    threads: WorkerThreads
) async throws(RowFailure) -> LoadedModel {
    let resolution = job.resolution
    let prepared = try await withTaskExecutorPreference(threads.pictures) {
        () async throws(RowFailure) -> PreparedModel in
        try await prepareModel(plan, expectedSHA256: resolution.weightsSHA256, locator: locator)
    }
    let layers = threads.layers
    let size = job.options.batchSize ?? batchSize
    return try await withTaskExecutorPreference(threads.inference) {
        () async throws(RowFailure) -> LoadedModel in
        do throws(EngineError) {
            let compiled = try CompiledModel(
                graph: prepared.graph,
                parameters: prepared.parameters,
                options: CompileOptions(
                    maximumBatch: size,
                    outputs: plan.givesFeatures ? [.logits, .embedding, .features] : [.logits, .embedding],
                    instructionSet: instructionSet,
                    precision: plan.precision
                ),
                threads: layers
            )
            return LoadedModel(
                key: resolution.modelKey,
                name: resolution.model,
                weightsSHA256: resolution.weightsSHA256,
                weightsRevision: resolution.weightsRevision,
                classCount: prepared.classCount,
                compiled: compiled,
                batchSize: size
            )
        } catch {
            throw RowFailure(error, at: .resolve)
        }
    }
}
