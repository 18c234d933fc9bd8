/// What a picture's header may declare: checked before anything is allocated by it.
public struct DecodeLimits: Sendable, Hashable {
    /// The greatest width times height.
    public var pixels: Int
    /// The greatest number of bytes that the decoded samples, and the decoder's own planes, may take.
    public var bytes: Int
    /// The greatest number of bands.
    public var bands: Int

    /// Makes limits; the defaults are Pillow's bound on pixels, 2 GiB and 1,024 bands.
    public init(pixels: Int = 178_956_970, bytes: Int = 1 << 31, bands: Int = 1024) {
        self.pixels = pixels
        self.bytes = bytes
        self.bands = bands
    }

    /// Checks a declared picture of `bytesPerPixel` bytes for all bands and for what the decoder holds beside them.
    ///
    /// - Throws: `limitExceeded`, or `malformed` where an extent is not positive.
    func check(
        format: String,
        width: Int,
        height: Int,
        bands: Int,
        bytesPerPixel: Int
    ) throws(ImageError) {
        guard width > 0, height > 0, bands > 0 else {
            throw ImageError(
                code: .malformed,
                message: "\(format): \(width) x \(height) pixels of \(bands) bands; each must be at least 1"
            )
        }
        guard bands <= self.bands else {
            throw ImageError(
                code: .limitExceeded,
                message: "\(format): \(bands) bands declared, the limit is \(self.bands)"
            )
        }
        let (count, overflow) = width.multipliedReportingOverflow(by: height)
        guard !overflow, count <= pixels else {
            throw ImageError(
                code: .limitExceeded,
                message: "\(format): \(width) x \(height) pixels declared, the limit is \(pixels) pixels"
            )
        }
        let (byteCount, byteOverflow) = count.multipliedReportingOverflow(by: bytesPerPixel)
        guard !byteOverflow, byteCount <= bytes else {
            throw ImageError(
                code: .limitExceeded,
                message: "\(format): \(width) x \(height) pixels of \(bands) bands declared need "
                    + "\(bytesPerPixel) bytes each, the limit is \(bytes) bytes"
            )
        }
    }
}
