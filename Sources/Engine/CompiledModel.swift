public import Graph
internal import KernelInterface
public import Logging
internal import Tensors

/// A model ready to run: packed weights, planned memory, chosen kernels.
///
/// Not thread-safe: one run at a time. It owns its memory and shares the pool of threads.
///
/// What a picture gets does not depend on the other pictures of the batch, on its position, on the threads or on the caches:
/// the same bits every time for one graph, instruction set and precision.
public final class CompiledModel {
    /// C, H and W of a picture.
    public let inputShape: [Int]
    /// What the compiler made of the model.
    public let report: CompileReport
    /// The most pictures of a run.
    public let maximumBatch: Int

    private let outputNames: [OutputName]
    private let outputShapes: [OutputName: [Int]]
    private let threads: ThreadPool
    private var program: LinkedProgram

    /// Compiles `graph` with the tensors of `parameters`.
    ///
    /// The parameters are not kept, and tensors that are views of a mapped file are not resident afterwards: their pages
    /// are let go as they are packed, so that file and packed weights are never in memory together. A fall back to a
    /// slow kernel is logged once for each operator.
    ///
    /// - Throws: `missingOutput`, `missingParameter` or `parameterShape` where graph, options and parameters do not fit
    ///   together, `unsupportedInstructionSet` where the processor lacks the one asked for, `unsupportedOperator` where no
    ///   kernel takes an operator at its shape, `invalidOption` for a batch below 1.
    public init(
        graph: Graph,
        parameters: ParameterStore,
        options: CompileOptions,
        threads: ThreadPool,
        logger: Logger? = nil
    ) throws(EngineError) {
        let compilation = try Compiler.compile(graph, parameters, options, threads)
        inputShape = graph[graph.input].type.dimensions
        report = compilation.report
        maximumBatch = options.maximumBatch
        outputNames = compilation.outputNames
        outputShapes = compilation.outputShapes
        self.threads = threads
        for fallback in report.fallbacks {
            logger?.notice(
                "no special kernel: a general one serves",
                metadata: [
                    "path": "\(fallback.path)", "operation": "\(fallback.operation)",
                    "shape": "\(fallback.shape)",
                ]
            )
        }
        program = compilation.program
    }

    /// The extents of an output of one picture, nil where it was not asked for: `[1000]` for logits.
    public func outputShape(_ name: OutputName) -> [Int]? { outputShapes[name] }

    /// Runs the model on `batch` pictures.
    ///
    /// - Parameters:
    ///   - batch: the pictures, at most ``maximumBatch``.
    ///   - input: `[batch, C, H, W]`, row-major.
    ///   - outputs: where each output goes, `[batch] + outputShape`, row-major; those that are left out are not written.
    ///
    /// Allocates nothing. Precondition: the outputs are among those that the model was compiled for.
    public func run(
        batch: Int,
        input: UnsafePointer<Float>,
        outputs: [(OutputName, UnsafeMutablePointer<Float>)]
    ) {
        unsafe prepare(batch: batch, input: input, outputs: outputs)
        threads.withPinnedCaller { program.run(batch: batch, threads: threads, times: nil) }
    }

    /// Runs the model as ``run(batch:input:outputs:)`` does and measures each step.
    ///
    /// - Returns: the time of each step of the report, all passes together.
    public func runTimed(
        batch: Int,
        input: UnsafePointer<Float>,
        outputs: [(OutputName, UnsafeMutablePointer<Float>)]
    ) -> [Duration] {
        unsafe prepare(batch: batch, input: input, outputs: outputs)
        let (steps, lanes) = (report.steps.count, program.lanes)
        var nanoseconds = [UInt64](repeating: 0, count: steps * lanes)
        return unsafe nanoseconds.withUnsafeMutableBufferPointer { buffer in
            let times = unsafe buffer.baseAddress.map { unsafe StepTimes($0, steps: steps, lanes: lanes) }
            threads.withPinnedCaller { program.run(batch: batch, threads: threads, times: times) }
            return times?.durations ?? []
        }
    }

    /// Whether all of `values` are finite: logits that are not are a failure, not a result.
    public static func areFinite(_ values: UnsafeBufferPointer<Float>) -> Bool {
        // x * 0 is 0 for every finite x and NaN for others; the sum keeps a NaN.
        var sum: Float = 0
        for index in values.indices { unsafe sum += values[index] * 0 }
        return sum == 0
    }

    private func prepare(
        batch: Int,
        input: UnsafePointer<Float>,
        outputs: [(OutputName, UnsafeMutablePointer<Float>)]
    ) {
        precondition((0...maximumBatch).contains(batch), "\(batch) pictures for a model of \(maximumBatch)")
        program.externals[0] = UInt(bitPattern: input)
        for index in outputNames.indices { program.externals[1 + index] = 0 }
        for unsafe(name, pointer) in unsafe outputs {
            guard let index = outputNames.firstIndex(of: name) else {
                preconditionFailure("the model was not compiled for the output \(name.rawValue)")
            }
            program.externals[1 + index] = UInt(bitPattern: pointer)
        }
    }
}
