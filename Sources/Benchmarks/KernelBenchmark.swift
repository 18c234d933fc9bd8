public import KernelInterface
import Tensors

/// One convolution kernel at one shape with synthetic numbers, ready to be timed on the calling thread.
public final class KernelBenchmark {
    /// The kernel.
    public let kernel: KernelRow
    /// The convolution.
    public let shape: ConvolutionShape
    /// Images of a run.
    public let images: Int

    private let input: AlignedBuffer
    private let output: AlignedBuffer
    private let weights: AlignedBuffer

    /// Fills input and weights and packs the weights as `kernel` wants them.
    ///
    /// Precondition: the kernel accepts the shape, and the processor supports its instruction set.
    public init(kernel: KernelRow, shape: ConvolutionShape, images: Int) {
        self.kernel = kernel
        self.shape = shape
        self.images = images
        let packing = kernel.id.packing(shape)
        let channels = shape.isInputPlain ? shape.inputChannels : BlockedLayout.padded(shape.inputChannels)
        let outputChannels = BlockedLayout.padded(shape.outputChannels)
        let taps = shape.kernelHeight * shape.kernelWidth
        input = AlignedBuffer(byteCount: images * channels * shape.inputHeight * shape.inputWidth * 4)
        output = AlignedBuffer(
            byteCount: images * outputChannels * shape.outputHeight * shape.outputWidth * 4
        )
        weights = AlignedBuffer(byteCount: packing.floatCount * 4)
        let filters = AlignedBuffer(
            byteCount: shape.outputChannels * shape.inputChannelsPerGroup * taps * 4
        )
        Self.fill(input)
        Self.fill(filters)
        unsafe packing.pack(
            Self.floats(filters),
            into: Self.floats(weights),
            blocks: 0..<packing.blockCount
        )
    }

    /// The shortest time of `runs` runs, one at least.
    public func shortestDuration(runs: Int) -> Duration {
        var arguments = arguments()
        return unsafe withUnsafePointer(to: &arguments) { pointer in
            let pointer = unsafe UnsafeRawPointer(pointer)
            let scratch = unsafe AlignedBuffer(byteCount: max(kernel.scratchFloats(pointer), 16) * 4)
            let tasks = unsafe kernel.taskCount(pointer)
            return (0..<max(runs, 1)).map { _ in
                let start = ContinuousClock.now
                unsafe kernel.entry(pointer, 0, tasks, Self.floats(scratch))
                return ContinuousClock.now - start
            }.min() ?? .zero
        }
    }

    private func arguments() -> ConvolutionArguments {
        let (height, width) = (shape.inputHeight, shape.inputWidth)
        return unsafe ConvolutionArguments(
            shape: shape,
            images: images,
            input: Self.floats(input),
            inputStrides: shape.isInputPlain
                ? .plain(channels: shape.inputChannels, height: height, width: width)
                : .blocked(channels: shape.inputChannels, height: height, width: width),
            weights: Self.floats(weights),
            bias: nil,
            output: Self.floats(output),
            outputStrides: .blocked(
                channels: shape.outputChannels,
                height: shape.outputHeight,
                width: shape.outputWidth
            ),
            activation: ActivationFunction(.relu)
        )
    }

    private static func floats(_ buffer: borrowing AlignedBuffer) -> UnsafeMutablePointer<Float> {
        guard let base = unsafe buffer.bytes.baseAddress else {
            preconditionFailure("a buffer has an address")
        }
        return unsafe base.assumingMemoryBound(to: Float.self)
    }

    private static func fill(_ buffer: borrowing AlignedBuffer) {
        let values = unsafe buffer.bytes.bindMemory(to: Float.self)
        for index in values.indices { unsafe values[index] = Float(index % 251) / 125 - 1 }
    }
}
