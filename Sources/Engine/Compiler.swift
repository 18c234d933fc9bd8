internal import Graph
internal import KernelInterface
internal import Tensors

/// The passes in their order.
enum Compiler {
    /// What compiling gives.
    struct Compilation: ~Copyable {
        let report: CompileReport
        /// The outputs in the order of their numbers.
        let outputNames: [OutputName]
        /// Their extents for one picture.
        let outputShapes: [OutputName: [Int]]
        let program: LinkedProgram
    }

    /// - Throws: as ``CompiledModel``'s initialiser.
    static func compile(
        _ graph: Graph,
        _ parameters: ParameterStore,
        _ options: CompileOptions,
        _ threads: ThreadPool
    ) throws(EngineError) -> Compilation {
        guard options.maximumBatch >= 1 else {
            throw EngineError(
                code: .invalidOption,
                message: "a maximum batch of \(options.maximumBatch): 1 at least"
            )
        }
        let table = try kernels(options.instructionSet, for: graph)
        var report = CompileReport(instructionSet: table.instructionSet, precision: options.precision)
        let live = try timed("eliminate dead code", &report) { () throws(EngineError) in
            try EliminateDeadCode.apply(graph, outputs: options.outputs)
        }
        let bound = try timed("fold constants", &report) { () throws(EngineError) in
            try FoldConstants.apply(live, parameters: parameters)
        }
        let simple = timed("simplify", &report) { Simplify.apply(bound) }
        let fused = try timed("fuse", &report) { () throws(EngineError) in try Fuse.apply(simple) }
        let attentive = timed("fuse attention", &report) { FuseAttention.apply(fused) }
        let laidOut = timed("assign layouts", &report) { AssignLayouts.apply(attentive) }
        let outputNames = options.outputs.sorted { $0.rawValue < $1.rawValue }
        let draft = try timed("choose kernels", &report) { () throws(EngineError) in
            try ChooseKernels.apply(
                laidOut,
                table: table,
                precision: options.precision,
                outputs: outputNames
            )
        }
        let segments = timed("schedule", &report) {
            Schedule.apply(
                draft,
                maximumBatch: options.maximumBatch,
                caches: options.caches ?? .current(),
                threads: threads.count
            )
        }
        let plan = timed("plan memory", &report) {
            AllocateActivations.apply(draft, segments: segments, maximumBatch: options.maximumBatch)
        }
        let start = ContinuousClock.now
        let constants = PackConstants.apply(draft.constants, threads: threads)
        parameters.releasePages()
        report.passes.append(.init(name: "pack weights", duration: ContinuousClock.now - start))
        let program = Link.apply(
            draft,
            segments: segments,
            plan: plan,
            constants: constants,
            table: table,
            maximumBatch: options.maximumBatch,
            threads: threads.count
        )
        report.passes.append(
            .init(
                name: "link",
                duration: ContinuousClock.now - start - (report.passes.last?.duration ?? .zero)
            )
        )
        describe(draft, segments, program, table, &report)
        return Compilation(
            report: report,
            outputNames: outputNames,
            outputShapes: laidOut.outputs.mapValues { outputExtents(laidOut[$0].type) },
            program: program
        )
    }

    /// The kernels of the instruction set asked for, or of the best; those that sum in order where the graph needs it.
    ///
    /// - Throws: `unsupportedInstructionSet`.
    private static func kernels(
        _ wanted: InstructionSet?,
        for graph: Graph
    ) throws(EngineError) -> KernelTable {
        let chosen = wanted ?? .best
        guard chosen.isSupported else {
            let usable = InstructionSet.allCases.filter(\.isSupported).map(\.description)
            throw EngineError(
                code: .unsupportedInstructionSet,
                message: "this processor does not run \(chosen): choose \(usable.joined(separator: " or "))"
            )
        }
        return (graph.amplifiesRounding ? chosen.summingInOrder : chosen).kernels
    }

    /// The extents of an output of one picture; rows of several windows a picture come first.
    private static func outputExtents(_ type: TensorType) -> [Int] {
        type.batchFactor == 1 ? type.dimensions : [type.batchFactor] + type.dimensions
    }

    private static func timed<Result>(
        _ name: String,
        _ report: inout CompileReport,
        _ pass: () throws(EngineError) -> Result
    ) throws(EngineError) -> Result {
        let start = ContinuousClock.now
        let result = try pass()
        report.passes.append(.init(name: name, duration: ContinuousClock.now - start))
        return result
    }

    private static func timed<Result>(
        _ name: String,
        _ report: inout CompileReport,
        _ pass: () -> Result
    ) -> Result {
        let start = ContinuousClock.now
        let result = pass()
        report.passes.append(.init(name: name, duration: ContinuousClock.now - start))
        return result
    }

    private static func describe(
        _ draft: DraftProgram,
        _ segments: [Segment],
        _ program: borrowing LinkedProgram,
        _ table: KernelTable,
        _ report: inout CompileReport
    ) {
        for segment in segments {
            for index in segment.steps {
                let step = draft.steps[index]
                report.steps.append(
                    CompileReport.Step(
                        path: step.path,
                        operation: step.label,
                        kernel: table[step.kernel].name,
                        weightedShape: step.weightedShape,
                        inputShapes: step.inputShapes,
                        outputShape: step.outputShape,
                        multiplyAccumulates: step.multiplyAccumulates,
                        weightByteCount: Schedule.weightBytes(step, draft),
                        activationByteCount: Schedule.activationBytes(step, draft),
                        picturesPerPass: segment.picturesPerPass
                    )
                )
                if step.isFallback {
                    let shapes = (step.inputShapes + [step.outputShape]).map { "\($0)" }
                    report.fallbacks.append(
                        CompileReport.Fallback(
                            path: step.path,
                            operation: step.label,
                            shape: shapes.joined(separator: " ")
                        )
                    )
                }
            }
        }
        report.weightByteCount = unsafe program.constants.buffer.bytes.count
        report.arenaByteCount = unsafe program.arena.bytes.count
        report.scratchByteCount = unsafe program.scratch.bytes.count
    }
}
