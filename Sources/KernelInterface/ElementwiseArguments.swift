/// A batch of runs of floats, as the elementwise kernels see both layouts.
///
/// Blocked maps: `rowLength` is 16 W, `rows` is H, `blocks` is ceil(C / 16) and `lastLanes` the channels in the
/// last block. A plain tensor of any shape: ``dense(count:)``.
public struct ElementwiseExtents: Sendable, Hashable, BitwiseCopyable {
    /// Images.
    public var images: Int
    /// Channel blocks of an image.
    public var blocks: Int
    /// Rows of a block.
    public var rows: Int
    /// Floats of a row; of any count where ``lastLanes`` is 16.
    public var rowLength: Int
    /// Lanes of the last block that hold channels, 1...16; the others are written as zeros.
    public var lastLanes: Int

    /// The extents of blocked maps.
    public static func blocked(images: Int, channels: Int, height: Int, width: Int) -> ElementwiseExtents {
        ElementwiseExtents(
            images: images,
            blocks: BlockedLayout.blocks(channels),
            rows: height,
            rowLength: width * 16,
            lastLanes: channels - (BlockedLayout.blocks(channels) - 1) * 16
        )
    }

    /// `count` floats in a row; the strides don't matter.
    public static func dense(count: Int) -> ElementwiseExtents {
        ElementwiseExtents(images: 1, blocks: 1, rows: 1, rowLength: count, lastLanes: 16)
    }
}

/// Arguments of ``KernelID/unary``: `output = function(input)`.
@safe public struct UnaryArguments: Sendable, BitwiseCopyable {
    /// What is covered.
    public var extents: ElementwiseExtents
    /// The function.
    public var function: ActivationFunction
    /// The first input.
    public nonisolated(unsafe) var input: UnsafePointer<Float>
    /// Strides of the input.
    public var inputStrides: MapStrides
    /// The first output; it may be the input.
    public nonisolated(unsafe) var output: UnsafeMutablePointer<Float>
    /// Strides of the output.
    public var outputStrides: MapStrides

    /// Makes arguments.
    public init(
        extents: ElementwiseExtents,
        function: ActivationFunction,
        input: UnsafePointer<Float>,
        inputStrides: MapStrides,
        output: UnsafeMutablePointer<Float>,
        outputStrides: MapStrides
    ) {
        self.extents = extents
        self.function = function
        unsafe self.input = input
        self.inputStrides = inputStrides
        unsafe self.output = output
        self.outputStrides = outputStrides
    }
}

/// Functions of two elements.
public enum BinaryFunction: UInt8, Sendable, Hashable, CaseIterable, BitwiseCopyable {
    case add, subtract, multiply, divide, maximum, minimum
    /// `right - left` and `right / left`: for operands that change sides.
    case reverseSubtract, reverseDivide
}

/// Arguments of ``KernelID/binary``: `output = activation(left (function) right)`.
@safe public struct BinaryArguments: Sendable, BitwiseCopyable {
    /// What an element of the left side meets.
    public enum RightSide: UInt8, Sendable, Hashable, CaseIterable, BitwiseCopyable {
        /// The element at the same place, by ``BinaryArguments/rightStrides``.
        case same
        /// The element of its channel: a gate `[N, C]` or `[N, C, 1, 1]`, blocked; image and channel stride count
        /// (16 floats a block where dense; image stride 0 for a gate of all images). The row length is a multiple of 16.
        case channel
        /// Lane 0 of the pixel at the same place: `[N, 1, H, W]` blocked; image and row stride count.
        case pixel
        /// One float an image, by the image stride (0 for one float at all).
        case scalar
    }

    /// What is covered.
    public var extents: ElementwiseExtents
    /// The function.
    public var function: BinaryFunction
    /// What follows.
    public var activation: ActivationFunction
    /// The left side.
    public nonisolated(unsafe) var left: UnsafePointer<Float>
    /// Strides of the left side.
    public var leftStrides: MapStrides
    /// How the right side is broadcast.
    public var rightSide: RightSide
    /// The right side.
    public nonisolated(unsafe) var right: UnsafePointer<Float>
    /// Strides of the right side.
    public var rightStrides: MapStrides
    /// The output; it may be one of the sides (the right one if that is ``RightSide/same``).
    public nonisolated(unsafe) var output: UnsafeMutablePointer<Float>
    /// Strides of the output.
    public var outputStrides: MapStrides

    /// Makes arguments for operands of equal layout without activation.
    public init(
        extents: ElementwiseExtents,
        function: BinaryFunction,
        left: UnsafePointer<Float>,
        leftStrides: MapStrides,
        right: UnsafePointer<Float>,
        rightStrides: MapStrides,
        rightSide: RightSide = .same,
        output: UnsafeMutablePointer<Float>,
        outputStrides: MapStrides
    ) {
        self.extents = extents
        self.function = function
        activation = ActivationFunction(.identity)
        unsafe self.left = left
        self.leftStrides = leftStrides
        self.rightSide = rightSide
        unsafe self.right = right
        self.rightStrides = rightStrides
        unsafe self.output = output
        self.outputStrides = outputStrides
    }
}
