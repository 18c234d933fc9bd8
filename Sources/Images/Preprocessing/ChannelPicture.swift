/// A picture brought to a model's channels, before resizing.
struct ChannelPicture {
    var width: Int
    var height: Int
    /// The part of the picture that the samples are of.
    var region: PictureRegion
    var samples: Samples

    enum Samples {
        /// One 8-bit plane that every channel of the model takes: grey resized once and copied is what resizing three
        /// equal channels gives.
        case grey([UInt8])
        /// Four bytes a pixel, of which the model takes the first `channels`.
        case pixels([UInt8], channels: Int)
        /// 8-bit planes `[C, H, W]`.
        case bytePlanes([UInt8], channels: Int)
        /// Float planes `[C, H, W]`, to be divided by `fullScale`; one plane serves every channel of the model.
        case floatPlanes([Float], channels: Int, fullScale: Float)
    }
}

extension DecodedPicture {
    /// The picture as a model of `channels` input channels takes it.
    ///
    /// 3 takes RGB and 1 takes grey, by Pillow's `convert('RGB')` and `convert('L')`: alpha is dropped, CMYK and
    /// palettes become colours. Any other count, and arrays always, must match; RGBA and CMYK are then four channels
    /// like any others, and are resized without regard to alpha.
    /// - Throws: `channelMismatch`.
    func channelPicture(_ channels: Int) throws(ImageError) -> ChannelPicture {
        guard let samples = channelSamples(channels) else {
            throw ImageError(
                code: .channelMismatch,
                message:
                    "expected \(channels) channel\(channels == 1 ? "" : "s"), found \(mode.channels) (\(mode)); "
                    + "set --in-chans \(mode.channels) or give another picture"
            )
        }
        return ChannelPicture(width: width, height: height, region: region, samples: samples)
    }

    private func channelSamples(_ channels: Int) -> ChannelPicture.Samples? {
        switch samples {
        case .bytes(let bytes, let pixelStride): byteSamples(bytes, pixelStride, channels)
        case .words(let words): wordSamples(words, channels)
        case .bytePlanes(let planes):
            mode.channels == channels ? .bytePlanes(planes, channels: channels) : nil
        case .floatPlanes(let planes, let fullScale):
            mode.channels == channels
                ? .floatPlanes(planes, channels: channels, fullScale: fullScale) : nil
        }
    }

    private func byteSamples(_ bytes: [UInt8], _ pixelStride: Int, _ channels: Int) -> ChannelPicture.Samples?
    {
        switch (mode, channels) {
        case (.bilevel, 1), (.bilevel, 3), (.grey, 1), (.grey, 3): .grey(bytes)
        case (.greyAlpha, 1), (.greyAlpha, 3): .grey(PillowConversion.lane(0, of: bytes, stride: pixelStride))
        case (.greyAlpha, 2):
            .bytePlanes(
                PillowConversion.lane(0, of: bytes, stride: 2)
                    + PillowConversion.lane(1, of: bytes, stride: 2),
                channels: 2
            )
        case (.palette, 1): .grey(PillowConversion.grey(indices: bytes, palette: palette))
        case (.palette, 3): .pixels(PillowConversion.colors(indices: bytes, palette: palette), channels: 3)
        case (.palette(hasAlpha: true), 4):
            .pixels(PillowConversion.colors(indices: bytes, palette: palette), channels: 4)
        case (.rgb, 3), (.rgba, 3): .pixels(bytes, channels: 3)
        case (.rgba, 4), (.cmyk, 4): .pixels(bytes, channels: 4)
        case (.rgb, 1), (.rgba, 1): .grey(PillowConversion.grey(pixels: bytes))
        case (.cmyk, 3): .pixels(PillowConversion.colors(inks: bytes), channels: 3)
        case (.cmyk, 1): .grey(PillowConversion.grey(pixels: PillowConversion.colors(inks: bytes)))
        default: nil
        }
    }

    private func wordSamples(_ words: [UInt16], _ channels: Int) -> ChannelPicture.Samples? {
        let stride = mode.channels
        let planes: [Float]
        switch (mode, channels) {
        case (.grey16, 1), (.grey16, 3), (.greyAlpha16, 1), (.greyAlpha16, 3):
            return .floatPlanes(
                PillowConversion.planes(1, of: words, stride: stride),
                channels: 1,
                fullScale: 65535
            )
        case (.rgb16, 1), (.rgba16, 1):
            planes = PillowConversion.luma(words, stride: stride)
        case (.greyAlpha16, 2), (.rgb16, 3), (.rgba16, 3), (.rgba16, 4):
            planes = PillowConversion.planes(channels, of: words, stride: stride)
        default: return nil
        }
        return .floatPlanes(planes, channels: channels, fullScale: 65535)
    }
}
