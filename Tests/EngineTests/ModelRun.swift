import Engine
import Graph
import KernelInterface
import ReferenceKernels
import Tensors
import TestSupport

/// Runs of a compiled model and of the reference on the same random weights and pictures.
struct ModelRun {
    let graph: Graph
    let parameters: ParameterStore
    let outputs: Set<OutputName>

    /// `build` makes the graph; its outputs are what is compared.
    init(
        channels: Int,
        height: Int,
        width: Int,
        _ build: (GraphBuilder) throws(GraphError) -> Void
    ) throws {
        let builder = GraphBuilder(channels: channels, height: height, width: width)
        try build(builder)
        graph = builder.finish()
        parameters = GeneratedTensor.parameters(graph.parameters, exponents: [])
        outputs = Set(graph.outputs.keys)
    }

    /// `batch` pictures, each different.
    func pictures(_ batch: Int) -> [Float] {
        let extents = graph[graph.input].type.dimensions
        return GeneratedTensor.pictures(
            batch: batch,
            channels: extents[0],
            height: extents[1],
            width: extents[2]
        )
    }

    func compile(
        maximumBatch: Int,
        threads: ThreadPool,
        instructionSet: InstructionSet? = nil,
        precision: Precision = .float32,
        caches: CacheSizes? = nil
    ) throws -> CompiledModel {
        try CompiledModel(
            graph: graph,
            parameters: parameters,
            options: CompileOptions(
                maximumBatch: maximumBatch,
                outputs: outputs,
                instructionSet: instructionSet,
                precision: precision,
                caches: caches
            ),
            threads: threads
        )
    }

    /// What the reference makes of the pictures.
    func reference(batch: Int) throws -> [OutputName: [Float]] {
        try ReferenceInterpreter.evaluate(
            graph,
            parameters: parameters,
            input: pictures(batch),
            batch: batch
        )
    }
}

extension CompiledModel {
    /// The outputs for `batch` pictures, by name.
    func results(batch: Int, pictures: [Float], names: Set<OutputName>) -> [OutputName: [Float]] {
        var results: [OutputName: [Float]] = [:]
        for name in names {
            let count = (outputShape(name) ?? []).reduce(batch, *)
            let buffer = UnsafeMutablePointer<Float>.allocate(capacity: count + 1)
            defer { unsafe buffer.deallocate() }
            // What nobody writes shows up as NaN; what is written past the end, as a change of the last.
            unsafe buffer.initialize(repeating: .nan, count: count)
            unsafe buffer[count] = 12345
            unsafe pictures.withUnsafeBufferPointer { pictures in
                guard let input = pictures.baseAddress else { return }
                unsafe run(batch: batch, input: input, outputs: [(name, buffer)])
            }
            precondition(unsafe buffer[count] == 12345, "a run wrote behind its output")
            results[name] = unsafe Array(UnsafeBufferPointer(start: buffer, count: count))
        }
        return results
    }
}

/// The relative L2 distance of two vectors; infinite where they differ in length or one is not finite.
func relativeError(_ values: [Float], _ expected: [Float]) -> Double {
    guard values.count == expected.count, values.allSatisfy(\.isFinite) else { return .infinity }
    var (difference, norm) = (0.0, 0.0)
    for (value, right) in zip(values, expected) {
        difference += (Double(value) - Double(right)) * (Double(value) - Double(right))
        norm += Double(right) * Double(right)
    }
    return (difference / max(norm, 1e-30)).squareRoot()
}
