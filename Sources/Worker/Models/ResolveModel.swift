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
    _ model: NamedModel,
    inputChannels: Int,
    options: JobOptions,
    batchSize: Int,
    with locator: WeightsLocator
) async throws(RowFailure) -> ModelResolution {
    let plan = try ModelPlan(model: model, inputChannels: inputChannels, options: options)
    let prepared = try await prepareModel(plan, expectedSHA256: nil, locator: locator)
    _ = try OutputSelection(options, model: model, classCount: prepared.classCount)
    let located = prepared.located
    return ModelResolution(
        model: model.name,
        modelKey: plan.key(weightsSHA256: located.sha256, classCount: prepared.classCount),
        weightsSHA256: located.sha256,
        weightsRevision: located.revision,
        weightsSource: located.source,
        configurationSHA256: model.exported?.sha256,
        memoryByteCount: memoryEstimate(prepared.graph, batchSize: options.batchSize ?? batchSize)
    )
}

/// The model of a job that was resolved, by the name that it was resolved to.
///
/// A folder's `config.json` may have been changed since: then the rows of one job would not be of one kind.
///
/// - Throws: a `RowFailure` of stage `resolve`.
func resolvedModel(of job: ClaimedJob, with locator: WeightsLocator) async throws(RowFailure) -> NamedModel {
    let resolution = job.resolution
    let model = try await namedModel(resolution.model, with: locator)
    guard model.exported?.sha256 == resolution.configurationSHA256 else {
        throw RowFailure(
            stage: .resolve,
            code: "configurationChanged",
            message:
                "'\(model.exported?.file ?? model.name)' has SHA-256 \(model.exported?.sha256 ?? "none"); the "
                + "job was resolved to \(resolution.configurationSHA256 ?? "none"). Submit the job again.",
            disposition: .failJob
        )
    }
    return model
}

/// What a job's name means.
///
/// - Throws: a `RowFailure` of stage `resolve`.
func namedModel(_ name: String, with locator: WeightsLocator) async throws(RowFailure) -> NamedModel {
    do {
        return try await locator.model(named: name)
    } catch {
        throw RowFailure(error, at: .resolve)
    }
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
