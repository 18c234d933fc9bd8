/// Eight extents, strides or the like, outermost first; axes that are not needed have extent 1 and stand first.
public typealias AxisValues = InlineArray<8, Int>

/// Axes of the general kernels.
public enum PlainAxes {
    /// The most axes that a general kernel takes.
    public static let maximum = 8

    /// `values` at the end of the eight, `filler` before them.
    ///
    /// Precondition: at most eight.
    public static func values(_ values: [Int], filler: Int) -> AxisValues {
        precondition(values.count <= maximum, "at most \(maximum) axes")
        var result = AxisValues(repeating: filler)
        for (index, value) in values.enumerated() { result[maximum - values.count + index] = value }
        return result
    }
}

/// Arguments of ``KernelID/broadcast``: `output = left (function) right`, the output dense and row-major.
@safe public struct BroadcastArguments: Sendable, BitwiseCopyable {
    /// Extents of the output, filled up with 1.
    public var extents: AxisValues
    /// The function.
    public var function: BinaryFunction
    /// The left side.
    public nonisolated(unsafe) var left: UnsafePointer<Float>
    /// Strides of the left side: 0 along axes where it is repeated.
    public var leftStrides: AxisValues
    /// The right side.
    public nonisolated(unsafe) var right: UnsafePointer<Float>
    /// Strides of the right side: 0 along axes where it is repeated.
    public var rightStrides: AxisValues
    /// The output.
    public nonisolated(unsafe) var output: UnsafeMutablePointer<Float>

    /// Makes arguments.
    public init(
        extents: AxisValues,
        function: BinaryFunction,
        left: UnsafePointer<Float>,
        leftStrides: AxisValues,
        right: UnsafePointer<Float>,
        rightStrides: AxisValues,
        output: UnsafeMutablePointer<Float>
    ) {
        self.extents = extents
        self.function = function
        unsafe self.left = left
        self.leftStrides = leftStrides
        unsafe self.right = right
        self.rightStrides = rightStrides
        unsafe self.output = output
    }
}

/// Arguments of ``KernelID/reduction``: over any axes of a strided tensor.
@safe public struct ReductionArguments: Sendable, BitwiseCopyable {
    /// How several elements become one.
    public enum Kind: UInt8, Sendable, Hashable, CaseIterable, BitwiseCopyable {
        case mean, sum, maximum
        /// The mean of the squared distances to the mean.
        case variance
        /// `sqrt(sum of squares)`.
        case norm
    }

    /// How several elements become one.
    public var kind: Kind
    /// Extents of the axes that stay, filled up with 1: the output is dense and row-major over them.
    public var keptExtents: AxisValues
    /// Strides of the input along them.
    public var keptStrides: AxisValues
    /// Extents of the axes that are reduced, filled up with 1; the fastest last.
    public var reducedExtents: AxisValues
    /// Strides of the input along them.
    public var reducedStrides: AxisValues
    /// The input.
    public nonisolated(unsafe) var input: UnsafePointer<Float>
    /// The output.
    public nonisolated(unsafe) var output: UnsafeMutablePointer<Float>

    /// Makes arguments.
    public init(
        kind: Kind,
        keptExtents: AxisValues,
        keptStrides: AxisValues,
        reducedExtents: AxisValues,
        reducedStrides: AxisValues,
        input: UnsafePointer<Float>,
        output: UnsafeMutablePointer<Float>
    ) {
        self.kind = kind
        self.keptExtents = keptExtents
        self.keptStrides = keptStrides
        self.reducedExtents = reducedExtents
        self.reducedStrides = reducedStrides
        unsafe self.input = input
        unsafe self.output = output
    }
}

/// Arguments of ``KernelID/stridedCopy``: `output[i...] = input[place of i...]` over up to eight axes.
///
/// Along an axis without a table, index i stands at `i * inputStrides[axis]` of the input. With a table it
/// stands at `table[i]` floats, and where that is ``outside`` the output gets ``fill``. So one kernel serves
/// transpose, slice, gather, roll, concatenation (a call for each input) and padding of all modes, of plain and of
/// blocked maps (as `[N, blocks, H, W, 16]`).
@safe public struct StridedCopyArguments: Sendable, BitwiseCopyable {
    /// A table's mark of an index that lies outside of the input.
    public static let outside = Int.min

    /// Extents of what is written, filled up with 1.
    public var extents: AxisValues
    /// Strides of the input; ignored along axes with a table.
    public var inputStrides: AxisValues
    /// Strides of the output.
    public var outputStrides: AxisValues
    /// Tables of offsets in floats, as long as the axis's extent; nil for none.
    public nonisolated(unsafe) var tables: InlineArray<8, UnsafePointer<Int>?>
    /// What stands outside of the input.
    public var fill: Float
    /// The input's element (0, ...).
    public nonisolated(unsafe) var input: UnsafePointer<Float>
    /// The output's element (0, ...).
    public nonisolated(unsafe) var output: UnsafeMutablePointer<Float>

    /// Makes arguments without tables.
    public init(
        extents: AxisValues,
        inputStrides: AxisValues,
        outputStrides: AxisValues,
        input: UnsafePointer<Float>,
        output: UnsafeMutablePointer<Float>
    ) {
        self.extents = extents
        self.inputStrides = inputStrides
        self.outputStrides = outputStrides
        unsafe tables = InlineArray(repeating: nil)
        fill = 0
        unsafe self.input = input
        unsafe self.output = output
    }
}
