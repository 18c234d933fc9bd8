public import KernelInterface
import Tensors

/// One kernel at one shape with synthetic numbers, ready to be timed on the calling thread.
public final class KernelBenchmark {
    /// The kernel.
    public let kernel: KernelRow
    /// What it multiplies: of all pictures of a run.
    public let shape: WeightedShape

    private let input: AlignedBuffer
    private let output: AlignedBuffer
    private let weights: AlignedBuffer

    /// Fills input and weights and packs the weights as `kernel` wants them.
    ///
    /// Precondition: the kernel is one of ``WeightedShape/kernels``, and the processor supports its instruction set.
    public init(kernel: KernelRow, shape: WeightedShape) {
        precondition(shape.kernels.contains(kernel.id), "\(kernel.name) does not serve \(shape)")
        self.kernel = kernel
        self.shape = shape
        let packing: WeightPacking
        let (inputCount, filterCount, outputCount): (Int, Int, Int)
        switch shape {
        case .convolution(let shape, let images):
            packing = kernel.id.packing(shape)
            let channels =
                shape.isInputPlain ? shape.inputChannels : BlockedLayout.padded(shape.inputChannels)
            inputCount = images * channels * shape.inputHeight * shape.inputWidth
            filterCount =
                shape.outputChannels * shape.inputChannelsPerGroup * shape.kernelHeight * shape.kernelWidth
            outputCount =
                images * BlockedLayout.padded(shape.outputChannels) * shape.outputHeight * shape.outputWidth
        case .linear(let rows, let inputs, let outputs):
            packing = kernel.id.linearPacking(outputs: outputs, inputs: inputs)
            (inputCount, filterCount, outputCount) = (rows * inputs, outputs * inputs, rows * outputs)
        }
        input = AlignedBuffer(byteCount: inputCount * 4)
        output = AlignedBuffer(byteCount: outputCount * 4)
        weights = AlignedBuffer(byteCount: packing.floatCount * 4)
        let filters = AlignedBuffer(byteCount: filterCount * 4)
        Self.fill(input)
        Self.fill(filters)
        unsafe packing.pack(
            Self.floats(filters),
            into: Self.floats(weights),
            blocks: 0..<packing.blockCount
        )
    }

    /// The shortest time of `runs` runs, one at least, after one that is not counted.
    public func shortestDuration(runs: Int) -> Duration {
        switch shape {
        case .convolution(let shape, let images): shortestDuration(runs, arguments(shape, images))
        case .linear(let rows, let inputs, let outputs):
            unsafe shortestDuration(
                runs,
                LinearArguments(
                    rows: rows,
                    inputs: inputs,
                    outputs: outputs,
                    input: Self.floats(input),
                    weights: Self.floats(weights),
                    bias: nil,
                    output: Self.floats(output)
                )
            )
        }
    }

    private func shortestDuration<Arguments>(_ runs: Int, _ arguments: Arguments) -> Duration {
        unsafe withUnsafePointer(to: arguments) { pointer in
            let pointer = unsafe UnsafeRawPointer(pointer)
            let scratch = unsafe AlignedBuffer(byteCount: max(kernel.scratchFloats(pointer), 16) * 4)
            let tasks = unsafe kernel.taskCount(pointer)
            unsafe kernel.entry(pointer, 0, tasks, Self.floats(scratch))
            return (0..<max(runs, 1)).map { _ in
                let start = ContinuousClock.now
                unsafe kernel.entry(pointer, 0, tasks, Self.floats(scratch))
                return ContinuousClock.now - start
            }.min() ?? .zero
        }
    }

    private func arguments(_ shape: ConvolutionShape, _ images: Int) -> ConvolutionArguments {
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

    static func floats(_ buffer: borrowing AlignedBuffer) -> UnsafeMutablePointer<Float> {
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
