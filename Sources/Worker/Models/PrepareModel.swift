package import Graph
package import JobQueue
import ModelZoo
package import Weights

/// A model's graph and parameters, every tensor accounted for, and where they came from.
package struct PreparedModel: Sendable {
    /// The network, built for the checkpoint's classes.
    package let graph: Graph
    /// The adapted tensors.
    package let parameters: ParameterStore
    /// Classes of the classifier; 0 where it is left out.
    package let classCount: Int
    /// The file.
    package let located: LocatedWeights
}

/// What is done one after the other to prepare a model.
package enum PreparationPhase: String, Sendable, CaseIterable {
    /// The file is found and its SHA-256 is known.
    case locate
    /// The file is mapped, its tensors are found and have timm's names.
    case map
    /// The graph is built.
    case buildGraph = "build graph"
    /// The tensors are adapted and accounted for.
    case adapt
}

/// Locates, parses, renames and adapts the weights of `plan` and builds the graph that fits them.
///
/// Where nobody named a number of classes, the checkpoint's own classifier says it. It reads files for long and
/// belongs on a picture thread.
///
/// - Parameters:
///   - plan: what the job's words decide.
///   - expectedSHA256: the hash that a job was resolved to; nil takes what there is.
///   - locator: finds the file.
///   - finished: hears of each phase when it is done, for those who measure.
/// - Returns: what the compiler takes.
/// - Throws: a `RowFailure` of stage `resolve`.
package func prepareModel(
    _ plan: ModelPlan,
    expectedSHA256: String?,
    locator: WeightsLocator,
    finished: (PreparationPhase) -> Void = { _ in }
) async throws(RowFailure) -> PreparedModel {
    do {
        let located = try await locator.locate(plan.model, override: plan.checkpoint)
        if let expectedSHA256, located.sha256 != expectedSHA256 {
            throw RowFailure(
                stage: .resolve,
                code: "weightsChanged",
                message: "\(located.source) now holds weights with SHA-256 \(located.sha256); the job was "
                    + "resolved to \(expectedSHA256). Submit the job again to use the new ones.",
                disposition: .failJob
            )
        }
        finished(.locate)
        var (weights, _) = try WeightsLoader.read(
            path: located.path,
            architecture: plan.architecture,
            tag: plan.tag,
            knownSHA256: located.sha256
        )
        weights.modelName = plan.model.name
        finished(.map)
        var build = plan.build
        build.classCount = try classCount(of: weights, in: located, plan: plan)
        let graph = try plan.architecture.graph(build)
        finished(.buildGraph)
        let parameters = try weights.parameters(
            for: graph,
            inputChannels: build.inputChannels,
            classCount: build.classCount
        )
        finished(.adapt)
        return PreparedModel(
            graph: graph,
            parameters: parameters,
            classCount: build.classCount,
            located: located
        )
    } catch {
        throw RowFailure(error, at: .resolve)
    }
}

/// The classes to build for: what the job names, what the export says, what the checkpoint shows, in this order.
///
/// timm would put a random classifier in the place of one that does not fit its configuration; here that is an error.
private func classCount(
    of weights: SourceWeights,
    in located: LocatedWeights,
    plan: ModelPlan
) throws(WeightsError) -> Int {
    if let requested = plan.requestedClassCount { return requested }
    guard let exported = plan.model.exported else { return weights.classCount ?? plan.tag.classCount }
    let stated = exported.tag.classCount
    if let found = weights.classCount, found != stated, stated > 0 {
        throw WeightsError(
            code: .classCount,
            message:
                "'\(exported.file)' says num_classes \(stated), the classifier in \(located.source) tells "
                + "\(found) classes apart; correct num_classes, or use --num-classes \(found)"
        )
    }
    return stated
}
