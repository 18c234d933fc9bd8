internal import KernelInterface
internal import Tensors

/// The constants of a program in memory, as the kernels read them.
struct PackedConstants: ~Copyable {
    /// All constants, each at a multiple of 64 bytes.
    let buffer: AlignedBuffer
    /// Where each constant starts, in bytes.
    let offsets: [Int]

    /// Where constant `index` starts.
    func address(_ index: Int) -> UnsafeMutableRawPointer {
        guard let base = unsafe buffer.bytes.baseAddress else {
            preconditionFailure("a buffer has an address")
        }
        return unsafe base + offsets[index]
    }
}

/// Writes weights into the kernels' order, straight from the checkpoint's tensors, on all threads.
enum PackConstants {
    static func apply(_ constants: [ConstantBlock], threads: ThreadPool) -> PackedConstants {
        var offsets: [Int] = []
        var total = 0
        for constant in constants {
            offsets.append(total)
            total += (constant.byteCount + 63) / 64 * 64
        }
        let packed = PackedConstants(buffer: AlignedBuffer(byteCount: total), offsets: offsets)
        for (index, constant) in constants.enumerated() {
            let target = unsafe packed.address(index)
            switch constant {
            case .floats(let values): unsafe copy(values, to: target)
            case .int32s(let values): unsafe copy(values, to: target)
            case .ints(let values): unsafe copy(values, to: target)
            case .weights(let packing, let tensor, let scale):
                unsafe pack(tensor, packing, scale, to: target.assumingMemoryBound(to: Float.self), threads)
            }
        }
        return packed
    }

    private static func copy<Element: BitwiseCopyable>(
        _ values: [Element],
        to target: UnsafeMutableRawPointer
    ) {
        unsafe values.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return }
            unsafe target.copyMemory(from: base, byteCount: bytes.count)
        }
    }

    private static func pack(
        _ tensor: Tensor,
        _ packing: WeightPacking,
        _ scale: [Float]?,
        to target: UnsafeMutablePointer<Float>,
        _ threads: ThreadPool
    ) {
        let zeros = [Float](repeating: 0, count: BlockedLayout.padded(packing.shape.outputChannels))
        let padded = scale.map { $0 + zeros[$0.count...] } ?? []
        unsafe padded.withUnsafeBufferPointer { scales in
            unsafe tensor.convertedToFloat32().withUnsafeBytes { bytes in
                guard let source = unsafe bytes.baseAddress?.assumingMemoryBound(to: Float.self) else {
                    return
                }
                var job = unsafe PackingJob(
                    packing: packing,
                    source: source,
                    target: target,
                    scales: scale == nil ? nil : scales.baseAddress
                )
                let grain = max(1, (1 << 16) / max(packing.floatsPerBlock, 1))
                unsafe threads.run(tasks: packing.blockCount, grain: grain, context: &job) {
                    context,
                    begin,
                    end,
                    _ in
                    unsafe context.assumingMemoryBound(to: PackingJob.self).pointee.run(begin..<end)
                }
            }
        }
    }
}

/// What the threads that pack one weight share.
@safe private struct PackingJob {
    let packing: WeightPacking
    let source: UnsafePointer<Float>
    let target: UnsafeMutablePointer<Float>
    let scales: UnsafePointer<Float>?

    /// Packs blocks.
    func run(_ blocks: Range<Int>) {
        unsafe packing.pack(source, scales: scales, into: target, blocks: blocks)
    }
}
