private import CIntrinsics

/// How a kernel wants its weights, and the function that puts them so: once per compiled model.
///
/// A packed weight is a row of blocks, one for each 16 output channels, of ``floatsPerBlock`` floats each; the
/// blocks are packed independently of each other, so threads may share the work. Output channels past the last
/// are zero weights.
public struct WeightPacking: Sendable, Hashable {
    /// The memory order of a block.
    public enum Order: Sendable, Hashable {
        /// `[input block][kernel row][kernel column][16 inputs][16 outputs]`: the input blocks of
        /// ``ConvolutionShape/inputBlockStart(outputBlock:)``; inputs of other groups are zero weights.
        case dense
        /// `[kernel row][kernel column][inputs][16 outputs]`: the order of interleaved pictures.
        case plainInput
        /// `[kernel row][kernel column][16 channels]`.
        case depthwise
        /// `[kernel row][inputs of a group][kernel column][16 outputs]`.
        case grouped
        /// `[position][inputs rounded up to 16, or those of a group][16 outputs]`: filters after G g G^T of the tiling.
        case winograd(WinogradTiling)
        /// `[point][kernel row][phase][inputs][16 outputs]`: filter rows after the transforms of ``StrideTwoTiling``; the
        /// last point has one phase.
        case strideTwo
        /// `[point][tap across the line][inputs][16 outputs]`: filters after the transform of ``LineTiling``.
        case lines
        /// `[factor][of each span: correction, inputs][16 outputs]`: columns for ``FastInnerProduct``.
        case fastInnerProduct
    }

    /// The memory order of a block.
    public let order: Order
    /// The convolution; a linear map is a 1x1 convolution of a plain picture of one pixel.
    public let shape: ConvolutionShape
    /// What the packed weights are: in bfloat16 the rows of 16 outputs of two neighbouring inputs stand lane by lane
    /// beside each other, `[k / 2][16 outputs][2]` in place of `[k][16 outputs]`, zero past an odd last input.
    public let precision: Precision

    /// Makes a packing; bfloat16 is for ``Order/dense`` and for ``linear(outputs:inputs:precision:)``.
    init(order: Order, shape: ConvolutionShape, precision: Precision = .float32) {
        self.order = order
        self.shape = shape
        self.precision = precision
    }

    /// The packing of ``KernelID/linear``: `[ceil(outputs / 16)][inputs][16]` from PyTorch's `[outputs, inputs]`; or of
    /// ``KernelID/linearBFloat16``: `[ceil(outputs / 16)][ceil(inputs / 2)][16][2]`.
    public static func linear(
        outputs: Int,
        inputs: Int,
        precision: Precision = .float32
    ) -> WeightPacking {
        var shape = ConvolutionShape(
            inputChannels: inputs,
            inputHeight: 1,
            inputWidth: 1,
            outputChannels: outputs,
            outputHeight: 1,
            outputWidth: 1,
            kernelHeight: 1,
            kernelWidth: 1
        )
        shape.isInputPlain = true
        return WeightPacking(order: .plainInput, shape: shape, precision: precision)
    }

    /// Blocks of the packed weights.
    public var blockCount: Int { shape.outputBlocks }

    /// Floats of a block; a pair of bfloat16 takes the room of one.
    public var floatsPerBlock: Int {
        switch precision {
        case .float32: unroundedFloatsPerBlock
        case .bfloat16: (unroundedFloatsPerBlock / 16 + 1) / 2 * 16
        }
    }

    /// Floats of a block before rounding.
    var unroundedFloatsPerBlock: Int {
        let taps = shape.kernelHeight * shape.kernelWidth
        switch order {
        case .dense: return shape.inputBlocksPerOutputBlock * taps * 256
        case .plainInput: return taps * shape.inputChannels * 16
        case .depthwise: return taps * 16
        case .grouped: return taps * shape.inputChannelsPerGroup * 16
        case .winograd(let tiling): return tiling.positions * tiling.inputsPerPosition(shape) * 16
        case .strideTwo: return StrideTwoTiling.products * shape.kernelHeight * shape.inputChannels * 16
        case .lines:
            let (tiling, across) = (lineTiling, min(shape.kernelHeight, shape.kernelWidth))
            return tiling.points * across * shape.inputChannels * 16
        case .fastInnerProduct: return FastInnerProduct.floatsPerBlock(shape.inputChannels)
        }
    }

    /// The tiling of ``Order/lines``.
    private var lineTiling: LineTiling {
        guard let tiling = LineTiling(shape) else { preconditionFailure("no line tiling serves \(shape)") }
        return tiling
    }

    /// Floats of the packed weights.
    ///
    /// Their address should be aligned to 64 bytes.
    public var floatCount: Int { blockCount * floatsPerBlock }

    /// Floats of an output channel's weights as PyTorch stores them: a row of
    /// `[I / groups, kernel rows, kernel columns]`.
    public var floatsPerOutput: Int {
        shape.inputChannelsPerGroup * shape.kernelHeight * shape.kernelWidth
    }

    /// The output channels whose rows a block is packed from: sixteen, or what is left of them.
    public func outputs(ofBlock block: Int) -> Range<Int> {
        block * 16..<min(block * 16 + 16, shape.outputChannels)
    }

    /// Packs blocks `blocks` of `weights`, row-major `[O, I / groups, kernel rows, kernel columns]`, to their
    /// place in `packed`, which has room for ``floatCount`` floats.
    ///
    /// Each output channel is multiplied by its factor in `scales` (16 floats for each block) before it is rounded.
    ///
    /// Complexity: linear in the packed floats; different ranges may be packed at the same time.
    public func pack(
        _ weights: UnsafePointer<Float>,
        scales: UnsafePointer<Float>? = nil,
        into packed: UnsafeMutablePointer<Float>,
        blocks: Range<Int>
    ) {
        precondition(blocks.lowerBound >= 0 && blocks.upperBound <= blockCount, "no such blocks: \(blocks)")
        for block in blocks {
            let rows = unsafe weights + block * 16 * floatsPerOutput
            let own = unsafe scales.map { unsafe $0 + block * 16 }
            unsafe packBlock(block, rows: rows, scales: own, into: packed + block * floatsPerBlock)
        }
    }

    /// Packs one block.
    ///
    /// - Parameters:
    ///   - block: its number.
    ///   - rows: the rows of its output channels (``outputs(ofBlock:)``), ``floatsPerOutput`` floats each.
    ///   - scales: sixteen factors, one an output channel, by which the packed weights are multiplied (a transformed
    ///     filter of ``Order/winograd(_:)`` after it was rounded); nil for none.
    ///   - target: the block's place, ``floatsPerBlock`` floats.
    public func packBlock(
        _ block: Int,
        rows: UnsafePointer<Float>,
        scales: UnsafePointer<Float>?,
        into target: UnsafeMutablePointer<Float>
    ) {
        switch precision {
        case .float32: unsafe packUnrounded(block, rows, scales, into: target)
        case .bfloat16:
            let count = unroundedFloatsPerBlock
            unsafe withUnsafeTemporaryAllocation(byteCount: max(count, 1) * 4, alignment: 64) { bytes in
                guard let start = bytes.baseAddress else { return }
                let floats = unsafe start.bindMemory(to: Float.self, capacity: count)
                unsafe packUnrounded(block, rows, scales, into: floats)
                unsafe Self.round(floats, count: count, into: target)
            }
        }
    }

    /// Rounds rows of sixteen floats, `count` floats in all, to pairs of bfloat16: `[row / 2][16][2]`.
    private static func round(
        _ floats: UnsafePointer<Float>,
        count: Int,
        into pairs: UnsafeMutablePointer<Float>
    ) {
        for row in stride(from: 0, to: count, by: 32) {
            let first = unsafe apus_load(floats + row)
            let second = row + 16 < count ? unsafe apus_load(floats + row + 16) : apus_float16(repeating: 0)
            unsafe apus_store(pairs + row / 2, apus_bfloat16_pairs(first, second))
        }
    }

    /// Packs one block as float32.
    private func packUnrounded(
        _ block: Int,
        _ rows: UnsafePointer<Float>,
        _ scales: UnsafePointer<Float>?,
        into target: UnsafeMutablePointer<Float>
    ) {
        let lanes = outputs(ofBlock: block).count
        switch order {
        case .dense where shape.groups > 1: unsafe packGroupsDense(rows, scales, into: target, block: block)
        case .dense, .plainInput, .depthwise, .grouped: unsafe packRows(rows, scales, lanes, into: target)
        case .winograd(let tiling): unsafe packWinograd(rows, scales, lanes, into: target, tiling)
        case .strideTwo: unsafe packStrideTwo(rows, scales, lanes, into: target)
        case .lines: unsafe packLines(rows, scales, lanes, into: target, lineTiling)
        case .fastInnerProduct: unsafe packFastInnerProduct(rows, scales, lanes, into: target)
        }
    }
}
