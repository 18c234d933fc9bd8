package import Engine
import Graph
package import JobQueue

/// A compiled model of this process with the batches that are filled for it.
///
/// `@unchecked Sendable`: the compiled model is touched by ``run(_:)`` alone, which only the one inference thread
/// calls; everything else is immutable or locks.
package final class LoadedModel: @unchecked Sendable {
    /// What decides it.
    package let key: ModelKey
    /// Architecture and tag: `resnet34.a1_in1k`.
    package let name: String
    /// SHA-256 of the weights' file.
    package let weightsSHA256: String
    /// The hub's commit, where there is one.
    package let weightsRevision: String?
    /// Classes of the classifier; 0 where it was left out.
    package let classCount: Int
    /// Memory of the packed weights, the activations and the batches, in bytes.
    package let byteCount: Int
    /// The name of the instruction set that the kernels were chosen for.
    package let instructionSet: String
    /// Fills batches of pictures of any job.
    package let batches: BatchAssembler<PreparedPicture>

    private let compiled: CompiledModel
    private let logitCount: Int
    private let embeddingCount: Int
    /// The extents of a picture's last feature map; nil where the model was not compiled for it.
    private let featureShape: [Int]?
    private let featureCount: Int
    private var logits: [Float]
    private var embeddings: [Float]
    private var features: [Float]

    /// Batches that may exist at once: one that runs, one that waits, one that is filled.
    private static let batchCount = 3

    /// Takes over `compiled`, whose batches hold up to `batchSize` pictures.
    package init(
        key: ModelKey,
        name: String,
        weightsSHA256: String,
        weightsRevision: String?,
        classCount: Int,
        compiled: CompiledModel,
        batchSize: Int
    ) {
        self.key = key
        self.name = name
        self.weightsSHA256 = weightsSHA256
        self.weightsRevision = weightsRevision
        self.classCount = classCount
        self.compiled = compiled
        let slotCount = compiled.inputShape.reduce(1, *)
        logitCount = compiled.outputShape(.logits)?.reduce(1, *) ?? 0
        embeddingCount = compiled.outputShape(.embedding)?.reduce(1, *) ?? 0
        featureShape = compiled.outputShape(.features)
        featureCount = featureShape?.reduce(1, *) ?? 0
        features = [Float](repeating: 0, count: featureCount * batchSize)
        logits = [Float](repeating: 0, count: logitCount * batchSize)
        embeddings = [Float](repeating: 0, count: embeddingCount * batchSize)
        instructionSet = "\(compiled.report.instructionSet)"
        byteCount =
            compiled.report.weightByteCount + compiled.report.arenaByteCount
            + compiled.report.scratchByteCount
            + batchSize * (Self.batchCount * slotCount + featureCount) * MemoryLayout<Float>.stride
        batches = BatchAssembler(capacity: batchSize, slotCount: slotCount, batchCount: Self.batchCount)
    }

    /// The vectors of one picture; those that were not asked for are empty.
    struct Vectors {
        var logits: [Float]
        var embedding: [Float]
        var features: FeatureMap?
    }

    /// Runs the first `count` slots of `batch` and returns the vectors that any of its pictures wants.
    ///
    /// Only the inference thread calls it.
    func run(
        _ batch: OpenBatch<PreparedPicture>,
        count: Int,
        wantsLogits: Bool,
        wantsEmbedding: Bool,
        wantsFeatures: Bool
    ) -> [Vectors] {
        unsafe logits.withUnsafeMutableBufferPointer { logits in
            unsafe embeddings.withUnsafeMutableBufferPointer { embeddings in
                unsafe features.withUnsafeMutableBufferPointer { features in
                    guard let input = unsafe batch.input.baseAddress else { return }
                    var outputs: [(OutputName, UnsafeMutablePointer<Float>)] = unsafe []
                    if wantsLogits, let target = logits.baseAddress {
                        unsafe outputs.append((.logits, target))
                    }
                    if wantsEmbedding, let target = embeddings.baseAddress {
                        unsafe outputs.append((.embedding, target))
                    }
                    if wantsFeatures, featureShape != nil, let target = features.baseAddress {
                        unsafe outputs.append((.features, target))
                    }
                    unsafe compiled.run(batch: count, input: input, outputs: outputs)
                }
            }
        }
        return (0..<count).map { index in
            Vectors(
                logits: wantsLogits ? Self.part(index, logitCount, of: logits) : [],
                embedding: wantsEmbedding ? Self.part(index, embeddingCount, of: embeddings) : [],
                features: wantsFeatures ? featureMap(index) : nil
            )
        }
    }

    private func featureMap(_ index: Int) -> FeatureMap? {
        featureShape.map { FeatureMap(shape: $0, values: Self.part(index, featureCount, of: features)) }
    }

    private static func part(_ index: Int, _ count: Int, of values: [Float]) -> [Float] {
        Array(values[index * count..<(index + 1) * count])
    }
}
