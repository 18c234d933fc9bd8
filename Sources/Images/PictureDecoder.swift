/// Decodes pictures and arrays by their content: names and media types are not asked.
public enum PictureDecoder {
    /// The formats that are told apart by their first bytes.
    public enum Format: String, Sendable, Hashable, CaseIterable {
        case jpeg, png, numpy, safetensors
    }

    /// The format that `bytes` begin like, or nil.
    public static func format(of bytes: [UInt8]) -> Format? {
        if bytes.starts(with: [0xFF, 0xD8, 0xFF]) { return .jpeg }
        if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) { return .png }
        if bytes.starts(with: NumpyArray.magic) { return .numpy }
        // Eight bytes of header length, little-endian, then the header, a JSON object.
        if bytes.count > 9, bytes[8] == UInt8(ascii: "{"), bytes[5] == 0, bytes[6] == 0, bytes[7] == 0 {
            return .safetensors
        }
        return nil
    }

    /// Decodes one picture or array.
    ///
    /// EXIF orientation is not applied, as timm does not apply it.
    /// - Parameters:
    ///   - bytes: a whole file.
    ///   - limits: checked against the header before the samples are allocated.
    ///   - arrays: how `.npy` and `.safetensors` arrays are read.
    ///   - preprocessor: what will prepare the picture, if that is known: what it does not look at may be left out. The
    ///     file is checked to its end all the same.
    /// - Returns: the picture in the mode that the file has.
    /// - Throws: what is wrong with the bytes; never a partial picture.
    public static func decode(
        _ bytes: [UInt8],
        limits: DecodeLimits = DecodeLimits(),
        arrays: ArrayInterpretation = ArrayInterpretation(),
        for preprocessor: Preprocessor? = nil
    ) throws(ImageError) -> DecodedPicture {
        switch format(of: bytes) {
        case .jpeg:
            return try JPEGDecoder.decode(bytes, limits: limits) { width, height in
                preprocessor?.region(ofWidth: width, height: height)
            }
        case .png: return try PNGDecoder.decode(bytes, limits: limits)
        case .numpy: return try NumpyArray.decode(bytes, limits: limits, interpretation: arrays)
        case .safetensors: return try SafetensorsArray.decode(bytes, limits: limits, interpretation: arrays)
        case nil:
            let start = bytes.prefix(8).map { byte in
                let text = String(byte, radix: 16)
                return text.count == 1 ? "0" + text : text
            }
            throw ImageError(
                code: .unrecognizedFormat,
                message: bytes.isEmpty
                    ? "the file is empty"
                    : "not a JPEG, PNG, .npy or .safetensors file: it begins with \(start.joined(separator: " "))"
            )
        }
    }
}
