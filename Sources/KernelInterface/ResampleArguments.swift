/// Arguments of ``KernelID/resample``: each output pixel is a sum over its taps' rows of sums over its taps' columns.
@safe public struct ResampleArguments: Sendable, BitwiseCopyable {
    /// Images of this run.
    public var images: Int
    /// C.
    public var channels: Int
    /// Rows of the input.
    public var inputHeight: Int
    /// Columns of the input.
    public var inputWidth: Int
    /// Rows of the output.
    public var outputHeight: Int
    /// Columns of the output.
    public var outputWidth: Int
    /// Taps of an output row.
    public var rowTaps: Int
    /// Input rows, `[outputHeight][rowTaps]`.
    public nonisolated(unsafe) var rowIndices: UnsafePointer<Int32>
    /// Their weights.
    public nonisolated(unsafe) var rowWeights: UnsafePointer<Float>
    /// Taps of an output column.
    public var columnTaps: Int
    /// Input columns, `[outputWidth][columnTaps]`.
    public nonisolated(unsafe) var columnIndices: UnsafePointer<Int32>
    /// Their weights.
    public nonisolated(unsafe) var columnWeights: UnsafePointer<Float>
    /// The input, blocked.
    public nonisolated(unsafe) var input: UnsafePointer<Float>
    /// Strides of the input.
    public var inputStrides: MapStrides
    /// The output, blocked.
    public nonisolated(unsafe) var output: UnsafeMutablePointer<Float>
    /// Strides of the output.
    public var outputStrides: MapStrides

    /// Makes arguments for dense maps.
    ///
    /// The pointers are those of two ``ResampleTable`` that the caller keeps.
    public init(
        images: Int,
        channels: Int,
        inputHeight: Int,
        inputWidth: Int,
        outputHeight: Int,
        outputWidth: Int,
        rowTaps: Int,
        rowIndices: UnsafePointer<Int32>,
        rowWeights: UnsafePointer<Float>,
        columnTaps: Int,
        columnIndices: UnsafePointer<Int32>,
        columnWeights: UnsafePointer<Float>,
        input: UnsafePointer<Float>,
        output: UnsafeMutablePointer<Float>
    ) {
        self.images = images
        self.channels = channels
        self.inputHeight = inputHeight
        self.inputWidth = inputWidth
        self.outputHeight = outputHeight
        self.outputWidth = outputWidth
        self.rowTaps = rowTaps
        unsafe self.rowIndices = rowIndices
        unsafe self.rowWeights = rowWeights
        self.columnTaps = columnTaps
        unsafe self.columnIndices = columnIndices
        unsafe self.columnWeights = columnWeights
        unsafe self.input = input
        inputStrides = .blocked(channels: channels, height: inputHeight, width: inputWidth)
        unsafe self.output = output
        outputStrides = .blocked(channels: channels, height: outputHeight, width: outputWidth)
    }
}
