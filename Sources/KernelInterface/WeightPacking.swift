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
        /// `[position][inputs rounded up to 16][16 outputs]`: filters after G g G^T of the tiling.
        case winograd(WinogradTiling)
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
    private var unroundedFloatsPerBlock: Int {
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
        switch precision {
        case .float32:
            for block in blocks {
                let target = unsafe packed + block * floatsPerBlock
                unsafe packUnrounded(weights, scales: scales, into: target, block: block)
            }
        case .bfloat16:
            let count = unroundedFloatsPerBlock
            unsafe withUnsafeTemporaryAllocation(of: Float.self, capacity: max(count, 1)) { floats in
                guard let base = floats.baseAddress else { return }
                for block in blocks {
                    unsafe packUnrounded(weights, scales: scales, into: base, block: block)
                    unsafe Self.round(base, count: count, into: packed + block * floatsPerBlock)
                }
            }
        }
    }

    /// Packs one block as float32.
    private func packUnrounded(
        _ weights: UnsafePointer<Float>,
        scales: UnsafePointer<Float>?,
        into target: UnsafeMutablePointer<Float>,
        block: Int
    ) {
        switch order {
        case .dense: unsafe packDense(weights, into: target, block: block)
        case .plainInput: unsafe packPlainInput(weights, into: target, block: block)
        case .depthwise: unsafe packDepthwise(weights, into: target, block: block)
        case .grouped: unsafe packGrouped(weights, into: target, block: block)
        case .winograd(let tiling): unsafe packWinograd(weights, into: target, block: block, tiling)
        }
        guard let scales = unsafe scales else { return }
        // Sixteen output channels stand innermost in every order, so scaling goes lane by lane.
        let own = unsafe scales + block * 16
        for row in stride(from: 0, to: unroundedFloatsPerBlock, by: 16) {
            for lane in 0..<16 { unsafe target[row + lane] *= own[lane] }
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

    private func packDense(
        _ weights: UnsafePointer<Float>,
        into target: UnsafeMutablePointer<Float>,
        block: Int
    ) {
        let taps = shape.kernelHeight * shape.kernelWidth
        let (inputs, outputs) = (shape.inputChannelsPerGroup, shape.outputChannelsPerGroup)
        let start = shape.inputBlockStart(outputBlock: block) * 16
        unsafe target.update(repeating: 0, count: unroundedFloatsPerBlock)
        for lane in 0..<min(16, shape.outputChannels - block * 16) {
            let output = block * 16 + lane
            let firstInput = output / outputs * inputs - start
            for input in 0..<inputs {
                let place = firstInput + input
                let source = unsafe weights + (output * inputs + input) * taps
                let first = place / 16 * taps * 256 + place % 16 * 16 + lane
                for tap in 0..<taps { unsafe target[first + tap * 256] = source[tap] }
            }
        }
    }

    private func packPlainInput(
        _ weights: UnsafePointer<Float>,
        into target: UnsafeMutablePointer<Float>,
        block: Int
    ) {
        let taps = shape.kernelHeight * shape.kernelWidth
        let inputs = shape.inputChannels
        unsafe target.update(repeating: 0, count: unroundedFloatsPerBlock)
        for lane in 0..<min(16, shape.outputChannels - block * 16) {
            let source = unsafe weights + (block * 16 + lane) * inputs * taps
            for input in 0..<inputs {
                for tap in 0..<taps {
                    unsafe target[(tap * inputs + input) * 16 + lane] = source[input * taps + tap]
                }
            }
        }
    }

    private func packDepthwise(
        _ weights: UnsafePointer<Float>,
        into target: UnsafeMutablePointer<Float>,
        block: Int
    ) {
        let taps = shape.kernelHeight * shape.kernelWidth
        unsafe target.update(repeating: 0, count: unroundedFloatsPerBlock)
        for lane in 0..<min(16, shape.outputChannels - block * 16) {
            let source = unsafe weights + (block * 16 + lane) * taps
            for tap in 0..<taps { unsafe target[tap * 16 + lane] = source[tap] }
        }
    }
}

extension WeightPacking {
    private func packGrouped(
        _ weights: UnsafePointer<Float>,
        into target: UnsafeMutablePointer<Float>,
        block: Int
    ) {
        let (rows, columns) = (shape.kernelHeight, shape.kernelWidth)
        let inputs = shape.inputChannelsPerGroup
        unsafe target.update(repeating: 0, count: unroundedFloatsPerBlock)
        for lane in 0..<min(16, shape.outputChannels - block * 16) {
            for input in 0..<inputs {
                let source = unsafe weights + ((block * 16 + lane) * inputs + input) * rows * columns
                for row in 0..<rows {
                    let place = unsafe target + ((row * inputs + input) * columns * 16 + lane)
                    for column in 0..<columns { unsafe place[column * 16] = source[row * columns + column] }
                }
            }
        }
    }

    /// Transforms the filters of a block in double precision: U = G g G^T.
    private func packWinograd(
        _ weights: UnsafePointer<Float>,
        into target: UnsafeMutablePointer<Float>,
        block: Int,
        _ tiling: WinogradTiling
    ) {
        let (edge, inputs) = (tiling.edge, shape.inputChannels)
        let transform = tiling.filterTransform
        let positionFloats = shape.inputBlocks * 256
        unsafe target.update(repeating: 0, count: unroundedFloatsPerBlock)
        for lane in 0..<min(16, shape.outputChannels - block * 16) {
            for input in 0..<inputs {
                let filter = unsafe weights + ((block * 16 + lane) * inputs + input) * 9
                let place = unsafe target + (input * 16 + lane)
                for y in 0..<edge {
                    let (t0, t1, t2) = (transform[y][0], transform[y][1], transform[y][2])
                    let r0 = unsafe t0 * Double(filter[0]) + t1 * Double(filter[3]) + t2 * Double(filter[6])
                    let r1 = unsafe t0 * Double(filter[1]) + t1 * Double(filter[4]) + t2 * Double(filter[7])
                    let r2 = unsafe t0 * Double(filter[2]) + t1 * Double(filter[5]) + t2 * Double(filter[8])
                    for x in 0..<edge {
                        let row = transform[x]
                        unsafe place[(y * edge + x) * positionFloats] =
                            Float(row[0] * r0 + row[1] * r1 + row[2] * r2)
                    }
                }
            }
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
