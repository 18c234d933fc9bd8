/// Arguments of ``KernelID/longShortTermMemory``: PyTorch's LSTM of one layer and direction from the state zero.
///
/// Input and output are dense and row-major. `c' = sigmoid(f) c + sigmoid(i) tanh(g)`, `h' = sigmoid(o) tanh(c')`, where
/// i, f, g, o are a step's gates with the recurrent product and the bias added.
@safe public struct LongShortTermMemoryArguments: Sendable, BitwiseCopyable {
    /// Sequences that are worked on together.
    static let chunkRows = 14

    /// R: sequences.
    public var rows: Int
    /// T: steps of a sequence.
    public var steps: Int
    /// H: floats of a state.
    public var width: Int
    /// Whether the last step comes first.
    public var isReversed: Bool
    /// The projected input, `[R, T, 4H]` in the order i, f, g, o.
    public nonisolated(unsafe) var gates: UnsafePointer<Float>
    /// The recurrent weights, packed by ``WeightPacking/linear(outputs:inputs:precision:)`` for 4H outputs of H inputs.
    public nonisolated(unsafe) var weights: UnsafePointer<Float>
    /// The recurrent bias, 4H rounded up to 16 floats; nil for none.
    public nonisolated(unsafe) var bias: UnsafePointer<Float>?
    /// The states, `[R, T, H]`.
    public nonisolated(unsafe) var output: UnsafeMutablePointer<Float>

    /// Makes arguments without a bias.
    public init(
        rows: Int,
        steps: Int,
        width: Int,
        isReversed: Bool,
        gates: UnsafePointer<Float>,
        weights: UnsafePointer<Float>,
        output: UnsafeMutablePointer<Float>
    ) {
        self.rows = rows
        self.steps = steps
        self.width = width
        self.isReversed = isReversed
        unsafe self.gates = gates
        unsafe self.weights = weights
        unsafe bias = nil
        unsafe self.output = output
    }

    /// Sequences of a task; the last may have fewer.
    public var rowsPerTask: Int { min(rows, Self.chunkRows) }

    /// Tasks of a run.
    var taskCount: Int { rows == 0 ? 0 : (rows + rowsPerTask - 1) / rowsPerTask }

    /// Floats of a task's states, cells and sums.
    var scratchFloats: Int {
        Self.chunkRows * (2 * BlockedLayout.padded(width) + BlockedLayout.padded(4 * width))
    }
}
