/// What the samples of a picture mean.
public enum PictureMode: Sendable, Hashable, CustomStringConvertible {
    /// One bit a pixel, decoded to 0 and 255: Pillow's `1`.
    case bilevel
    /// 8-bit grey: Pillow's `L`.
    case grey
    /// 8-bit grey and alpha: Pillow's `LA`.
    case greyAlpha
    /// An index into a palette of colours, with or without alpha: Pillow's `P`.
    case palette(hasAlpha: Bool)
    /// 8-bit red, green, blue: Pillow's `RGB`.
    case rgb
    /// 8-bit red, green, blue, alpha: Pillow's `RGBA`.
    case rgba
    /// 8-bit cyan, magenta, yellow, black, 0 for no ink: Pillow's `CMYK`.
    case cmyk
    /// 16-bit grey: Pillow's `I;16`.
    case grey16
    /// 16-bit grey and alpha, which Pillow reduces to 8 bits.
    case greyAlpha16
    /// 16-bit red, green, blue, which Pillow reduces to 8 bits.
    case rgb16
    /// 16-bit red, green, blue, alpha, which Pillow reduces to 8 bits.
    case rgba16
    /// An array of bands without meaning, from a `.npy` or `.safetensors` file.
    case array(bands: Int)

    /// The channels that the file itself has: a palette counts as its colours.
    public var channels: Int {
        switch self {
        case .bilevel, .grey, .grey16: 1
        case .greyAlpha, .greyAlpha16: 2
        case .rgb, .rgb16: 3
        case .rgba, .cmyk, .rgba16: 4
        case .palette(let hasAlpha): hasAlpha ? 4 : 3
        case .array(let bands): bands
        }
    }

    /// The name, Pillow's where it has one.
    public var description: String {
        switch self {
        case .bilevel: "1"
        case .grey: "L"
        case .greyAlpha: "LA"
        case .palette(let hasAlpha): hasAlpha ? "P with alpha" : "P"
        case .rgb: "RGB"
        case .rgba: "RGBA"
        case .cmyk: "CMYK"
        case .grey16: "I;16"
        case .greyAlpha16: "LA;16"
        case .rgb16: "RGB;16"
        case .rgba16: "RGBA;16"
        case .array(let bands): "array of \(bands) bands"
        }
    }
}
