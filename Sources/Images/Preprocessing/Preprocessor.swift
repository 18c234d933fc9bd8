package import KernelInterface
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

    /// What 8-bit pictures are resized with; it does not show in the result.
    package var instructionSet = InstructionSet.best

    /// For each channel what each 8-bit value becomes: all arithmetic on 8-bit pictures after resizing.
    let table: [Float]
    /// What they become where arrays are given unchanged: themselves.
    let numbers = (0..<256).map { Float($0) }

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
    /// middle, around it black (`center`, `squash`) or the mean (`border`). 8-bit pictures go through row by row:
    /// scratch of some rows is allocated, for 16-bit and float ones of about the resized picture's size.
    ///
    /// Precondition: `slot` has room for exactly `C * H * W` floats; `picture` was decoded whole or for this
    /// preprocessor.
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
        if let region = region(ofWidth: picture.width, height: picture.height) {
            precondition(picture.region.contains(region), "a picture decoded for another preprocessor")
        } else {
            precondition(picture.isWhole, "a picture decoded for another preprocessor")
        }
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

    /// What of a picture ``prepare(_:into:)`` looks at, or nil where that is all of it or the picture is not fit.
    func region(ofWidth width: Int, height: Int) -> PictureRegion? {
        guard rule == .timm else { return nil }
        do {
            let plan = try ResizePlan(spec: spec, source: ResizePlan.Extent(width: width, height: height))
            return plan.region(spec.interpolation)
        } catch {
            // It is thrown again when the picture is prepared.
            return nil
        }
    }

    private func write(
        _ picture: ChannelPicture,
        plan: ResizePlan,
        isRaw: Bool,
        into slot: UnsafeMutableBufferPointer<Float>
    ) {
        let pixelCount = picture.region.count
        switch picture.samples {
        case .grey(let bytes):
            unsafe place(bytes, from: 0, pixelStride: 1, picture, plan, 0..<spec.channels, isRaw: isRaw, slot)
        case .pixels(let bytes, let channels):
            unsafe place(bytes, from: 0, pixelStride: 4, picture, plan, 0..<channels, isRaw: isRaw, slot)
        case .bytePlanes(let planes, let channels):
            for channel in 0..<channels {
                let from = channel * pixelCount
                let targets = channel..<channel + 1
                unsafe place(planes, from: from, pixelStride: 1, picture, plan, targets, isRaw: isRaw, slot)
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

    /// Resizes 8-bit samples and writes them to `channels`, row by row.
    private func place(
        _ bytes: [UInt8],
        from: Int,
        pixelStride: Int,
        _ picture: ChannelPicture,
        _ plan: ResizePlan,
        _ channels: Range<Int>,
        isRaw: Bool,
        _ slot: UnsafeMutableBufferPointer<Float>
    ) {
        unsafe surround(channels: channels, plan, slot)
        unsafe bytes.withUnsafeBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return }
            unsafe ByteResampler.resample(
                start + from,
                region: picture.region,
                pixelStride: pixelStride,
                plan: plan,
                interpolation: spec.interpolation,
                instructionSet: instructionSet
            ) { row, line in
                unsafe place(
                    line,
                    pixelStride: pixelStride,
                    row: row,
                    channels: channels,
                    plan,
                    isRaw: isRaw,
                    slot
                )
            }
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
