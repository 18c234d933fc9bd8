public import Tensors

/// Turns decoded pictures into a model's input, by one specification.
///
/// It is a value without state: any number of threads may use one.
public struct Preprocessor: Sendable {
    /// The input's size and how it is made.
    public let spec: InputSpec
    /// How a picture becomes the input.
    public let rule: PreprocessRule
    /// What happens to samples that are not finite.
    public let nonFinite: NonFiniteRule

    /// For each channel what each 8-bit value becomes: all arithmetic on 8-bit pictures after resizing.
    private let table: [Float]

    /// Makes a preprocessor.
    public init(spec: InputSpec, rule: PreprocessRule = .timm, nonFinite: NonFiniteRule = .refuse) {
        self.spec = spec
        self.rule = rule
        self.nonFinite = nonFinite
        table = (0..<spec.channels).flatMap { channel in
            (0..<256).map { value in
                let unit = Float(value) / 255
                return rule == .none ? unit : (unit - spec.mean[channel]) / spec.standardDeviation[channel]
            }
        }
    }

    /// Writes the input of `picture` into `slot`, `[C, H, W]`.
    ///
    /// 8-bit pictures are resized bit by bit as Pillow does, 16-bit and float ones as Pillow resizes its mode F; then
    /// come float32 operations in torch's order. Where the resized picture is smaller than the input it lies in the
    /// middle, around it black (`center`, `squash`) or the mean (`border`). Allocates scratch of about the resized
    /// picture's size.
    ///
    /// Precondition: `slot` has room for exactly `C * H * W` floats.
    /// - Throws: `channelMismatch`, `sizeMismatch`, `nonFinite`, `degenerateSize`; the slot's contents are then
    ///   unspecified.
    public func prepare(
        _ picture: DecodedPicture,
        into slot: UnsafeMutableBufferPointer<Float>
    ) throws(ImageError) {
        precondition(
            slot.count == spec.channels * spec.height * spec.width,
            "a slot of \(slot.count) floats for [\(spec.channels), \(spec.height), \(spec.width)]"
        )
        let ready = try picture.checkingFiniteness(nonFinite).channelPicture(spec.channels)
        switch rule {
        case .none:
            guard ready.width == spec.width, ready.height == spec.height else {
                throw ImageError(
                    code: .sizeMismatch,
                    message:
                        "without preprocessing a picture must have the input's size: expected [\(spec.channels), "
                        + "\(spec.height), \(spec.width)] (channels, height, width), found "
                        + "[\(picture.mode.channels), \(ready.height), \(ready.width)]"
                )
            }
            let extent = ResizePlan.Extent(width: ready.width, height: ready.height)
            let isArray = if case .array = picture.mode { true } else { false }
            unsafe write(ready, plan: ResizePlan(source: extent, resized: extent), isRaw: isArray, into: slot)
        case .timm:
            let plan = try ResizePlan(
                spec: spec,
                source: ResizePlan.Extent(width: ready.width, height: ready.height)
            )
            unsafe write(ready, plan: plan, isRaw: false, into: slot)
        }
    }

    private func write(
        _ picture: ChannelPicture,
        plan: ResizePlan,
        isRaw: Bool,
        into slot: UnsafeMutableBufferPointer<Float>
    ) {
        let pixelCount = picture.width * picture.height
        switch picture.samples {
        case .grey(let bytes):
            let kept = resize(bytes, from: 0, pixelStride: 1, plan)
            for channel in 0..<spec.channels {
                unsafe place(kept, lane: 0, stride: 1, channel: channel, plan, isRaw: isRaw, slot)
            }
        case .pixels(let bytes, let channels):
            let kept = resize(bytes, from: 0, pixelStride: 4, plan)
            for channel in 0..<channels {
                unsafe place(kept, lane: channel, stride: 4, channel: channel, plan, isRaw: isRaw, slot)
            }
        case .bytePlanes(let planes, let channels):
            for channel in 0..<channels {
                let kept = resize(planes, from: channel * pixelCount, pixelStride: 1, plan)
                unsafe place(kept, lane: 0, stride: 1, channel: channel, plan, isRaw: isRaw, slot)
            }
        case .floatPlanes(let planes, let channels, let fullScale):
            let divisor = isRaw ? 1 : fullScale
            for plane in 0..<channels {
                let from = plane * pixelCount
                let kept = resize(planes, from: from, count: pixelCount, dividedBy: divisor, plan)
                let targets = channels == 1 ? 0..<spec.channels : plane..<plane + 1
                for channel in targets {
                    unsafe place(kept, channel: channel, fullScale: fullScale, plan, slot)
                }
            }
        }
    }

    private func resize(_ bytes: [UInt8], from: Int, pixelStride: Int, _ plan: ResizePlan) -> [UInt8] {
        unsafe bytes.withUnsafeBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return [] }
            return unsafe ByteResampler.resample(
                start + from,
                pixelStride: pixelStride,
                plan: plan,
                interpolation: spec.interpolation
            )
        }
    }

    private func resize(
        _ planes: [Float],
        from: Int,
        count: Int,
        dividedBy divisor: Float,
        _ plan: ResizePlan
    ) -> [Float] {
        let scaled =
            divisor == 1
            ? planes[from..<from + count] : ArraySlice(planes[from..<from + count].map { $0 / divisor })
        return unsafe scaled.withUnsafeBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return [] }
            return unsafe FloatResampler.resample(start, plan: plan, interpolation: spec.interpolation)
        }
    }

    /// Writes one channel of the 8-bit kept part, and what is around it.
    private func place(
        _ kept: [UInt8],
        lane: Int,
        stride: Int,
        channel: Int,
        _ plan: ResizePlan,
        isRaw: Bool,
        _ slot: UnsafeMutableBufferPointer<Float>
    ) {
        let plane = spec.width * spec.height
        guard let target = unsafe slot.baseAddress.map({ unsafe $0 + channel * plane }) else { return }
        let width = plan.columns.count
        unsafe table.withUnsafeBufferPointer { table in
            guard let values = unsafe table.baseAddress.map({ unsafe $0 + channel * 256 }) else { return }
            if width < spec.width || plan.rows.count < spec.height {
                let fill = unsafe values[Int(fillByte(channel: channel))]
                unsafe UnsafeMutableBufferPointer(start: target, count: plane).update(repeating: fill)
            }
            unsafe kept.withUnsafeBufferPointer { kept in
                for row in 0..<plan.rows.count {
                    let line = unsafe target + (row + plan.top) * spec.width + plan.left
                    var at = row * width * stride + lane
                    for column in 0..<width {
                        let value = unsafe kept[at]
                        unsafe line[column] = isRaw ? Float(value) : values[Int(value)]
                        at += stride
                    }
                }
            }
        }
    }

    /// Writes one channel of the float kept part, and what is around it.
    private func place(
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

extension DecodedPicture {
    /// The picture with `rule` applied to samples that are not finite.
    fileprivate func checkingFiniteness(_ rule: NonFiniteRule) throws(ImageError) -> DecodedPicture {
        guard case .floatPlanes(var planes, let fullScale) = samples, rule != .keep,
            let first = planes.firstIndex(where: { !$0.isFinite })
        else { return self }
        guard case .replace(let value) = rule else {
            let plane = width * height
            throw ImageError(
                code: .nonFinite,
                message:
                    "sample \(planes[first]) in band \(first / plane), row \(first % plane / width), column "
                    + "\(first % width); every sample must be finite, or name a value to put in their place"
            )
        }
        for index in planes.indices where !planes[index].isFinite { planes[index] = value }
        return DecodedPicture(
            width: width,
            height: height,
            mode: mode,
            samples: .floatPlanes(planes, fullScale: fullScale),
            palette: palette
        )
    }
}
