internal import CPictureShim

/// Decodes PNG files to Pillow's modes; 16-bit samples keep all their bits.
enum PNGDecoder {
    static func decode(_ bytes: [UInt8], limits: DecodeLimits) throws(ImageError) -> DecodedPicture {
        try unsafe bytes.withUnsafeBufferPointer { input throws(ImageError) in
            var failure = apus_picture_failure()
            var header = apus_png_header()
            guard let decoder = unsafe apus_png_open(input.baseAddress, input.count, &header, &failure) else {
                throw ImageError(failure, format: "PNG")
            }
            defer { unsafe apus_png_close(decoder) }
            let width = Int(header.width)
            let height = Int(header.height)
            let depth = Int(header.bit_depth)
            let layout = try Layout(header)
            let sampleBytes = depth == 16 ? 2 : 1
            try limits.check(
                format: "PNG",
                width: width,
                height: height,
                bands: layout.mode.channels,
                bytesPerPixel: layout.pixelStride * sampleBytes
            )
            // Deflate expands at most 1,032-fold.
            let declaredBits = width.multipliedReportingOverflow(by: height * layout.fileSamples * depth)
            guard !declaredBits.overflow, declaredBits.partialValue / 8 / 1032 <= bytes.count else {
                throw ImageError(
                    code: .truncated,
                    message:
                        "PNG: \(width) x \(height) pixels declared, which \(bytes.count) bytes cannot hold; "
                        + "the file is cut off or its header is wrong"
                )
            }
            let count = width * height * layout.pixelStride
            let rowByteCount = width * layout.pixelStride * sampleBytes
            var status: Int32 = 0
            let samples: DecodedPicture.Samples
            if depth == 16 {
                let words = unsafe [UInt16](unsafeUninitializedCapacity: count) { target, initialized in
                    status = unsafe apus_png_read(decoder, target.baseAddress, rowByteCount, &failure)
                    initialized = status == 0 ? count : 0
                }
                samples = .words(words)
            } else {
                let values = unsafe [UInt8](unsafeUninitializedCapacity: count) { target, initialized in
                    status = unsafe apus_png_read(decoder, target.baseAddress, rowByteCount, &failure)
                    initialized = status == 0 ? count : 0
                }
                samples = .bytes(values, pixelStride: layout.pixelStride)
            }
            guard status == 0 else { throw ImageError(failure, format: "PNG") }
            let palette =
                header.color == APUS_PNG_PALETTE
                ? unsafe withUnsafeBytes(of: header.palette) { unsafe [UInt8]($0) } : []
            return DecodedPicture(
                width: width,
                height: height,
                mode: layout.mode,
                samples: samples,
                palette: palette
            )
        }
    }

    /// How a header's colour type and depth are decoded.
    private struct Layout {
        let mode: PictureMode
        /// Samples that a decoded pixel takes.
        let pixelStride: Int
        /// Samples that a pixel has in the file.
        let fileSamples: Int

        init(_ header: apus_png_header) throws(ImageError) {
            let isWide = header.bit_depth == 16
            switch header.color {
            case APUS_PNG_GREY:
                mode = isWide ? .grey16 : header.bit_depth == 1 ? .bilevel : .grey
                (pixelStride, fileSamples) = (1, 1)
            case APUS_PNG_GREY_ALPHA:
                mode = isWide ? .greyAlpha16 : .greyAlpha
                (pixelStride, fileSamples) = (2, 2)
            case APUS_PNG_PALETTE:
                mode = .palette(hasAlpha: header.has_palette_alpha != 0)
                (pixelStride, fileSamples) = (1, 1)
            case APUS_PNG_RGB:
                mode = isWide ? .rgb16 : .rgb
                (pixelStride, fileSamples) = (isWide ? 3 : 4, 3)
            case APUS_PNG_RGB_ALPHA:
                mode = isWide ? .rgba16 : .rgba
                (pixelStride, fileSamples) = (4, 4)
            default:
                throw ImageError(
                    code: .malformed,
                    message: "PNG: unknown colour type \(header.color.rawValue)"
                )
            }
        }
    }
}
