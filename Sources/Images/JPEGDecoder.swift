internal import CPictureShim

/// Decodes JPEG files to Pillow's modes L, RGB and CMYK.
package enum JPEGDecoder {
    /// Decodes what `wanted` says of a picture of a width and a height, all where it says nothing.
    package static func decode(
        _ bytes: [UInt8],
        limits: DecodeLimits,
        wanted: (_ width: Int, _ height: Int) -> PictureRegion?
    ) throws(ImageError) -> DecodedPicture {
        try unsafe bytes.withUnsafeBufferPointer { input throws(ImageError) in
            var failure = apus_picture_failure()
            var header = apus_jpeg_header()
            guard let decoder = unsafe apus_jpeg_open(input.baseAddress, input.count, &header, &failure)
            else {
                throw ImageError(failure, format: "JPEG")
            }
            defer { unsafe apus_jpeg_close(decoder) }
            let width = Int(header.width)
            let height = Int(header.height)
            let bands = Int(header.components)
            guard bands == 1 || bands == 3 || bands == 4 else {
                throw ImageError(
                    code: .unsupported,
                    message: "JPEG: \(bands) components; 1 (grey), 3 (colour) and 4 (CMYK) are decoded"
                )
            }
            let pixelStride = bands == 1 ? 1 : 4
            // Coefficients of files with several scans are held as 16-bit numbers until the last scan is read.
            let held = header.is_progressive != 0 ? bands * 2 : 0
            try limits.check(
                format: "JPEG",
                width: width,
                height: height,
                bands: bands,
                bytesPerPixel: pixelStride + held
            )
            guard header.minimum_mcu_bits <= UInt64(bytes.count) * 8 else {
                throw ImageError(
                    code: .truncated,
                    message:
                        "JPEG: \(width) x \(height) pixels declared, which \(bytes.count) bytes cannot hold; "
                        + "the file is cut off or its header is wrong"
                )
            }
            var status: Int32 = 0
            let whole = PictureRegion(width: width, height: height)
            let region = wanted(width, height)?.clamped(to: whole) ?? whole
            let part = apus_picture_part(
                left: UInt32(region.columns.lowerBound),
                top: UInt32(region.rows.lowerBound),
                width: UInt32(region.columns.count),
                height: UInt32(region.rows.count)
            )
            let count = region.count * pixelStride
            let samples = unsafe [UInt8](unsafeUninitializedCapacity: count) { target, initialized in
                status = unsafe apus_jpeg_read(decoder, part, target.baseAddress, &failure)
                initialized = status == 0 ? count : 0
            }
            guard status == 0 else { throw ImageError(failure, format: "JPEG") }
            let mode: PictureMode = bands == 1 ? .grey : bands == 3 ? .rgb : .cmyk
            return DecodedPicture(
                width: width,
                height: height,
                mode: mode,
                region: region,
                samples: .bytes(samples, pixelStride: pixelStride)
            )
        }
    }
}

extension ImageError {
    /// A decoder's failure, with the library's own words.
    init(_ failure: apus_picture_failure, format: String) {
        let words = unsafe withUnsafeBytes(of: failure.message) { bytes in
            unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        switch failure.status {
        case APUS_PICTURE_TRUNCATED:
            self.init(code: .truncated, message: "\(format): the file is cut off (\(words))")
        case APUS_PICTURE_UNSUPPORTED:
            self.init(code: .unsupported, message: "\(format): \(words)")
        case APUS_PICTURE_MEMORY:
            self.init(code: .limitExceeded, message: "\(format): out of memory (\(words))")
        default:
            self.init(code: .malformed, message: "\(format): \(words)")
        }
    }
}
