/// Which input channels the blocks of the output read.
extension ConvolutionShape {
    /// Input blocks that each output block reads: all of them without groups.
    ///
    /// Complexity: linear in the channels of a group.
    public var inputBlocksPerOutputBlock: Int {
        guard groups > 1 else { return inputBlocks }
        // After so many output blocks groups, inputs and blocks stand as at the beginning.
        let outputPeriod = outputBlockPeriod
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

    /// Output blocks from one that begins with a group to the next that does.
    public var outputBlockPeriod: Int { outputChannelsPerGroup / Self.commonFactor(outputChannelsPerGroup) }

    /// The greatest common divisor of 16 and `number`.
    private static func commonFactor(_ number: Int) -> Int { 1 << min(number.trailingZeroBitCount, 4) }

    /// The input channels that an output block reads: those of the groups that it has channels of.
    public func channelsRead(outputBlock: Int) -> Range<Int> {
        guard groups > 1 else { return 0..<inputChannels }
        let first = outputBlock * 16 / outputChannelsPerGroup
        let last = min(outputBlock * 16 + 15, outputChannels - 1) / outputChannelsPerGroup
        return first * inputChannelsPerGroup..<(last + 1) * inputChannelsPerGroup
    }

    /// The input blocks that hold the channels which the output blocks of `range` read.
    public func inputBlocksRead(outputBlocks range: Range<Int>) -> Range<Int> {
        guard let last = range.last else { return 0..<0 }
        let first = channelsRead(outputBlock: range.lowerBound).lowerBound / 16
        return first..<BlockedLayout.blocks(channelsRead(outputBlock: last).upperBound)
    }

    /// The first lane of an output block's second group; sixteen if it has one group.
    public func secondGroupLane(outputBlock: Int) -> Int {
        let end = (outputBlock * 16 / outputChannelsPerGroup + 1) * outputChannelsPerGroup
        return end >= outputChannels ? 16 : min(end - outputBlock * 16, 16)
    }
}
