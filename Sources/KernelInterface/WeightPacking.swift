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
        /// `[position][inputs rounded up to 16][16 outputs]`: filters after G g G^T of the tiling.
        case winograd(WinogradTiling)
    }

    /// The memory order of a block.
    public let order: Order
    /// The convolution; a linear map is a 1x1 convolution of a plain picture of one pixel.
    public let shape: ConvolutionShape

    /// Makes a packing.
    init(order: Order, shape: ConvolutionShape) {
        self.order = order
        self.shape = shape
    }

    /// The packing of ``KernelID/linear``: `[ceil(outputs / 16)][inputs][16]` from PyTorch's `[outputs, inputs]`.
    public static func linear(outputs: Int, inputs: Int) -> WeightPacking {
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
        return WeightPacking(order: .plainInput, shape: shape)
    }

    /// Blocks of the packed weights.
    public var blockCount: Int { shape.outputBlocks }

    /// Floats of a block.
    public var floatsPerBlock: Int {
        let taps = shape.kernelHeight * shape.kernelWidth
        switch order {
        case .dense: return shape.inputBlocksPerOutputBlock * taps * 256
        case .plainInput: return taps * shape.inputChannels * 16
        case .depthwise: return taps * 16
        case .grouped: return taps * shape.inputChannelsPerGroup * 16
        case .winograd(let tiling): return tiling.positions * shape.inputBlocks * 256
        }
    }

    /// Floats of the packed weights.
    ///
    /// Their address should be aligned to 64 bytes.
    public var floatCount: Int { blockCount * floatsPerBlock }

    /// Floats of an output channel's weights as PyTorch stores them: a row of `[I / groups, kernel rows, kernel columns]`.
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
    /// Complexity: linear in the packed floats; different ranges may be packed at the same time.
    public func pack(
        _ weights: UnsafePointer<Float>,
        into packed: UnsafeMutablePointer<Float>,
        blocks: Range<Int>
    ) {
        precondition(blocks.lowerBound >= 0 && blocks.upperBound <= blockCount, "no such blocks: \(blocks)")
        for block in blocks {
            let rows = unsafe weights + block * 16 * floatsPerOutput
            unsafe packBlock(block, rows: rows, scales: nil, into: packed + block * floatsPerBlock)
        }
    }

    /// Packs one block.
    ///
    /// - Parameters:
    ///   - block: its number.
    ///   - rows: the rows of its output channels (``outputs(ofBlock:)``), ``floatsPerOutput`` floats each.
    ///   - scales: sixteen factors, one an output channel, by which the packed weights are multiplied (a transformed
    ///     filter after it was rounded); nil for none.
    ///   - target: the block's place, ``floatsPerBlock`` floats.
    public func packBlock(
        _ block: Int,
        rows: UnsafePointer<Float>,
        scales: UnsafePointer<Float>?,
        into target: UnsafeMutablePointer<Float>
    ) {
        let lanes = outputs(ofBlock: block).count
        switch order {
        case .dense where shape.groups > 1: unsafe packGroupsDense(rows, scales, into: target, block: block)
        case .dense, .plainInput, .depthwise, .grouped: unsafe packRows(rows, scales, lanes, into: target)
        case .winograd(let tiling): unsafe packWinograd(rows, scales, lanes, into: target, tiling)
        }
    }
}

extension ConvolutionShape {
    /// Input blocks that each output block reads: all of them without groups.
    ///
    /// Complexity: linear in the channels of a group.
    public var inputBlocksPerOutputBlock: Int {
        guard groups > 1 else { return inputBlocks }
        // After so many output blocks groups, inputs and blocks stand as at the beginning.
        let outputPeriod = outputChannelsPerGroup / Self.commonFactor(outputChannelsPerGroup)
        let periodInputs = outputPeriod * 16 / outputChannelsPerGroup * inputChannelsPerGroup
        let period = outputPeriod * (16 / Self.commonFactor(periodInputs))
        var most = 1
        for block in 0..<min(outputBlocks, period) {
            let range = channelsRead(outputBlock: block)
            most = max(most, (range.upperBound + 15) / 16 - range.lowerBound / 16)
        }
        return most
    }

    /// The first of the input blocks that an output block reads.
    public func inputBlockStart(outputBlock: Int) -> Int {
        inputBlockStart(outputBlock: outputBlock, count: inputBlocksPerOutputBlock)
    }

    /// The first of the `count` input blocks that an output block reads, `count` being
    /// ``inputBlocksPerOutputBlock``.
    public func inputBlockStart(outputBlock: Int, count: Int) -> Int {
        guard groups > 1 else { return 0 }
        return min(channelsRead(outputBlock: outputBlock).lowerBound / 16, inputBlocks - count)
    }

    /// The greatest common divisor of 16 and `number`.
    private static func commonFactor(_ number: Int) -> Int { 1 << min(number.trailingZeroBitCount, 4) }

    /// The input channels that an output block reads: those of the groups that it has channels of.
    public func channelsRead(outputBlock: Int) -> Range<Int> {
        guard groups > 1 else { return 0..<inputChannels }
        let first = outputBlock * 16 / outputChannelsPerGroup
        let last = min(outputBlock * 16 + 15, outputChannels - 1) / outputChannelsPerGroup
        return first * inputChannelsPerGroup..<(last + 1) * inputChannelsPerGroup
    }
}
