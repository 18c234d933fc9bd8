import Graph
package import JobQueue
import ModelZoo
package import Weights

/// Turns a model name into exact weights: which file, its SHA-256, the classes that it tells apart.
///
/// The checkpoint is fetched, parsed, adapted to the channels and every tensor accounted for, so that a job that
/// cannot succeed is refused before a picture is read.
///
/// - Throws: a `RowFailure` of stage `resolve`.
package func resolveModel(
    _ model: String,
    inputChannels: Int,
    options: JobOptions,
    batchSize: Int,
    with locator: WeightsLocator
) async throws(RowFailure) -> ModelResolution {
    let plan = try ModelPlan(model: model, inputChannels: inputChannels, options: options)
    let prepared = try await prepareModel(plan, expectedSHA256: nil, locator: locator)
    _ = try OutputSelection(options, classCount: prepared.classCount)
    let located = prepared.located
    return ModelResolution(
        model: plan.tag.fullName,
        modelKey: plan.key(
            weightsSHA256: located.sha256,
            classCount: prepared.classCount,
            precision: options.precision
        ),
        weightsSHA256: located.sha256,
        weightsRevision: located.revision,
        weightsSource: located.source,
        memoryByteCount: memoryEstimate(prepared.graph, batchSize: options.batchSize ?? batchSize)
    )
}

/// Pictures that the engine takes through wide layers at a time, at most.
private let picturesPerPass = 4

/// About how many bytes the compiled model takes: the weights, three batches of inputs, and for some pictures three
/// feature maps of the largest kind.
private func memoryEstimate(_ graph: Graph, batchSize: Int) -> Int64 {
    let weights = graph.parameters.reduce(0) { $0 + $1.dimensions.reduce(1, *) }
    let largest = graph.nodes.filter { $0.type.isBatched }.map(\.type.countPerPicture).max() ?? 0
    let input = graph[graph.input].type.countPerPicture
    let activations = min(batchSize, picturesPerPass) * 3 * largest
    return Int64((weights + batchSize * 3 * input + activations) * MemoryLayout<Float>.stride)
}
