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
///
/// The blocks of all layers are one job. Each task lets go of the pages of the checkpoint that it has read, so that
/// the packed weights and the mapped file are never resident together.
enum PackConstants {
    /// Packed floats of a task, about: some tens of microseconds.
    private static let floatsPerTask = 1 << 16

    static func apply(_ constants: [ConstantBlock], threads: ThreadPool) -> PackedConstants {
        var offsets: [Int] = []
        var total = 0
        for constant in constants {
            offsets.append(total)
            total += (constant.byteCount + 63) / 64 * 64
        }
        let packed = PackedConstants(buffer: AlignedBuffer(byteCount: total), offsets: offsets)
        var layers: [PackingLayer] = []
        var tasks: [PackingTask] = []
        for (index, constant) in constants.enumerated() {
            let target = unsafe packed.address(index)
            switch constant {
            case .floats(let values): unsafe copy(values, to: target)
            case .int32s(let values): unsafe copy(values, to: target)
            case .ints(let values): unsafe copy(values, to: target)
            case .weights(let packing, let tensor, let scale):
                let step = max(1, floatsPerTask / max(packing.floatsPerBlock, 1))
                for first in stride(from: 0, to: packing.blockCount, by: step) {
                    let blocks = first..<min(first + step, packing.blockCount)
                    tasks.append(PackingTask(layer: layers.count, blocks: blocks))
                }
                let layer = unsafe PackingLayer(
                    packing: packing,
                    tensor: tensor,
                    scales: scale,
                    target: target.assumingMemoryBound(to: Float.self)
                )
                layers.append(layer)
            }
        }
        let shared = PackingJob(layers: layers, tasks: tasks)
        unsafe threads.run(tasks: tasks.count, context: Unmanaged.passUnretained(shared).toOpaque()) {
            context,
            begin,
            end,
            _ in
            let job = unsafe Unmanaged<PackingJob>.fromOpaque(context).takeUnretainedValue()
            job.run(begin..<end)
        }
        withExtendedLifetime(shared) {}
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
}

/// The weights of one kernel call.
@safe private struct PackingLayer {
    let packing: WeightPacking
    let tensor: Tensor
    /// Sixteen factors a block, or none.
    let scales: [Float]?
    /// The place of block 0.
    let target: UnsafeMutablePointer<Float>

    init(packing: WeightPacking, tensor: Tensor, scales: [Float]?, target: UnsafeMutablePointer<Float>) {
        self.packing = packing
        self.tensor = tensor
        let paddedCount = BlockedLayout.padded(packing.shape.outputChannels)
        self.scales = scales.map { $0 + [Float](repeating: 0, count: paddedCount - $0.count) }
        unsafe self.target = target
    }

    /// Packs `blocks` from their rows of the tensor, and lets go of the pages that the rows fill.
    func pack(_ blocks: Range<Int>) {
        let first = packing.outputs(ofBlock: blocks.lowerBound).lowerBound
        let end = packing.outputs(ofBlock: blocks.upperBound - 1).upperBound
        let floats = first * packing.floatsPerOutput..<end * packing.floatsPerOutput
        let rowFloats = BlockedLayout.lanes * packing.floatsPerOutput
        unsafe tensor.withFloats(floats) { rows in
            unsafe (scales ?? []).withUnsafeBufferPointer { scales in
                let factors = self.scales == nil ? nil : scales.baseAddress
                for block in blocks {
                    unsafe packing.packBlock(
                        block,
                        rows: rows + (block - blocks.lowerBound) * rowFloats,
                        scales: factors.map { unsafe $0 + block * BlockedLayout.lanes },
                        into: target + block * packing.floatsPerBlock
                    )
                }
            }
        }
        let size = tensor.dtype.byteCount
        tensor.storage.releasePages(
            tensor.byteOffset + floats.lowerBound * size..<tensor.byteOffset + floats.upperBound * size
        )
    }
}

/// Neighbouring blocks of one layer.
private struct PackingTask {
    let layer: Int
    let blocks: Range<Int>
}

/// What the threads that pack share.
private final class PackingJob {
    private let layers: [PackingLayer]
    private let tasks: [PackingTask]

    init(layers: [PackingLayer], tasks: [PackingTask]) {
        self.layers = layers
        self.tasks = tasks
    }

    func run(_ range: Range<Int>) {
        for task in tasks[range] { layers[task.layer].pack(task.blocks) }
    }
}
