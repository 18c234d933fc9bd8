/// A decoded picture: its samples, as the file holds them, and what they mean.
///
/// It is a value; copies share the samples.
public struct DecodedPicture: Sendable {
    /// Pixels a row.
    public let width: Int
    /// Rows.
    public let height: Int
    /// What the samples mean: for pictures one of Pillow's modes.
    public let mode: PictureMode
    /// The part of the picture that the samples are of: the whole, unless a decoder was told what will be asked for.
    package let region: PictureRegion
    /// The samples.
    package let samples: Samples
    /// 256 entries of R, G, B, A for a palette picture, otherwise empty.
    package let palette: [UInt8]

    /// Where the samples lie.
    package enum Samples: Sendable {
        /// 8-bit samples, interleaved, rows without gaps, `pixelStride` bytes a pixel: 1 for grey and palette, 2 for
        /// grey with alpha, 4 for RGB (the fourth byte is padding), RGBA and CMYK.
        case bytes([UInt8], pixelStride: Int)
        /// 16-bit samples, interleaved, rows without gaps, as many a pixel as the mode has channels.
        case words([UInt16])
        /// 8-bit planes `[C, H, W]`.
        case bytePlanes([UInt8])
        /// Float planes `[C, H, W]`.
        ///
        /// `fullScale` is the value that preprocessing divides by: 65535 where the file held 16-bit integers, 255
        /// where it held signed bytes, 1 for everything else.
        case floatPlanes([Float], fullScale: Float)
    }

    /// Makes a picture of which `region` is there; of the whole without it.
    package init(
        width: Int,
        height: Int,
        mode: PictureMode,
        region: PictureRegion? = nil,
        samples: Samples,
        palette: [UInt8] = []
    ) {
        self.width = width
        self.height = height
        self.mode = mode
        self.region = region ?? PictureRegion(width: width, height: height)
        self.samples = samples
        self.palette = palette
    }

    /// Whether all of it is there.
    package var isWhole: Bool { region == PictureRegion(width: width, height: height) }

    /// Bytes that the samples take in memory.
    public var byteCount: Int {
        switch samples {
        case .bytes(let values, _), .bytePlanes(let values): values.count
        case .words(let values): values.count * 2
        case .floatPlanes(let values, _): values.count * 4
        }
    }
}
