import Engine
import Graph
package import JobQueue
package import KernelInterface
import ModelZoo
package import Weights

/// Makes the compiled model of a resolved job: locate, load, adapt, compile.
///
/// Files are read on a picture thread; the compiler runs on the inference thread, since it uses the engine's pool.
///
/// - Throws: a `RowFailure` of stage `resolve`, also where the weights are no longer those that the job was
///   resolved to.
package func loadModel(
    for job: ClaimedJob,
    batchSize: Int,
    instructionSet: InstructionSet?,
    locator: WeightsLocator,
    threads: WorkerThreads
) async throws(RowFailure) -> LoadedModel {
    let resolution = job.resolution
    let plan = try ModelPlan(
        model: resolution.model,
        inputChannels: job.inputChannels,
        options: job.options
    )
    let pictures = threads.pictures
    do {
        let prepared = try await withTaskExecutorPreference(pictures) {
            let located = try await locator.locate(plan.tag, override: plan.checkpoint)
            guard located.sha256 == resolution.weightsSHA256 else {
                throw RowFailure(
                    stage: .resolve,
                    code: "weightsChanged",
                    message: "\(located.source) now holds weights with SHA-256 \(located.sha256); the job was "
                        + "resolved to \(resolution.weightsSHA256). Submit the job again to use the new ones.",
                    disposition: .failJob
                )
            }
            let loaded = try WeightsLoader.load(
                path: located.path,
                architecture: plan.architecture,
                tag: plan.tag,
                options: plan.build
            )
            var build = plan.build
            build.classCount = loaded.classCount
            let graph = try plan.architecture.graph(build)
            return (graph: graph, weights: loaded)
        }
        let layers = threads.layers
        let inference = threads.inference
        let size = job.options.batchSize ?? batchSize
        return try await withTaskExecutorPreference(inference) {
            let compiled = try CompiledModel(
                graph: prepared.graph,
                parameters: prepared.weights.parameters,
                options: CompileOptions(
                    maximumBatch: size,
                    outputs: [.logits, .embedding],
                    instructionSet: instructionSet
                ),
                threads: layers
            )
            return LoadedModel(
                key: resolution.modelKey,
                name: plan.tag.fullName,
                weightsSHA256: resolution.weightsSHA256,
                weightsRevision: resolution.weightsRevision,
                classCount: prepared.weights.classCount,
                compiled: compiled,
                batchSize: size
            )
        }
    } catch {
        throw RowFailure(error, at: .resolve)
    }
}
