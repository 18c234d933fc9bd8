internal import CIntrinsics
internal import KernelInterface

/// ``KernelID/channelCopy``: moves channels between blocked maps, a task being a channel block of the output.
func runChannelCopy(
    _ pointer: UnsafeRawPointer,
    _ begin: Int,
    _ end: Int,
    _ scratch: UnsafeMutablePointer<Float>
) {
    let arguments = unsafe load(pointer, ChannelCopyArguments.self)
    let copy = ChannelCopy(arguments)
    for task in begin..<end {
        let (image, block) = (task / arguments.outputBlocks, task % arguments.outputBlocks)
        copy.copyBlock(
            unsafe SourceLanes(channels: arguments.sources + block &* 16),
            unsafe Source(arguments.input) + image &* arguments.inputStrides.image,
            unsafe Target(arguments.output)
                + (image &* arguments.outputStrides.image &+ block &* arguments.outputStrides.channel)
        )
    }
}

/// What the sixteen lanes of an output block are: channels of the input, or a marker of ``ChannelCopyArguments``.
@safe private struct SourceLanes {
    let channels: UnsafePointer<Int32>

    @inline(__always) subscript(lane: Int) -> Int { Int(unsafe channels[lane]) }

    /// Where the run of lanes from `lane` on ends that take neighbouring channels of one input block.
    func runEnd(_ lane: Int) -> Int {
        var end = lane &+ 1
        while end < 16, self[end] == self[lane] &+ (end &- lane), self[end] % 16 != 0 { end &+= 1 }
        return end
    }
}

/// Lanes of the output that take neighbouring lanes of an input block: a load that begins beside the pixel moves
/// all of them, and the lanes that belong to another pixel are masked.
private struct LaneRun {
    /// From the image's start to the float that would be the first lane of the first pixel.
    var offset = 0
    /// Minus one in the lanes of the run.
    var mask = apus_lanes_below(0)
}

/// The maps of a call; rows are joined to one where they follow each other.
private struct ChannelCopy {
    let rows: Int
    let columns: Int
    let inputStrides: MapStrides
    let outputRow: Int

    init(_ arguments: ChannelCopyArguments) {
        let (input, output) = (arguments.inputStrides, arguments.outputStrides)
        let isOneRow = input.row == arguments.width &* 16 && output.row == arguments.width &* 16
        rows = isOneRow ? 1 : arguments.height
        columns = isOneRow ? arguments.height &* arguments.width : arguments.width
        inputStrides = input
        outputRow = output.row
    }

    func copyBlock(_ lanes: SourceLanes, _ input: Source, _ output: Target) {
        if lanes[0] >= 0, lanes[0] % 16 == 0, lanes.runEnd(0) == 16 {
            let map = input + lanes[0] / 16 &* inputStrides.channel
            for row in 0..<rows {
                let (source, target) = (map + row &* inputStrides.row, output + row &* outputRow)
                for column in 0..<columns { target.store(source.vector(column &* 16), column &* 16) }
            }
            return
        }
        var isFirst = true
        var lane = 0
        repeat {
            let (first, second) = (nextRun(lanes, &lane), nextRun(lanes, &lane))
            // The first pass writes the zeros too.
            let kept = isFirst ? keptLanes(lanes) : ~(first.mask | second.mask)
            for row in 0..<rows {
                let (source, target) = (input + row &* inputStrides.row, output + row &* outputRow)
                if isFirst {
                    copyPixel(lanes, source, target)
                    if columns > 1 {
                        copyPixel(lanes, source + (columns &- 1) &* 16, target + (columns &- 1) &* 16)
                    }
                }
                if kept == apus_lanes_below(0) {
                    copyInner(source, first, second, target)
                } else {
                    copyInner(source, first, second, target, kept)
                }
            }
            isFirst = false
        } while lane < 16
    }

    /// The run that begins at `lane` or later, which moves behind it; no lanes where there is none.
    private func nextRun(_ lanes: SourceLanes, _ lane: inout Int) -> LaneRun {
        while lane < 16, lanes[lane] < 0 { lane &+= 1 }
        guard lane < 16 else { return LaneRun() }
        let (begin, channel) = (lane, lanes[lane])
        lane = lanes.runEnd(begin)
        return LaneRun(
            offset: channel / 16 &* inputStrides.channel &+ channel % 16 &- begin,
            mask: apus_lanes_below(lane) & ~apus_lanes_below(begin)
        )
    }

    private func keptLanes(_ lanes: SourceLanes) -> SIMD16<Int32> {
        var mask = apus_lanes_below(0)
        for lane in 0..<16 where lanes[lane] == Int(ChannelCopyArguments.keeps) { mask[lane] = -1 }
        return mask
    }

    /// One pixel, without a look at its neighbours: before the first and behind the last is nothing to read.
    private func copyPixel(_ lanes: SourceLanes, _ input: Source, _ output: Target) {
        for lane in 0..<16 {
            let channel = lanes[lane]
            guard channel != Int(ChannelCopyArguments.keeps) else { continue }
            let isZero = channel == Int(ChannelCopyArguments.zero)
            output[lane] = isZero ? 0 : input[channel / 16 &* inputStrides.channel &+ channel % 16]
        }
    }

    /// All pixels of a row but the first and the last; lanes of neither run become zero.
    private func copyInner(_ input: Source, _ first: LaneRun, _ second: LaneRun, _ output: Target) {
        let (left, right) = (input + first.offset, input + second.offset)
        var place = 16
        while place < (columns &- 1) &* 16 {
            let lanes = apus_select_two(left.vector(place), first.mask, right.vector(place), second.mask)
            output.store(lanes, place)
            place &+= 16
        }
    }

    /// The same, but the output keeps the lanes of `kept`.
    private func copyInner(
        _ input: Source,
        _ first: LaneRun,
        _ second: LaneRun,
        _ output: Target,
        _ kept: SIMD16<Int32>
    ) {
        let (left, right) = (input + first.offset, input + second.offset)
        var place = 16
        while place < (columns &- 1) &* 16 {
            let lanes = apus_select_two(left.vector(place), first.mask, right.vector(place), second.mask)
            output.store(apus_select_two(lanes, ~kept, output.vector(place), kept), place)
            place &+= 16
        }
    }
}
