public import KernelInterface

/// What the compiler made of a model: the basis of tables, tests and benchmarks.
public struct CompileReport: Sendable {
    /// One step of a run.
    public struct Step: Sendable, Hashable {
        /// The module path of the first operator in it, as timm writes it.
        public var path: String
        /// The operators in it: `convolution + batch norm + relu`.
        public var operation: String
        /// The kernel: `convolution.dense.avx512`.
        public var kernel: String
        /// What it multiplies with weights, for one picture; nil for a step without, and for one that only scales.
        public var weightedShape: WeightedShape?
        /// Full shapes of the values that it reads, for one picture.
        public var inputShapes: [[Int]]
        /// Full shape of the value that it makes, for one picture.
        public var outputShape: [Int]
        /// Multiply-accumulates of one picture, 0 for what is not a sum of products.
        public var multiplyAccumulates: Int
        /// Bytes of packed weights that it reads.
        public var weightByteCount: Int
        /// Bytes of activations that it reads and writes for one picture.
        public var activationByteCount: Int
        /// How many pictures go through it at a time.
        public var picturesPerPass: Int
    }

    /// An operator that only a general, slow kernel takes at its shape.
    public struct Fallback: Sendable, Hashable {
        /// The module path.
        public var path: String
        /// The operators.
        public var operation: String
        /// The shapes.
        public var shape: String
    }

    /// A pass of the compiler and how long it took.
    public struct Pass: Sendable, Hashable {
        /// The pass.
        public var name: String
        /// Its time.
        public var duration: Duration
    }

    /// The kernels' instruction set.
    public var instructionSet: InstructionSet
    /// How the numbers of matrix work are computed.
    public var precision: Precision
    /// The steps in the order of a run.
    public var steps: [Step] = []
    /// Bytes of packed weights.
    public var weightByteCount = 0
    /// Bytes of the arena of activations, at the maximum batch.
    public var arenaByteCount = 0
    /// Bytes of the threads' scratch memory.
    public var scratchByteCount = 0
    /// What runs slowly.
    public var fallbacks: [Fallback] = []
    /// The passes in their order.
    public var passes: [Pass] = []

    /// Multiply-accumulates of one picture.
    public var multiplyAccumulates: Int { steps.reduce(0) { $0 + $1.multiplyAccumulates } }

    /// Makes an empty report.
    init(instructionSet: InstructionSet, precision: Precision) {
        self.instructionSet = instructionSet
        self.precision = precision
    }
}
