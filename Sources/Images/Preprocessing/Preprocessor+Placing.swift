internal import Tensors

/// Where resized pixels become the input's floats: normalised, in planes, and where the picture is smaller than the
/// input in its middle.
extension Preprocessor {
    /// Writes a row of the 8-bit kept part to each of `channels`.
    ///
    /// Of four bytes a pixel each belongs to the channel of its number; one byte belongs to all of `channels`.
    func place(
        _ pixels: UnsafePointer<UInt8>,
        pixelStride: Int,
        row: Int,
        channels: Range<Int>,
        _ plan: ResizePlan,
        isRaw: Bool,
        _ slot: UnsafeMutableBufferPointer<Float>
    ) {
        for channel in channels {
            let samples = unsafe pixelStride == 1 ? pixels : pixels + channel
            let values = isRaw ? numbers[...] : table[channel * 256..<channel * 256 + 256]
            unsafe values.withUnsafeBufferPointer { values in
                guard let values = values.baseAddress, let target = slot.baseAddress else { return }
                let line = unsafe target + start(of: row, channel: channel, plan)
                for column in 0..<plan.columns.count {
                    unsafe line[column] = values[Int(samples[column &* pixelStride])]
                }
            }
        }
    }

    /// Fills planes with what 8-bit pictures are padded with, if the kept part does not cover them.
    func surround(
        channels: Range<Int>,
        _ plan: ResizePlan,
        _ slot: UnsafeMutableBufferPointer<Float>
    ) {
        guard plan.columns.count < spec.width || plan.rows.count < spec.height else { return }
        let plane = spec.width * spec.height
        for channel in channels {
            let fill = table[channel * 256 + Int(fillByte(channel: channel))]
            unsafe UnsafeMutableBufferPointer(rebasing: slot[channel * plane..<(channel + 1) * plane])
                .update(repeating: fill)
        }
    }

    /// The place in the slot where a row of the kept part begins.
    private func start(of row: Int, channel: Int, _ plan: ResizePlan) -> Int {
        (channel * spec.height + row + plan.top) * spec.width + plan.left
    }

    /// Writes one channel of the float kept part, and what is around it.
    func place(
        _ kept: [Float],
        channel: Int,
        fullScale: Float,
        _ plan: ResizePlan,
        _ slot: UnsafeMutableBufferPointer<Float>
    ) {
        let plane = spec.width * spec.height
        let width = plan.columns.count
        let target = unsafe UnsafeMutableBufferPointer(
            rebasing: slot[channel * plane..<(channel + 1) * plane]
        )
        let isPlain = rule == .none
        let mean = spec.mean[channel]
        let deviation = spec.standardDeviation[channel]
        if width < spec.width || plan.rows.count < spec.height {
            let fill = fillFloat(channel: channel, fullScale: fullScale)
            unsafe target.update(repeating: (fill - mean) / deviation)
        }
        unsafe kept.withUnsafeBufferPointer { kept in
            for row in 0..<plan.rows.count {
                let line = (row + plan.top) * spec.width + plan.left
                for column in 0..<width {
                    let value = unsafe kept[row * width + column]
                    unsafe target[line + column] = isPlain ? value : (value - mean) / deviation
                }
            }
        }
    }

    /// What timm pads 8-bit pictures with: 0, or with `border` `round(255 * mean)`.
    ///
    /// timm computes in float64 from the mean as it is written, hence the way over its shortest decimal text.
    private func fillByte(channel: Int) -> UInt8 {
        guard spec.cropMode == .border, let mean = Double(spec.mean[channel].description) else { return 0 }
        let rounded = (mean * 255).rounded(.toNearestOrEven)
        return UInt8(min(max(rounded, 0), 255))
    }

    /// The same for floats: 0, or with `border` the mean, which 16-bit pictures round to their steps.
    private func fillFloat(channel: Int, fullScale: Float) -> Float {
        guard spec.cropMode == .border else { return 0 }
        let mean = spec.mean[channel]
        return fullScale == 1 ? mean : (mean * fullScale).rounded(.toNearestOrEven) / fullScale
    }
}
