public import Graph
public import KernelInterface

/// What a model is compiled for.
public struct CompileOptions: Sendable, Hashable {
    /// The most pictures that one run takes; sizes the memory.
    public var maximumBatch: Int
    /// What runs can ask for; everything else is left out.
    public var outputs: Set<OutputName>
    /// The kernels to use; nil takes the best that the processor runs.
    public var instructionSet: InstructionSet?
    /// How numbers are computed.
    public var precision: Precision
    /// The caches that the schedule is made for; nil asks the system.
    ///
    /// They change the order of the work and never a result.
    public var caches: CacheSizes?

    /// Makes options.
    public init(
        maximumBatch: Int = 16,
        outputs: Set<OutputName> = [.logits],
        instructionSet: InstructionSet? = nil,
        precision: Precision = .float32,
        caches: CacheSizes? = nil
    ) {
        self.maximumBatch = maximumBatch
        self.outputs = outputs
        self.instructionSet = instructionSet
        self.precision = precision
        self.caches = caches
    }
}
