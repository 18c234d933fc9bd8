/// Arguments of ``KernelID/linear`` and ``KernelID/linearBFloat16``: `output = activation(input x weights + bias + residual)`, row-major.
@safe public struct LinearArguments: Sendable, BitwiseCopyable {
    /// M: rows of input and output.
    public var rows: Int
    /// K: features of an input row.
    public var inputs: Int
    /// N: features of an output row.
    public var outputs: Int
    /// The first float of row 0, `[M, K]`.
    public nonisolated(unsafe) var input: UnsafePointer<Float>
    /// Floats from an input row to the next.
    public var inputRowStride: Int
    /// The weights, packed by ``WeightPacking/linear(outputs:inputs:precision:)``.
    public nonisolated(unsafe) var weights: UnsafePointer<Float>
    /// The bias, N rounded up to 16 floats, zero past the last; nil for none.
    public nonisolated(unsafe) var bias: UnsafePointer<Float>?
    /// Rows that are added before the activation, `[M, N]`; nil for none.
    ///
    /// It may be the output itself.
    public nonisolated(unsafe) var residual: UnsafePointer<Float>?
    /// Floats from a residual row to the next.
    public var residualRowStride: Int
    /// The first float of output row 0, `[M, N]`.
    public nonisolated(unsafe) var output: UnsafeMutablePointer<Float>
    /// Floats from an output row to the next.
    public var outputRowStride: Int
    /// Whether the floats of a row between N and N rounded up to 16 are written as zeros (blocked rows);
    /// otherwise they are left alone.
    ///
    /// The rows of a residual must then be blocked rows too, zero past N.
    public var padsOutput: Bool
    /// What follows the sum.
    public var activation: ActivationFunction

    /// Makes arguments for dense rows without residual.
    public init(
        rows: Int,
        inputs: Int,
        outputs: Int,
        input: UnsafePointer<Float>,
        weights: UnsafePointer<Float>,
        bias: UnsafePointer<Float>?,
        output: UnsafeMutablePointer<Float>,
        activation: ActivationFunction = ActivationFunction(.identity)
    ) {
        self.rows = rows
        self.inputs = inputs
        self.outputs = outputs
        unsafe self.input = input
        inputRowStride = inputs
        unsafe self.weights = weights
        unsafe self.bias = bias
        unsafe residual = nil
        residualRowStride = outputs
        unsafe self.output = output
        outputRowStride = outputs
        padsOutput = false
        self.activation = activation
    }
}

/// Arguments of ``KernelID/matrixProduct``: `output = multiplier * left x right` for each of two batch axes.
///
/// Element (m, k) of the left side stands at `m * leftRowStride + k`, (k, n) of the right side at
/// `k * rightRowStride + n * rightColumnStride` (so a transposed right side `[N, K]` has row stride 1 and column
/// stride K), (m, n) of the output at `m * outputRowStride + n`; all after the offsets of the batch axes.
@safe public struct MatrixProductArguments: Sendable, BitwiseCopyable {
    /// Extent of the outer batch axis.
    public var outerCount: Int
    /// Extent of the inner batch axis: the heads, for example.
    public var innerCount: Int
    /// M.
    public var rows: Int
    /// K.
    public var depth: Int
    /// N.
    public var columns: Int
    /// Multiplies each sum.
    public var multiplier: Float
    /// The left side.
    public nonisolated(unsafe) var left: UnsafePointer<Float>
    /// Floats from an outer index to the next.
    public var leftOuterStride: Int
    /// Floats from an inner index to the next.
    public var leftInnerStride: Int
    /// Floats from a row to the next.
    public var leftRowStride: Int
    /// The right side.
    public nonisolated(unsafe) var right: UnsafePointer<Float>
    /// Floats from an outer index to the next.
    public var rightOuterStride: Int
    /// Floats from an inner index to the next.
    public var rightInnerStride: Int
    /// Floats from k to k + 1.
    public var rightRowStride: Int
    /// Floats from n to n + 1.
    public var rightColumnStride: Int
    /// The product.
    public nonisolated(unsafe) var output: UnsafeMutablePointer<Float>
    /// Floats from an outer index to the next.
    public var outputOuterStride: Int
    /// Floats from an inner index to the next.
    public var outputInnerStride: Int
    /// Floats from a row to the next.
    public var outputRowStride: Int

    /// Makes arguments for dense row-major operands `[batch, M, K]` and `[batch, K, N]`, or `[batch, N, K]` if
    /// the right side is transposed.
    public init(
        batch: Int,
        rows: Int,
        depth: Int,
        columns: Int,
        transposesRight: Bool,
        left: UnsafePointer<Float>,
        right: UnsafePointer<Float>,
        output: UnsafeMutablePointer<Float>
    ) {
        outerCount = 1
        innerCount = batch
        self.rows = rows
        self.depth = depth
        self.columns = columns
        multiplier = 1
        unsafe self.left = left
        leftOuterStride = 0
        leftInnerStride = rows * depth
        leftRowStride = depth
        unsafe self.right = right
        rightOuterStride = 0
        rightInnerStride = depth * columns
        rightRowStride = transposesRight ? 1 : columns
        rightColumnStride = transposesRight ? depth : 1
        unsafe self.output = output
        outputOuterStride = 0
        outputInnerStride = rows * columns
        outputRowStride = columns
    }
}
