import ArgumentParser
import Engine

/// Where this process computes.
struct ProcessorOptions: ParsableArguments {
    @Option(name: .long, help: "Threads that compute (default: the processors that this process may use).")
    var threads: Int?

    @Flag(
        name: .long,
        help: ArgumentHelp(
            "Bind each thread that computes to a processor of its own, in the order of their numbers.",
            discussion:
                "Several processes on one machine need processors of their own then: --numa-node, taskset."
        )
    )
    var pinThreads = false

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Run on this NUMA node's processors alone; memory is taken from the node whose thread touches it first.",
            valueName: "number"
        )
    )
    var numaNode: Int?

    /// What the options come to on this machine.
    struct Choice {
        /// Threads that compute.
        var threadCount: Int
        /// The processors that they are pinned to; nil leaves them free.
        var pinned: ProcessorSet?
        /// The processors that the whole process keeps to; nil where no node was asked for.
        var node: ProcessorSet?

        /// Keeps all threads of the process to the node that was asked for.
        ///
        /// Call it after the start of a private server, which would stay there for ever, and before the engine's.
        ///
        /// - Throws: `EngineError`.
        func confine() throws {
            try node?.confineProcess()
        }
    }

    /// Looks at the machine.
    ///
    /// - Throws: `ValidationError` for a count out of range or above that of the processors to pin to, `EngineError` for a
    ///   node that is not there.
    func choice() throws -> Choice {
        let node = try numaNode.map { try NUMANode.processors(ofNode: $0) }
        var allowance = ProcessorAllowance.current()
        if let node { allowance.processorCount = node.numbers.count }
        let count = threads ?? allowance.threadCount
        guard (1...1024).contains(count) else {
            throw ValidationError("--threads \(count): 1 to 1024 is expected.")
        }
        guard pinThreads else { return Choice(threadCount: count, node: node) }
        let processors = try node ?? .current()
        guard count <= processors.numbers.count else {
            throw ValidationError(
                "--pin-threads: \(count) threads cannot have one each of \(processors). "
                    + "Ask for --threads \(processors.numbers.count) or leave --pin-threads out."
            )
        }
        return Choice(threadCount: count, pinned: processors, node: node)
    }
}
