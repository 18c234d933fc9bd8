public import Engine
public import Graph
import Tensors

/// A compiled model with pictures and room for its logits, ready to be timed: the path that a worker takes.
public final class ModelBenchmark {
    /// Pictures of a run.
    public let batch: Int
    /// From the graph and the weights to a model that runs.
    public let compileDuration: Duration
    /// What runs.
    public let model: CompiledModel

    private let output: OutputName
    private let pictures: AlignedBuffer
    private let results: AlignedBuffer

    /// Compiles `graph` with synthetic weights for runs of `batch` pictures and runs it once.
    ///
    /// - Throws: `EngineError`.
    public init(
        graph: Graph,
        options: CompileOptions,
        threads: ThreadPool
    ) throws(EngineError) {
        batch = options.maximumBatch
        output = options.outputs.first ?? .logits
        let parameters = SyntheticWeights.parameters(of: graph)
        let start = ContinuousClock.now
        model = try CompiledModel(graph: graph, parameters: parameters, options: options, threads: threads)
        compileDuration = ContinuousClock.now - start
        let pictureCount = model.inputShape.reduce(batch, *)
        pictures = AlignedBuffer(byteCount: pictureCount * 4)
        let resultCount = model.outputShape(output)?.reduce(batch, *) ?? 0
        results = AlignedBuffer(byteCount: resultCount * 4)
        let values = unsafe pictures.bytes.bindMemory(to: Float.self)
        for index in values.indices { unsafe values[index] = Float(index % 255) / 127.5 - 1 }
        run()
    }

    /// Runs the batch once.
    public func run() {
        guard let input = unsafe pictures.bytes.bindMemory(to: Float.self).baseAddress,
            let result = unsafe results.bytes.bindMemory(to: Float.self).baseAddress
        else { return }
        unsafe model.run(batch: batch, input: input, outputs: [(output, result)])
    }

    /// Runs the batch again and again for at least `duration`; returns pictures per second.
    public func round(of duration: Duration) -> Double {
        let start = ContinuousClock.now
        var count = 0
        while true {
            run()
            count += batch
            let elapsed = ContinuousClock.now - start
            if elapsed >= duration { return Double(count) / (elapsed / .seconds(1)) }
        }
    }

    /// The median time of each step of the compile report over `runs` runs of the batch.
    public func stepDurations(runs: Int) -> [Duration] {
        guard let input = unsafe pictures.bytes.bindMemory(to: Float.self).baseAddress,
            let result = unsafe results.bytes.bindMemory(to: Float.self).baseAddress
        else { return [] }
        let samples = (0..<max(1, runs)).map { _ in
            unsafe model.runTimed(batch: batch, input: input, outputs: [(output, result)])
        }
        return model.report.steps.indices.map { step in
            samples.map { $0[step] }.sorted()[samples.count / 2]
        }
    }
}
